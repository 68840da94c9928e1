"""The operations of the contract. Each takes a call that the gate has admitted, and answers it."""

from __future__ import annotations

from flask import Response, request

from specproof.target.answers import variable_href, variables_path
from specproof.target.incoming import Call, bare_uuid
from specproof.target.limits import Limiter, Rate
from specproof.target.parts import Parts
from specproof.target.problems import Problem
from specproof.target.search.index import PLACE_ORDER
from specproof.target.store import Store
from specproof.target.variables import Draft


class Operations:
    """Puts the parts together to answer calls."""

    def __init__(self, parts: Parts, store: Store, rate: Rate | None) -> None:
        self.gate = parts.gate(store)
        self.answers = parts.answers()
        self._intake = parts.intake()
        self._variables = parts.variables(store)
        self._variable_pager = parts.variable_pager()
        self._filter = parts.filter()
        self._sort = parts.sort()
        self._fields = parts.fields()
        self._search = parts.search(store)
        self._results = parts.results()
        self._search_pager = parts.search_pager()
        self._limiter = Limiter(store, rate) if rate else None

    def list_variables(self, call: Call) -> Response:
        """Answer one page of a team's variables."""
        pager = self._variable_pager
        window = pager.window(call.query)
        offset, limit = pager.span(window)
        where = self._filter.condition(
            call.query.one("q"), address=variable_href(call, "").removesuffix("%7D")
        )
        order = pager.order(window, self._sort.order(call.query.one("sort")))
        total, rows = self._variables.select(
            call.team.id, offset=offset, limit=limit, order=order, where=where
        )
        values = self.answers.listed(call, rows)
        page = pager.wrap(window, total, values, call.place(variables_path(call)))
        return self.answers.page(call, self._partial(call, page))

    def create_variable(self, call: Call) -> Response:
        """Add a variable."""
        row = self._variables.create(call.team.id, self._draft(creating=True))
        return self.answers.created(call, row)

    def read_variable(self, call: Call) -> Response:
        """Answer one variable."""
        fields = call.query.one("fields")
        row = self._variables.read(call.team.id, bare_uuid(call.path["variable_uuid"]))
        shown = self._fields.select(fields, self.answers.variable(call, row))
        return self.answers.read(call, row, shown)

    def update_variable(self, call: Call) -> Response:
        """Change a variable, in part or whole."""
        draft = self._draft(creating=False)
        row = self._variables.update(call.team.id, bare_uuid(call.path["variable_uuid"]), draft)
        return self.answers.updated(call, row)

    def delete_variable(self, call: Call) -> Response:
        """Remove a variable."""
        self._variables.delete(call.team.id, bare_uuid(call.path["variable_uuid"]))
        return self.answers.deleted(call)

    def search_code(self, call: Call) -> Response:
        """Answer one page of the files that match a search query."""
        if not call.team.search_enabled:
            raise Problem(404, "Search is not enabled for this team")
        self._spend(call)
        pager = self._search_pager
        question = self._search.understand(call.query.one("search_query"))
        window = pager.window(call.query)
        offset, limit = pager.span(window)
        total, rows = self._search.find(
            call.team.id,
            question,
            offset=offset,
            limit=limit,
            order=pager.order(window, PLACE_ORDER),
            within=call.credential,
        )
        names = {"origin": call.origin, "team": call.team.name}
        full = bool(call.query.one("fields"))
        values = [self._results.result(row, question, **names, full=full) for row in rows]
        place = call.place(f"{call.home}/search/code")
        page = pager.wrap(window, total, values, place)
        page["query_substituted"] = False
        return self.answers.page(call, self._partial(call, page))

    def _partial(self, call: Call, document: dict[str, object]) -> dict[str, object]:
        return self._fields.select(call.query.one("fields"), document)

    def _draft(self, *, creating: bool) -> Draft:
        content_type = request.headers.get("Content-Type", "")
        return self._intake.draft(content_type, request.get_data(cache=False), creating=creating)

    def _spend(self, call: Call) -> None:
        wait_s = self._limiter.wait_s(call.credential.id) if self._limiter else 0
        if wait_s:
            raise Problem(429, "Too many searches", headers=[("Retry-After", str(wait_s))])
