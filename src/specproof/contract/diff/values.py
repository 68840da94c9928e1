"""Rules about single values: types, null, enumerations, patterns, formats, defaults, marks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from specproof.contract.diff.pair import Found, Pair, shown
from specproof.contract.diff.view import Said, View, canonical

# A format, and those that take every value of it.
_WIDER_FORMATS = {
    "int32": {"int64"}, "float": {"double"}, "email": {"idn-email"},
    "hostname": {"idn-hostname"}, "uri": {"uri-reference", "iri", "iri-reference"}, "url": {"uri"},
    "uri-reference": {"iri-reference"}, "iri": {"iri-reference"},
}  # fmt: skip
_OPAQUE = (
    "not", "if", "then", "else", "contains", "minContains", "maxContains", "propertyNames", "dependencies",
    "dependentRequired", "dependentSchemas", "unevaluatedProperties", "unevaluatedItems", "$dynamicRef",
)  # fmt: skip
_MARKS = {"readOnly": "read-only", "writeOnly": "write-only"}


def types(pair: Pair) -> Iterator[Found]:
    """Which kinds of values there are. An integer is a number."""
    old, new = pair.old, pair.new
    if old.never != new.never:
        aspect = "nothing-allowed" if new.never else "something-allowed"
        yield Found(
            aspect=aspect, said="the schema is false in one of them", old=old.pointer, new=new.pointer
        )
        return
    if old.types == new.types:
        yield from _null(old, new)
        return
    said = f"type was {_listed(old)}, is {_listed(new)}"
    wider, narrower = _covers(new.types, old.types), _covers(old.types, new.types)
    aspect = "type-widened" if wider else "type-narrowed" if narrower else "type-changed"
    yield Found(aspect=aspect, said=said, old=old.pointer, new=new.pointer)
    if old.types is not None and new.types is not None:
        yield from _null(old, new)


def _null(old: View, new: View) -> Iterator[Found]:
    if old.nullable != new.nullable:
        aspect = "became-nullable" if new.nullable else "became-not-nullable"
        said = f"null {'is allowed' if new.nullable else 'is no longer allowed'}"
        yield Found(aspect=aspect, said=said, old=old.pointer, new=new.pointer)


def _covers(wide: frozenset[str] | None, narrow: frozenset[str] | None) -> bool:
    if wide is None:
        return True
    return narrow is not None and all(t in wide or (t == "integer" and "number" in wide) for t in narrow)


def _listed(view: View) -> str:
    return "any" if view.types is None else " or ".join(sorted(view.types)) or "null"


def enumerations(pair: Pair) -> Iterator[Found]:
    """``enum`` and ``const``, whatever their order."""
    old, new = pair.old.values, pair.new.values
    at = {"old": pair.old.pointer, "new": pair.new.pointer}
    if old is None or new is None:
        if old != new:
            listed = ", ".join(shown(value, 20) for value in list((old or new or {}).values())[:8])
            aspect = "enum-removed" if new is None else "enum-added"
            said = f"any value is allowed, not only {listed}" if new is None else f"only {listed} are allowed"
            yield Found(aspect=aspect, said=said, **at)
        return
    for text in new.keys() - old.keys():
        yield Found(aspect="enum-value-added", said=f"the value {shown(new[text])} is new", **at)
    for text in old.keys() - new.keys():
        yield Found(aspect="enum-value-removed", said=f"the value {shown(old[text])} is gone", **at)


def texts(pair: Pair) -> Iterator[Found]:
    """``pattern``, ``format``, and what is inside a text."""
    old, new = pair.old.says("pattern"), pair.new.says("pattern")
    if old != new:
        aspect = "pattern-added" if old is None else "pattern-removed" if new is None else "pattern-changed"
        yield _changed(pair, "pattern", aspect)
    old, new = pair.old.says("format"), pair.new.says("format")
    if old != new:
        yield _changed(pair, "format", _format_aspect(old, new))
    for keyword in ("contentMediaType", "contentEncoding", "contentSchema"):
        if pair.old.says(keyword) != pair.new.says(keyword):
            yield _changed(pair, keyword, "content-changed")


def _format_aspect(old: Any, new: Any) -> str:
    if old is None or new is None:
        return "format-added" if old is None else "format-removed"
    if new in _WIDER_FORMATS.get(str(old), ()):
        return "format-widened"
    return "format-narrowed" if old in _WIDER_FORMATS.get(str(new), ()) else "format-changed"


def opaque(pair: Pair) -> Iterator[Found]:
    """Rules that are equal or not: whether one is stricter, nobody can tell."""
    for keyword in _OPAQUE:
        old, new = pair.old.keywords.get(keyword), pair.new.keywords.get(keyword)
        if (old and canonical(old.value)) != (new and canonical(new.value)):
            aspect = "rule-added" if old is None else "rule-removed" if new is None else "rule-changed"
            yield _changed(pair, keyword, aspect)


def marks(pair: Pair) -> Iterator[Found]:
    """Defaults, deprecation, ``readOnly``, ``writeOnly``, ``x-secret``, XML names."""
    old, new = pair.old.keywords.get("default"), pair.new.keywords.get("default")
    if (old and canonical(old.value)) != (new and canonical(new.value)):
        aspect = "default-added" if old is None else "default-removed" if new is None else "default-changed"
        yield _changed(pair, "default", aspect)
    for keyword, word in _MARKS.items():
        if _true(pair.old, keyword) != _true(pair.new, keyword):
            aspect = f"became-{word}" if _true(pair.new, keyword) else f"no-longer-{word}"
            yield _changed(pair, keyword, aspect)
    if _true(pair.old, "deprecated") != _true(pair.new, "deprecated"):
        deprecated = _true(pair.new, "deprecated")
        yield _changed(pair, "deprecated", f"property-{'' if deprecated else 'no-longer-'}deprecated")
    if pair.old.says("xml") != pair.new.says("xml"):
        yield _changed(pair, "xml", "xml-changed")
    old, new = pair.old.keywords.get("x-secret"), pair.new.keywords.get("x-secret")
    if (old is None) != (new is None):
        yield _changed(pair, "x-secret", "secret-added" if old is None else "secret-removed")


def _true(view: View, keyword: str) -> bool:
    return view.says(keyword) is True


def discriminators(pair: Pair) -> Iterator[Found]:
    """The member that tells alternatives apart, and its values."""
    old, new = pair.old.says("discriminator"), pair.new.says("discriminator")
    if not isinstance(old, Mapping) or not isinstance(new, Mapping):
        if old != new:
            aspect = "discriminator-added" if old is None else "discriminator-removed"
            yield _changed(pair, "discriminator", aspect)
        return
    at = {"old": _where(pair.old, "discriminator"), "new": _where(pair.new, "discriminator")}
    was, now = old.get("propertyName"), new.get("propertyName")
    if was != now:
        yield Found(aspect="discriminator-renamed", said=f"discriminator was {was}, is {now}", **at)
    before, after = _mapping(old), _mapping(new)
    for name in dict.fromkeys((*before, *after)):
        if before.get(name) == after.get(name):
            continue
        how = "added" if name not in before else "removed" if name not in after else "changed"
        said = (
            f"discriminator value {shown(name)}: was {before.get(name, 'none')}, is {after.get(name, 'none')}"
        )
        yield Found(aspect=f"mapping-value-{how}", said=said, **at)


def _mapping(discriminator: Mapping[str, Any]) -> Mapping[str, Any]:
    mapping = discriminator.get("mapping")
    return mapping if isinstance(mapping, Mapping) else {}


def _changed(pair: Pair, keyword: str, aspect: str) -> Found:
    was, now = pair.old.says(keyword), pair.new.says(keyword)
    said = f"{keyword} was {shown(was)}, is {shown(now)}"
    old, new = _where(pair.old, keyword), _where(pair.new, keyword)
    if keyword not in pair.new.keywords and keyword in pair.old.keywords:
        return Found(aspect=aspect, said=said, old=old)
    return Found(aspect=aspect, said=said, old=old, new=new)


def _where(view: View, keyword: str) -> str:
    said: Said | None = view.keywords.get(keyword)
    return said.pointer if said is not None else view.pointer
