"""What must hold for answers that were cut down or filled up by a selection of members.

Each function takes everything that was asked about one answer and yields the breaches of one promise.
Callers run them only where the full answer was the same before and after.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from specproof.contract.vocabulary import PartialResponse
from specproof.invariants.projection import Difference, Sameness, differences, is_related, projected
from specproof.model.exchange import MISSING, Exchange
from specproof.model.finding import Breach
from specproof.model.operation import Operation
from specproof.model.selection import EVERY, Path, Selected, Selection, SelectionEvidence
from specproof.model.walk import Page, Walk

_ENOUGH = 3  # objects of which one should have a member that the document lists as hidden
_PASSING = {429, 503}  # the server is busy: nothing is learnt about the selection


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectionContext:
    """What the judgement may know: the operation, the words of its parameter, what its schema declares."""

    operation: Operation
    parameter: str
    terms: PartialResponse
    declared: Callable[[Path], bool]
    volatile: Callable[[Path], bool] = frozenset[Path]().__contains__  # members that may change by themselves

    def sameness(self) -> Sameness:
        """Return when two values count as the same: links may carry the selection on."""
        pages = self.operation.pagination
        pointers = (pages.next, pages.previous) if pages else ()
        links = frozenset(path_of(pointer) for pointer in pointers if pointer)
        return Sameness(parameter=self.parameter, links=links, volatile=self.volatile)

    def breach(self, topic: str, summary: str, *evidence: Exchange, detail: str) -> Breach:
        """Return a breach of one promise."""
        return Breach(
            promise=f"partial-response.{topic}",
            operation=self.operation.label,
            summary=summary,
            evidence=evidence,
            detail=detail,
        )

    def may_show(self, selection: Selection, path: Path) -> bool:
        """Tell whether a selection may bring a member that the full answer does not have."""
        hidden = [tuple(name.split(self.terms.separator)) for name in self.terms.hidden or ()]
        for asked in (*selection.paths("include"), *selection.paths("add")):
            if not is_related(asked, path):
                continue
            if self.terms.hidden is None or any(is_related(each, path) for each in hidden):
                return True
            if EVERY in asked and self.declared(path):
                return True
        return False


Judge = Callable[[SelectionContext, SelectionEvidence], Iterator[Breach]]


def path_of(pointer: str) -> Path:
    """Return the names of a JSON pointer."""
    return tuple(token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:])


def unexpected(
    context: SelectionContext, selection: Selection, full: object, got: object
) -> Difference | None:
    """Return the first place where an answer is not what its selection makes of the full one."""
    for difference in differences(projected(full, selection), got, context.sameness()):
        if difference.kind != "extra" or not context.may_show(selection, difference.path):
            return difference
    return None


def _asked(topic: str) -> Judge:
    """Return the judge of one topic: each answer is what the selection makes of the full one."""

    def judge(context: SelectionContext, seen: SelectionEvidence) -> Iterator[Breach]:
        for each in seen.asked:
            if each.selection.topic == topic and each.exchange.response.status not in _PASSING:
                yield from _judged(context, topic, seen, each)

    return judge


def _judged(
    context: SelectionContext, topic: str, seen: SelectionEvidence, each: Selected
) -> Iterator[Breach]:
    full, response = seen.full, each.exchange.response
    asked = f"{context.parameter}={each.selection.text}"
    if response.status != full.response.status:
        text = f"expected status {full.response.status} for {asked}; got {response.status}"
        yield context.breach(topic, text, full, each.exchange, detail=f"status {response.status}")
    elif response.document is MISSING:
        yield context.breach(topic, f"expected JSON for {asked}; got none", each.exchange, detail="no JSON")
    else:
        found = unexpected(context, each.selection, full.response.document, response.document)
        if found is not None:
            text = f"{described(found)} for {asked}"
            yield context.breach(topic, text, full, each.exchange, detail=found.kind)


def described(difference: Difference) -> str:
    """Say in words where an answer is not what was expected."""
    name = ".".join(difference.path) or "the body"
    return {
        "missing": f"expected {name} to be shown; got an answer without it",
        "extra": f"expected {name} not to be shown; got it",
        "changed": f"expected {name} as in the full answer; got something else",
        "length": f"expected as many items in {name} as in the full answer; got another number",
    }[difference.kind]


def add(context: SelectionContext, seen: SelectionEvidence) -> Iterator[Breach]:
    """An addition keeps what is usual, and brings what naming the member alone brings."""
    yield from _asked("add")(context, seen)
    yield from _agreeing(context, seen, "add", "include")
    yield from _brought(context, seen)
    yield from _usual(context, seen)


def include(context: SelectionContext, seen: SelectionEvidence) -> Iterator[Breach]:
    """Plain names bring what they name, also what is usually hidden, and nothing else."""
    yield from _asked("include")(context, seen)
    yield from _agreeing(context, seen, "include", "add")


def _agreeing(
    context: SelectionContext, seen: SelectionEvidence, topic: str, witness: str
) -> Iterator[Breach]:
    """Yield where a member that one way of asking brings is not brought by the other."""
    said = {each.selection.paths(witness): each for each in seen.asked if each.selection.topic == witness}
    for each in seen.asked:
        paths, response = each.selection.paths(topic), each.exchange.response
        other = said.get(paths) if each.selection.topic == topic and len(paths) == 1 else None
        if other is None or response.status != other.exchange.response.status:
            continue
        if _shows(other.exchange.response.document, paths[0]) and not _shows(response.document, paths[0]):
            name = ".".join(paths[0])
            text = f"expected {name} for {context.parameter}={each.selection.text}, since "
            text += f"{context.parameter}={other.selection.text} shows it; got an answer without it"
            yield context.breach(topic, text, other.exchange, each.exchange, detail="hidden missing")


def _brought(context: SelectionContext, seen: SelectionEvidence) -> Iterator[Breach]:
    """Yield hidden members that no way of asking brings, for whatever object it is asked.

    The document lists as ``hidden`` what a path can bring. One that lies in another is told by that one.
    """
    hidden = [tuple(name.split(context.terms.separator)) for name in context.terms.hidden or ()]
    outer = [path for path in hidden if not any(path[: len(other)] == other != path for other in hidden)]
    answered = [each for each in seen.asked if each.exchange.response.status == 200]
    for path in outer:
        asked = [each for each in answered if path in each.selection.paths("add")]
        holders = sum(1 for _ in _at(seen.full.response.document, path[:-1]))
        if (
            holders >= _ENOUGH
            and asked
            and not any(_shows(e.exchange.response.document, path) for e in answered)
        ):
            text = f"expected {'.'.join(path)} for {context.parameter}={asked[0].selection.text}; "
            text += f"got none of {holders}"
            yield context.breach("add", text, asked[0].exchange, detail="hidden never")


def _usual(context: SelectionContext, seen: SelectionEvidence) -> Iterator[Breach]:
    """Yield the hidden members that are shown to whoever did not ask for them."""
    for name in context.terms.hidden or ():
        if _shows(seen.full.response.document, tuple(name.split(context.terms.separator))):
            text = f"expected {name} only where it is asked for; got it without {context.parameter}"
            yield context.breach("add", text, seen.full, detail="hidden shown")
            return
        pages = [page.exchange for whole, _, _ in seen.walks[:1] for page in whole.pages]
        for number, exchange in enumerate((*pages, *seen.later)):
            if _shows(exchange.response.document, tuple(name.split(context.terms.separator))):
                text = f"expected {name} only where it is asked for; got it on a later page"
                before = pages[:number] if number < len(pages) else []
                yield context.breach("add", text, *before, exchange, detail="hidden shown later")
                return


def _at(node: object, path: Path) -> Iterator[object]:
    """Yield the objects that a path leads to."""
    if isinstance(node, list):
        for item in node:
            yield from _at(item, path)
    elif isinstance(node, dict) and not path:
        yield node
    elif isinstance(node, dict) and path[0] in node:
        yield from _at(node[path[0]], path[1:])


def _shows(node: object, path: Path) -> bool:
    if isinstance(node, list):
        return any(_shows(item, path) for item in node)
    if not path:
        return True
    return isinstance(node, dict) and path[0] in node and _shows(node[path[0]], path[1:])


def order(context: SelectionContext, seen: SelectionEvidence) -> Iterator[Breach]:
    """The same names give the same answer, whatever their order and however often they are there."""
    first: dict[frozenset[tuple[str, Path]], Selected] = {}
    for each in seen.asked:
        if each.selection.topic != "order" or each.exchange.response.status in _PASSING:
            continue
        other = first.setdefault(frozenset((s.mode, s.path) for s in each.selection.steps), each)
        one, two = other.exchange.response, each.exchange.response
        if one.status == two.status and not list(differences(one.document, two.document, context.sameness())):
            continue
        text = f"expected one answer for {context.parameter}={other.selection.text} and "
        text += f"{context.parameter}={each.selection.text}; got two"
        detail = "repeated" if len(each.selection.steps) > len(other.selection.steps) else "order"
        yield context.breach("order", text, other.exchange, each.exchange, detail=detail)


def unknown(context: SelectionContext, seen: SelectionEvidence) -> Iterator[Breach]:
    """A path that leads nowhere brings nothing, or is refused, as documented."""
    if context.terms.unknown == "ignored":
        yield from _asked("unknown")(context, seen)
        return
    for each in seen.asked:
        status = each.exchange.response.status
        if each.selection.topic == "unknown" and status not in {context.terms.unknown, *_PASSING}:
            asked = f"{context.parameter}={each.selection.text}"
            text = f"expected status {context.terms.unknown} for {asked}; got {status}"
            yield context.breach("unknown", text, each.exchange, detail=f"status {status}")


def pages(context: SelectionContext, seen: SelectionEvidence) -> Iterator[Breach]:
    """A walk with named members meets the same items, and shows these members on every page."""
    for plain, selection, cut in seen.walks:
        asked = f"{context.parameter}={selection.text}"
        for number, (whole, page) in enumerate(zip(plain.pages, cut.pages, strict=False)):
            if page.exchange.response.status in _PASSING:
                return
            evidence = [each.exchange for each in (whole, *cut.pages[: number + 1])]
            if not page.readable:
                text = f"expected page {number + 1} for {asked}; got status {page.exchange.response.status}"
                yield context.breach("pages", text, *evidence, detail="unreadable")
                return
            documents = (whole.exchange.response.document, page.exchange.response.document)
            found = unexpected(context, selection, *documents) or _no_longer_added(selection, cut, page)
            if found is not None:
                text = f"{described(found)} on page {number + 1} for {asked}"
                yield context.breach("pages", text, *evidence, detail=found.kind)
                return
        if len(cut.pages) != len(plain.pages):
            text = f"expected {len(plain.pages)} pages for {asked}; got {len(cut.pages)}"
            last = cut.pages[-1].exchange
            yield context.breach("pages", text, plain.pages[-1].exchange, last, detail="number of pages")
            return


def _no_longer_added(selection: Selection, cut: Walk, page: Page) -> Difference | None:
    """Return an added member that every item of the first page shows, and none of several on this one."""
    for path in selection.paths("add"):
        documents = (each.exchange.response.document for each in (cut.pages[0], page))
        first, here = (
            sum(isinstance(each, dict) and path[-1] in each for each in _at(document, path[:-1]))
            for document in documents
        )
        if first == len(cut.pages[0].items) >= _ENOUGH and len(page.items) > 1 and not here:
            return Difference(kind="missing", path=path)
    return None


def with_filter(context: SelectionContext, seen: SelectionEvidence) -> Iterator[Breach]:
    """A filtered list shows the same items, whether the member of the condition is shown or not."""
    for plain, cut in seen.filtered:
        evidence = [plain.pages[0].exchange, cut.pages[0].exchange]
        if not plain.pages[0].readable or evidence[1].response.status in _PASSING:
            continue
        if plain.identities != cut.identities:
            asked = " and ".join(f"{name}={value}" for name, value in cut.query[-2:])
            status = evidence[1].response.status
            got = f"{len(cut.identities)}" if cut.pages[0].readable else f"status {status}"
            text = f"expected {len(plain.identities)} items for {asked}, as with all members; got {got}"
            yield context.breach("with-filter", text, *evidence, detail="items")


JUDGES: dict[str, Judge] = {
    "partial-response.include": include,
    "partial-response.exclude": _asked("exclude"),
    "partial-response.add": add,
    "partial-response.wildcard": _asked("wildcard"),
    "partial-response.combined": _asked("combined"),
    "partial-response.order": order,
    "partial-response.unknown": unknown,
    "partial-response.pages": pages,
    "partial-response.with-filter": with_filter,
}
