"""Lists and searches of one's own, beside the same of somebody else: nothing of theirs is in them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from specproof.environment.profile import Credential
from specproof.invariants.doors import is_in, of_others, same_items, shared
from specproof.model.exchange import Exchange, resolve_pointer
from specproof.suite.judgement import Judgement
from specproof.suite.rights import Asker, largest

UNREACHABLE = "authorization.foreign-unreachable"
_MOST_QUERIES = {"quick": 1, "standard": 3, "deep": 3}


def judge_lists(asker: Asker, judgement: Judgement, caller: Credential, rival: Credential | None) -> None:
    """Compare one's own list with that of somebody else, for each known query."""
    operation, profile = asker.operation, asker.suite.profile
    pages = operation.pagination
    if pages is None or operation.method != "GET":
        return
    names = [name for name in asker.path() if name in profile.foreign]
    known = {str(profile.foreign[name]) for name in names}
    known |= {str(each) for name in names for each in profile.foreign_aliases.get(name, ())}
    required = asker.suite.access.required_query(operation)
    queried = next((name for name, _ in required if profile.queries.get(name)), None)
    most = _MOST_QUERIES[asker.suite.plan.depth]
    for text in (profile.queries[queried] if queried else ("",))[:most]:
        query = {queried: str(text)} if queried else {}
        own = _listed(asker, caller, {}, query)
        items = _items(own, pages.items)
        if own is None or items is None:
            continue
        judged = [*of_others(operation, "in an own list", items, known, own)]
        foreign = {name: str(profile.foreign[name]) for name in names}
        theirs = _listed(asker, rival, foreign, query) if rival is not None else None
        others = _items(theirs, pages.items)
        if theirs is not None and others:
            judged += shared(operation, items, others, theirs, own)
            if operation.resource is not None:
                judged += same_items(operation, operation.resource.identity, items, others, theirs, own)
        judgement.judge(UNREACHABLE, judged)


def _listed(
    asker: Asker, credential: Credential, values: dict[str, str], query: dict[str, str]
) -> Exchange | None:
    """Return a large page as somebody sees it; ``None`` where it is refused."""
    pages = asker.operation.pagination
    size = largest(pages) if pages is not None else ()
    path = {**asker.path(), **values}
    request = asker.request(credential.name, path, purpose="look at a list", query=size)
    seen = asker.suite.send(replace(request, url=_with_query(request.url, query)))
    return seen if is_in(seen) else None


def _items(exchange: Exchange | None, pointer: str) -> list[Any] | None:
    found = resolve_pointer(exchange.response.document, pointer) if exchange is not None else None
    return found if isinstance(found, list) else None


def _with_query(url: str, values: dict[str, str]) -> str:
    parts = urlsplit(url)
    pairs = [(k, values.get(k, v)) for k, v in parse_qsl(parts.query, keep_blank_values=True)]
    return parts._replace(query=urlencode(pairs, quote_via=quote)).geturl()
