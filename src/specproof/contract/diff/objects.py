"""Rules about what is inside objects and lists."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import zip_longest

from specproof.contract.diff.pair import Found, Inner, Pair, Rule
from specproof.contract.diff.view import Sub, View


def properties_rule(
    old_view: Callable[[tuple[Sub, ...]], View], new_view: Callable[[tuple[Sub, ...]], View]
) -> Rule:
    """Return the rule about members; it needs to look into them, for some travel one way only."""

    def properties(pair: Pair) -> Iterator[Found | Inner]:
        old, new = pair.old.properties, pair.new.properties
        skipped = "readOnly" if pair.side == "request" else "writeOnly"
        for name in dict.fromkeys((*old, *new)):
            before = old_view(old[name]) if name in old else None
            after = new_view(new[name]) if name in new else None
            if all(view is None or view.says(skipped) is True for view in (before, after)):
                continue  # it does not travel this way
            if before is None and after is not None:
                yield _added(pair, name, after)
            elif after is None and before is not None:
                yield _removed(pair, name, before)
            else:
                yield Inner(step=name, old=old[name], new=new[name])
                yield from _requirement(pair, name, before, after, skipped)
        yield from _unlisted(pair)

    return properties


def _added(pair: Pair, name: str, after: View) -> Found:
    at = {"new": pair.new.properties[name][0].pointer}
    required = name in pair.new.required
    said = f"the {'required ' if required else ''}property {name!r} is new"
    if pair.side == "response" and pair.old.closed:
        return Found(aspect="property-added-to-closed", said=f"{said}, where there was no other", **at)
    return Found(aspect="property-added-required" if required else "property-added", said=said, **at)


def _removed(pair: Pair, name: str, before: View) -> Found:
    at = {"old": pair.old.properties[name][0].pointer}
    said = f"the property {name!r} is gone"
    if pair.side == "request" and pair.new.closed:
        return Found(aspect="property-refused", said=f"{said}, and no other is allowed", **at)
    if before.says("deprecated") is True:
        return Found(aspect="property-removed-after-deprecation", said=f"{said}; it was deprecated", **at)
    return Found(aspect="property-removed", said=said, **at)


def _requirement(
    pair: Pair, name: str, before: View | None, after: View | None, skipped: str
) -> Iterator[Found]:
    """A member that does not travel this way is never required on it."""
    was = name in pair.old.required and (before is None or before.says(skipped) is not True)
    now = name in pair.new.required and (after is None or after.says(skipped) is not True)
    if was and not now:
        at = pair.old.required[name]
        yield Found(aspect="property-became-optional", said=f"{name!r} was required, is optional", old=at)
    elif now and not was:
        at = pair.new.required[name]
        yield Found(aspect="property-became-required", said=f"{name!r} was optional, is required", new=at)


def _unlisted(pair: Pair) -> Iterator[Found]:
    """Members that are required without being described."""
    listed = pair.old.properties.keys() | pair.new.properties.keys()
    for name in dict.fromkeys((*pair.old.required, *pair.new.required)):
        if name not in listed:
            yield from _requirement(pair, name, None, None, "")


def unlisted_members(pair: Pair) -> Iterator[Found | Inner]:
    """``additionalProperties`` and ``patternProperties``."""
    old, new = pair.old, pair.new
    if old.closed != new.closed:
        aspect = "additional-properties-forbidden" if new.closed else "additional-properties-allowed"
        said = "members beyond the listed ones are " + ("ruled out" if new.closed else "allowed")
        yield Found(
            aspect=aspect,
            said=said,
            old=old.additional[0].pointer if old.additional else None,
            new=new.additional[0].pointer if new.additional else None if old.additional else new.pointer,
        )
    elif not old.closed and (old.additional or new.additional):
        yield Inner(step="*", old=old.additional or (), new=new.additional or ())
    for pattern in dict.fromkeys((*old.patterns, *new.patterns)):
        yield Inner(step=f"/{pattern}/", old=old.patterns.get(pattern, ()), new=new.patterns.get(pattern, ()))


def items(pair: Pair) -> Iterator[Inner]:
    """What is in a list."""
    if pair.old.items or pair.new.items:
        yield Inner(step="[]", old=pair.old.items, new=pair.new.items)
    for index, (old, new) in enumerate(zip_longest(pair.old.prefix, pair.new.prefix, fillvalue=())):
        yield Inner(step=f"[{index}]", old=old, new=new)
