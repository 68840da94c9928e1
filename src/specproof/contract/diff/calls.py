"""Rules about calls that the server makes: webhooks and callbacks. What it sends, clients receive."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from specproof.contract.diff.bodies import content
from specproof.contract.diff.outline import Both, Note, Outlined, mapping, of_item, outline, paired
from specproof.contract.diff.walk import Walk
from specproof.contract.lines import escape
from specproof.contract.operations import follow


def webhooks(walk: Walk) -> Iterator[Note]:
    """The webhooks of both documents."""
    old, new = (list(outline(document, "webhooks")) for document in (walk.old, walk.new))
    yield from _calls(old, new, walk, "webhook")


def callbacks(old: Outlined, new: Outlined, walk: Walk) -> Iterator[Note]:
    """The callbacks of an operation."""
    yield from _calls(list(_listed(old)), list(_listed(new)), walk, "callback")


def _listed(operation: Outlined) -> Iterator[Outlined]:
    for name, raw in mapping(operation.raw.get("callbacks")).items():
        node, at = follow(operation.document, raw, f"{operation.pointer}/callbacks/{escape(name)}")
        for expression, item in mapping(node).items():
            if not expression.startswith("x-"):
                pointer = f"{at}/{escape(expression)}"
                yield from of_item(operation.document, f"{name} {expression}", item, pointer)


def _calls(old: list[Outlined], new: list[Outlined], walk: Walk, word: str) -> Iterator[Note]:
    for before, after in paired(old, new):
        if after is None and before is not None:
            yield Note(kind=f"{word}-removed", said=f"the {word} {before.label} is gone", old=before.pointer)
        elif before is None and after is not None:
            yield Note(kind=f"{word}-added", said=f"the {word} {after.label} is new", new=after.pointer)
        elif before is not None and after is not None:
            yield from _bodies(before, after, walk, f"{word} {after.label}")


def _bodies(old: Outlined, new: Outlined, walk: Walk, words: str) -> Iterator[Note]:
    """A body that arrives is judged as a response is, and the answer to it as a request is."""
    one, one_at = follow(old.document, old.raw.get("requestBody"), f"{old.pointer}/requestBody")
    other, other_at = follow(new.document, new.raw.get("requestBody"), f"{new.pointer}/requestBody")
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        both = Both(old=one, new=other, old_pointer=one_at, new_pointer=other_at)
        yield from content(both, walk, "response", f"{words}, body")
    before, after = mapping(old.raw.get("responses")), mapping(new.raw.get("responses"))
    for status in (status for status in before if status in after):
        one, one_at = follow(old.document, before[status], f"{old.pointer}/responses/{status}")
        other, other_at = follow(new.document, after[status], f"{new.pointer}/responses/{status}")
        where = f"{words}, answer {status}"
        both = Both(old=mapping(one), new=mapping(other), old_pointer=one_at, new_pointer=other_at)
        yield from content(both, walk, "request", where)
