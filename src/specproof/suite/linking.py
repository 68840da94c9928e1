"""Links: read them out of answers, and follow them."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urljoin

from pydantic import ValidationError

from specproof.contract.languages import partial_response
from specproof.contract.vocabulary import Links
from specproof.generate.links import choose, header_links, links_of
from specproof.generate.request import build_request
from specproof.invariants.links import Followed, lead_somewhere, leads_to_itself, well_formed
from specproof.model.exchange import Exchange, Request
from specproof.model.link import Link
from specproof.model.operation import Operation
from specproof.suite.judgement import Judgement
from specproof.suite.listing import promised
from specproof.suite.scratch import Scratch, valid_request
from specproof.suite.session import Suite
from specproof.suite.skipping import skipping

_EACH = {"quick": 2, "standard": 6, "deep": 30}  # how many links of each place are followed
PROMISES = ("links.well-formed", "links.lead-somewhere", "links.self")
_QUERIES = {"quick": 5, "standard": 5, "deep": 20}  # different ones find links of different kinds


def judge_links(suite: Suite, scratch: Scratch, operation: Operation, _again: bool) -> Judgement:
    """Follow the links of an operation's answers, and judge them by every promise about links.

    Those of bodies are known by ``x-hyperlinks``; those of headers where the document has the header.
    """
    judgement = Judgement()
    promises = promised(suite, operation, "links")
    said = suite.contract.document.get("x-hyperlinks")
    try:
        rules = None if said is None else Links.model_validate(said)
    except ValidationError:
        return judgement
    with skipping(judgement, promises):
        answers = list(_answers(suite, scratch, operation))
        links = [link for answer in answers for link in links_of(rules, answer)] if rules is not None else []
        documented = [link for answer in answers for link in _documented_headers(suite, operation, answer)]
        followed = list(_follow(suite, operation, [*links, *documented]))
        own = [each for each in followed if each.link.relation == "self" and each.exchange.response.is_json]
        judged = (
            (well_formed(operation, links), len(links)),
            (lead_somewhere(operation, followed), len(followed)),
            (leads_to_itself(operation, own), len(own)),
        )
        for promise, (breaches, times) in zip(PROMISES, judged, strict=True):
            if promise in promises:
                judgement.judge(promise, breaches, times=times)
            judgement.skip(promise, "no answer has a link of the kind that leads to this server")
    return judgement


def _answers(suite: Suite, scratch: Scratch, operation: Operation) -> Iterator[Exchange]:
    """Yield successes of an operation: with each known query, and with the members that are hidden.

    In a quick run each query is asked once, with these members: the others are there as well.
    """
    plain = valid_request(suite, scratch, operation, purpose="what links are there?")
    path, pages = scratch.path(operation), operation.pagination
    whole = pages is not None and pages.size_parameter is not None and pages.size_maximum is not None
    largest = ((str(pages.size_parameter), str(pages.size_maximum)),) if pages is not None and whole else ()
    for query in _known_queries(suite, operation):
        selections = list(_selections(operation))
        for more in selections[-1:] if suite.plan.depth == "quick" else selections:
            request = build_request(
                operation,
                base_url=suite.client.base_url,
                path=path,
                query=(*query, *largest, *more),
                credential=plain.credential,
                purpose=plain.purpose,
            )
            exchange = suite.send(request)
            if 200 <= exchange.response.status < 400:
                yield exchange


def _known_queries(suite: Suite, operation: Operation) -> Iterator[tuple[tuple[str, str], ...]]:
    required = suite.access.required_query(operation)
    known = next((name for name, _ in required if suite.profile.queries.get(name)), None)
    if known is None:
        yield required
        return
    for value in suite.profile.queries[known][: _QUERIES[suite.plan.depth]]:
        yield tuple((name, str(value) if name == known else given) for name, given in required)


def _selections(operation: Operation) -> Iterator[tuple[tuple[str, str], ...]]:
    """Yield nothing more, and what adds the members that answers usually leave out."""
    yield ()
    language = partial_response(operation)
    if language is not None and language.terms.add and language.terms.hidden:
        added = (f"{language.terms.add}{name}" for name in language.terms.hidden)
        yield ((language.parameter, language.terms.delimiter.join(added)),)


def _documented_headers(suite: Suite, operation: Operation, exchange: Exchange) -> Iterator[Link]:
    """Yield the links of documented headers; of Link those alone that lead to what the document describes.

    A successor, a help page or another version may well be on a server that is not there in a test.
    """
    found = operation.response_for(exchange.response.status)
    names = {header.name.lower() for header in found.headers} if found else set()
    for link in header_links(exchange):
        if link.pointer.lower() in names and (link.pointer != "Link" or _is_described(suite, link)):
            yield link


def _is_described(suite: Suite, link: Link) -> bool:
    base, url = suite.client.base_url, urljoin(link.exchange.request.url, str(link.href))
    path = url.partition("?")[0].removeprefix(base)
    return url.startswith(base) and any(_leads_through(each, path) for each in suite.contract.operations)


def _leads_through(operation: Operation, path: str) -> bool:
    steps, given = operation.path.split("/"), path.split("/")
    return len(steps) == len(given) and all(
        step == here or (step.startswith("{") and here) for step, here in zip(steps, given, strict=True)
    )


def _follow(suite: Suite, operation: Operation, links: list[Link]) -> Iterator[Followed]:
    """Follow links that may be followed, with the credential of the answer they stand in."""
    seen: dict[str, Exchange] = {}
    chosen = choose(
        links,
        seed=f"{suite.plan.seed} {operation.label}",
        base_url=suite.client.base_url,
        number=_EACH[suite.plan.depth],
        identity=operation.resource.identity if operation.resource else None,
    )
    for link in chosen:
        url = urljoin(link.exchange.request.url, str(link.href).strip())
        if not suite.client.may_be_led_to(url):
            continue
        if url not in seen:
            credential = link.exchange.request.credential
            purpose = f"by the link at {link.place}"
            seen[url] = suite.send(Request(method="GET", url=url, credential=credential, purpose=purpose))
        yield Followed(link=link, exchange=seen[url])
