"""Rules about who may call: requirements of operations, and the schemes behind them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from specproof.contract.diff.operations import inside, promises
from specproof.contract.diff.outline import Note, Outlined, mapping
from specproof.contract.lines import escape
from specproof.contract.operations import follow

_IDENTITY = ("type", "scheme", "name", "in", "openIdConnectUrl")
_URLS = ("authorizationUrl", "tokenUrl", "refreshUrl", "deviceAuthorizationUrl")
Requirement = dict[str, frozenset[str]]


def requirements(old: Outlined, new: Outlined) -> Iterator[Note]:
    """Which credentials open an operation. Alternatives are told apart by the schemes they name."""
    before, after = _listed(old), _listed(new)
    at = {"old": _place(old), "new": _place(new)}
    open_was, open_now = not before or {} in before, not after or {} in after
    if open_was != open_now:
        kind = "security-removed" if open_now else "security-added"
        said = "no credential is needed any more" if open_now else "a credential is needed now"
        yield Note(kind=kind, said=said, **at)
    if not before or not after:
        return
    was, now = _by_schemes(before), _by_schemes(after)
    for schemes in dict.fromkeys((*was, *now)):
        if not schemes:
            continue
        words = " with ".join(schemes)
        if schemes not in now:
            yield Note(kind="security-alternative-removed", said=f"{words} no longer opens it", **at)
        elif schemes not in was:
            yield Note(kind="security-alternative-added", said=f"{words} opens it as well", **at)
        else:
            yield from _scopes(was[schemes], now[schemes], at)


def _listed(operation: Outlined) -> list[Requirement]:
    said = operation.raw.get("security", operation.document.get("security"))
    return [
        {str(name): frozenset(map(str, scopes or ())) for name, scopes in option.items()}
        for option in (said if isinstance(said, list) else ())
        if isinstance(option, Mapping)
    ]


def _place(operation: Outlined) -> str:
    return f"{operation.pointer}/security" if "security" in operation.raw else "#/security"


def _by_schemes(options: list[Requirement]) -> dict[tuple[str, ...], list[Requirement]]:
    found: dict[tuple[str, ...], list[Requirement]] = {}
    for option in options:
        found.setdefault(tuple(sorted(option)), []).append(option)
    return found


def _scopes(old: list[Requirement], new: list[Requirement], at: dict[str, str]) -> Iterator[Note]:
    """Compare the scopes of alternatives with the same schemes; several are compared as sets of scopes."""
    if all(option in new for option in old) and all(option in old for option in new):
        return
    for name in old[0]:
        was = frozenset.intersection(*(option[name] for option in old))
        now = frozenset.intersection(*(option[name] for option in new))
        for scope in sorted(now - was):
            yield Note(kind="scope-added", said=f"{name} needs the scope {scope!r} now", **at)
        for scope in sorted(was - now):
            yield Note(kind="scope-removed", said=f"{name} no longer needs the scope {scope!r}", **at)


def schemes(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[tuple[str, Note]]:
    """Yield the name of a scheme that both documents have, and what changed in it."""
    before = mapping(mapping(old.get("components")).get("securitySchemes"))
    after = mapping(mapping(new.get("components")).get("securitySchemes"))
    for name in (name for name in before if name in after):
        pointer = f"#/components/securitySchemes/{escape(name)}"
        one, one_at = follow(old, before[name], pointer)
        other, other_at = follow(new, after[name], pointer)
        for note in _scheme(name, mapping(one), mapping(other), {"old": one_at, "new": other_at}):
            yield name, note


def _scheme(name: str, old: Mapping[str, Any], new: Mapping[str, Any], at: dict[str, str]) -> Iterator[Note]:
    changed = [key for key in _IDENTITY if str(old.get(key)).lower() != str(new.get(key)).lower()]
    if changed:
        said = ", ".join(f"{key} was {old.get(key)!r}, is {new.get(key)!r}" for key in changed)
        yield Note(kind="security-scheme-changed", said=f"{name}: {said}", **at)
    yield from promises(old, new, inside(at["old"]), inside(at["new"]))
    before, after = mapping(old.get("flows")), mapping(new.get("flows"))
    for flow in dict.fromkeys((*before, *after)):
        if flow.startswith("x-"):
            continue
        if flow not in after:
            yield Note(
                kind="oauth-flow-removed", said=f"{name}: {flow} is gone", old=f"{at['old']}/flows/{flow}"
            )
        elif flow not in before:
            yield Note(
                kind="oauth-flow-added", said=f"{name}: {flow} is new", new=f"{at['new']}/flows/{flow}"
            )
        else:
            yield from _flow(f"{name}, {flow}", mapping(before[flow]), mapping(after[flow]), at, flow)


def _flow(
    words: str, old: Mapping[str, Any], new: Mapping[str, Any], at: dict[str, str], flow: str
) -> Iterator[Note]:
    was_at, now_at = f"{at['old']}/flows/{flow}", f"{at['new']}/flows/{flow}"
    for key in _URLS:
        if old.get(key) != new.get(key):
            said = f"{words}: {key} was {old.get(key)!r}, is {new.get(key)!r}"
            yield Note(kind="oauth-url-changed", said=said, old=was_at, new=now_at)
    was, now = mapping(old.get("scopes")), mapping(new.get("scopes"))
    for scope in now.keys() - was.keys():
        said = f"{words}: the scope {scope!r} is new"
        yield Note(kind="oauth-scope-offered", said=said, new=f"{now_at}/scopes/{escape(scope)}")
    for scope in was.keys() - now.keys():
        said = f"{words}: the scope {scope!r} is gone"
        yield Note(kind="oauth-scope-withdrawn", said=said, old=f"{was_at}/scopes/{escape(scope)}")
