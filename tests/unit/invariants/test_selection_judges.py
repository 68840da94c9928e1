"""Every promise about partial responses has a server that breaks it; correct ones are left alone."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from builders import BASE, make_exchange, make_operation, make_parameter, make_request

from specproof.contract.vocabulary import PartialResponse
from specproof.generate.selection_mixes import selections
from specproof.generate.selections import Chooser
from specproof.invariants.projection import Nowhere, projected
from specproof.invariants.selections import JUDGES, SelectionContext
from specproof.model.exchange import Exchange
from specproof.model.finding import Breach
from specproof.model.operation import Pagination
from specproof.model.selection import Path, Selected, Selection, SelectionEvidence, Step
from specproof.model.walk import Page, Walk

SAID: dict[str, Any] = {
    "exclude": "-", "add": "+", "wildcard": "*", "hidden": ["owner.mail"], "unknown": "ignored",
}  # fmt: skip
FULL: dict[str, Any] = {
    "id": 7,
    "name": "",
    "sold": False,
    "owner": {"nick": "ada", "home": {"href": f"{BASE}/ada"}},
    "tags": [{"text": "a", "size": 1}, {"text": "b", "size": 0}],
}
SECRET_MAIL = "ada@example.com"
Change = Callable[[Selection, Any], Any]


@dataclass
class Server:
    """Answers selections; ``change`` spoils an answer, ``status`` refuses one."""

    change: Change | None = None
    status: Callable[[Selection], int] | None = None
    said: dict[str, Any] = field(default_factory=lambda: dict(SAID))
    husks: bool = True  # empty objects on the way of a path that found nothing stay
    depth: str = "deep"

    def seen(self) -> SelectionEvidence:
        """Ask for everything."""
        full = make_exchange(200, FULL, request=make_request(url=f"{BASE}/things/7"))
        asked = tuple(
            Selected(selection=each, exchange=self.answer(each)) for each in selections(self.chooser())
        )
        return SelectionEvidence(full=full, asked=asked)

    def chooser(self) -> Chooser:
        """Return what decides what is asked."""
        terms = PartialResponse.model_validate(self.said)
        return Chooser(terms=terms, document=FULL, depth=self.depth, seed=1)

    def answer(self, selection: Selection) -> Exchange:
        """Answer one selection."""
        request = make_request(url=f"{BASE}/things/7?fields={selection.text}")
        status = self.status(selection) if self.status else 0
        if status:
            return make_exchange(status, {"error": "no"}, request=request)
        body = plain(projected(FULL, selection), husks=self.husks)
        if any(names_mail(path) for mode in ("include", "add") for path in selection.paths(mode)):
            body.setdefault("owner", {})["mail"] = SECRET_MAIL
        body = self.change(selection, deepcopy(body)) if self.change else body
        if isinstance(body, bytes):
            return make_exchange(200, body=body, media_type="text/html", request=request)
        return make_exchange(200, body, request=request)

    def breaches(self) -> dict[str, set[str]]:
        """Return the details of what broke, by the second half of the promise."""
        parameter = make_parameter("fields", {"type": "string"}, extensions={"x-partial-response": self.said})
        context = SelectionContext(
            operation=make_operation("200", parameters=(parameter,)),
            parameter="fields",
            terms=PartialResponse.model_validate(self.said),
            declared=lambda path: path == ("owner", "mail"),
        )
        found = {name: list(judge(context, self.seen())) for name, judge in JUDGES.items()}
        assert all(breach.promise == name for name, each in found.items() for breach in each)
        return {n.partition(".")[2]: {b.detail for b in each} for n, each in found.items() if each}


def names_mail(path: Path) -> bool:
    """Tell whether a path leads to what is hidden."""
    return path in {("owner", "mail"), ("owner", "*")}


def plain(node: Any, *, husks: bool) -> Any:
    """Return what a server sends where a path found nothing."""
    if isinstance(node, dict):
        kept = {name: plain(value, husks=husks) for name, value in node.items()}
        return kept if husks else {n: v for n, v in kept.items() if not (isinstance(node[n], Nowhere))}
    if isinstance(node, list):
        return [plain(item, husks=husks) for item in node]
    return {} if isinstance(node, Nowhere) else node


CORRECT = {
    "as described": Server(),
    "leaves nothing of a way": Server(husks=False),
    "quick": Server(depth="quick"),
    "standard": Server(depth="standard"),
    "only names": Server(said={"hidden": []}),
    "only exclusions": Server(said={"include": False, "exclude": "!"}),
    "nothing said about what is hidden": Server(
        said={"exclude": "-", "add": "+", "wildcard": "*"},
        change=lambda s, body: body | {"internal": 1} if s.text == "*" else body,
    ),
    "refuses unknown names": Server(
        said={**SAID, "unknown": 422}, status=lambda s: 422 * (s.topic == "unknown")
    ),
    "shows hidden members inside of what was named": Server(
        change=lambda s, body: (
            {**body, "owner": {**body["owner"], "mail": "x"}} if s.text == "owner" else body
        )
    ),
    "is busy": Server(status=lambda s: 429),
}


@pytest.mark.parametrize("server", CORRECT.values(), ids=CORRECT)
def test_a_correct_server_is_silent(server: Server) -> None:
    assert server.breaches() == {}


@pytest.mark.parametrize("server", CORRECT.values(), ids=CORRECT)
def test_a_correct_server_is_silent_when_paths_are_mixed(server: Server) -> None:
    assert replace(server, depth="quick").breaches() == {}


@pytest.mark.parametrize("depth", ["quick", "deep"])
def test_every_promise_is_asked_about(depth: str) -> None:
    """The tests above would be silent without."""
    topics = {each.selection.topic for each in Server(depth=depth).seen().asked}

    assert topics == {"include", "exclude", "add", "wildcard", "combined", "order", "unknown"}


def only(topic: str, change: Callable[[Any], Any]) -> Server:
    """Return a server that spoils what is asked for one promise."""
    return Server(change=lambda selection, body: change(body) if selection.topic == topic else body)


def lose_false(selection: Selection, body: Any) -> Any:
    """Lose members that count as false."""
    return {name: value for name, value in body.items() if value}


def mail(selection: Selection, body: Any) -> Any:
    """Never bring what is hidden, where it is named."""
    if selection.paths("include") == (("owner", "mail"),):
        return {}
    return body


def never_add(selection: Selection, body: Any) -> Any:
    """Never bring what is hidden, where it is added."""
    if selection.paths("add") == (("owner", "mail"),):
        body["owner"].pop("mail")
    return body


BROKEN: dict[str, tuple[str, str, Server]] = {
    # what the server does: (promise, detail, server)
    "shows everything": ("include", "extra", only("include", lambda _: FULL)),
    "loses what is false": ("include", "missing", Server(change=lose_false)),
    "changes values": ("include", "changed", only("include", lambda body: dict.fromkeys(body, 8))),
    "refuses names": ("include", "status 400", Server(status=lambda s: 400 * (s.topic == "include"))),
    "sends no JSON": ("include", "no JSON", only("include", lambda _: b"<html>")),
    "does not name what is hidden": ("include", "hidden missing", Server(change=mail)),
    "shows what is excluded": ("exclude", "extra", only("exclude", lambda _: FULL)),
    "excludes too much": ("exclude", "missing", only("exclude", lambda _: {})),
    "does not add what is hidden": ("add", "hidden missing", Server(change=never_add)),
    "shows the added alone": ("add", "missing", only("add", lambda _: {})),
    "adds what was not asked for": ("add", "extra", only("add", lambda body: {**body, "internal": 1})),
    "shows internals for a wildcard": (
        "wildcard", "extra", only("wildcard", lambda body: {**body, "internal": 1}),
    ),
    "knows no wildcard": ("wildcard", "missing", only("wildcard", lambda _: {})),
    "does not combine": ("combined", "missing", only("combined", lambda _: {})),
    "refuses unknown names": ("unknown", "status 404", Server(status=lambda s: 404 * (s.topic == "unknown"))),
    "ignores unknown names, although they are refused": (
        "unknown", "status 200", Server(said={**SAID, "unknown": 422}),
    ),
    "looks at the order": (
        "order", "order",
        Server(change=lambda s, b: {} if s.topic == "order" and len(s.steps[0].path) == 1 else b),
    ),
    "counts names": (
        "order", "repeated",
        Server(change=lambda s, b: {} if s.topic == "order" and len(s.steps) == 3 else b),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("promise", "detail", "server"), BROKEN.values(), ids=BROKEN)
def test_a_broken_server_is_told_by_its_promise(promise: str, detail: str, server: Server) -> None:
    found = server.breaches()

    assert detail in found.get(promise, set()), found


@pytest.mark.parametrize(("promise", "server"), [(each[0], each[2]) for each in BROKEN.values()], ids=BROKEN)
def test_a_broken_server_is_told_when_paths_are_mixed(promise: str, server: Server) -> None:
    found = replace(server, depth="quick").breaches()

    assert promise in found


# --- pages ---------------------------------------------------------------------------------------

PAGED = make_operation(
    "200",
    pagination=Pagination(style="page", items="/things", pointer="#/p", next="/next", identity="/id"),
)
CONTEXT = SelectionContext(
    operation=PAGED,
    parameter="fields",
    terms=PartialResponse.model_validate(SAID),
    declared=lambda path: False,
)


def walked(*bodies: Any, query: tuple[tuple[str, str], ...] = ()) -> Walk:
    """Return a walk over pages with these bodies; ``None`` is a refusal."""
    pages = tuple(
        Page(
            exchange=make_exchange(200 if body is not None else 400, body or {"error": "no"}),
            readable=body is not None,
            identities=tuple(str(item["id"]) for item in (body or {}).get("things", ())),
        )
        for body in bodies
    )
    return Walk(operation=PAGED.label, query=query, asked_size=None, pages=pages, ended="last")


WHOLE = [
    {"next": f"{BASE}/things?page=2", "total": 2, "things": [{"id": 1, "name": "a"}]},
    {"total": 2, "things": [{"id": 2, "name": "b"}]},
]
CUT = [{"next": f"{BASE}/things?page=2&fields=x", "things": [{"id": 1}]}, {"things": [{"id": 2}]}]


def judged(*cut: Any) -> list[Breach]:
    """Compare a walk with names to the whole one."""
    chooser = Server().chooser()
    selection = chooser.write("pages", ("include", ("next",)), ("include", ("things", "id")))
    seen = SelectionEvidence(
        full=make_exchange(200, WHOLE[0]), asked=(), walks=((walked(*WHOLE), selection, walked(*cut)),)
    )
    return list(JUDGES["partial-response.pages"](CONTEXT, seen))


def test_a_walk_that_keeps_its_names_is_silent() -> None:
    assert judged(*CUT) == []


@pytest.mark.parametrize(
    ("cut", "detail"),
    [
        ((CUT[0], WHOLE[1]), "extra"),
        ((CUT[0], {"things": [{"id": 3}]}), "changed"),
        ((CUT[0], None), "unreadable"),
        ((CUT[0],), "number of pages"),
        ((CUT[0], {"things": []}), "length"),
    ],
)
def test_a_walk_that_loses_its_names_is_told(cut: tuple[Any, ...], detail: str) -> None:
    assert [breach.detail for breach in judged(*cut)] == [detail]


def test_a_filter_does_not_depend_on_what_is_shown() -> None:
    whole, query = walked(WHOLE[1]), (("q", "name = b"), ("fields", "things.id"))
    full = make_exchange(200, WHOLE[0])

    def told(cut: Walk) -> list[str]:
        seen = SelectionEvidence(full=full, asked=(), filtered=((whole, cut),))
        return [breach.summary for breach in JUDGES["partial-response.with-filter"](CONTEXT, seen)]

    assert told(walked(CUT[1], query=query)) == []
    assert told(walked({"things": []}, query=query)) == [
        "expected 1 items for q=name = b and fields=things.id, as with all members; got 0"
    ]
    assert told(walked(None, query=query)) == [
        "expected 1 items for q=name = b and fields=things.id, as with all members; got status 400"
    ]


@pytest.mark.parametrize(("things", "found"), [([{"id": 1, "mail": "x"}], 1), ([{"id": 1}], 0), ([], 0)])
def test_what_is_hidden_is_not_shown_unasked(things: list[dict[str, object]], found: int) -> None:
    terms = PartialResponse.model_validate({"add": "+", "hidden": ["values.mail", "values.mail.host"]})
    context = SelectionContext(
        operation=make_operation("200"), parameter="fields", terms=terms, declared=lambda _: True
    )
    seen = SelectionEvidence(full=make_exchange(200, {"values": things}), asked=())

    details = [breach.detail for breach in JUDGES["partial-response.add"](context, seen)]
    assert details == ["hidden shown"] * found


@pytest.mark.parametrize(("number", "shown", "found"), [(3, 0, 1), (3, 1, 0), (2, 0, 0)])
def test_what_is_hidden_is_brought_for_some_object(number: int, shown: int, found: int) -> None:
    """Of a few objects none need have such a member; nor need all of many."""
    things = [{"id": each} for each in range(number)]
    added = [{**thing, "mail": "x"} if thing["id"] < shown else thing for thing in things]
    selection = Selection(
        topic="add", steps=(Step(mode="add", path=("values", "mail")),), text="+values.mail"
    )
    terms = PartialResponse.model_validate({"add": "+", "hidden": ["values.mail", "values.mail.host"]})
    context = SelectionContext(
        operation=make_operation("200"), parameter="fields", terms=terms, declared=lambda _: True
    )
    asked = Selected(selection=selection, exchange=make_exchange(200, {"values": added}))
    seen = SelectionEvidence(full=make_exchange(200, {"values": things}), asked=(asked,))

    details = [breach.detail for breach in JUDGES["partial-response.add"](context, seen)]
    assert details == ["hidden never"] * found
