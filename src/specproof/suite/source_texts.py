"""Read files that a search found: what a result shows of a file must stand there."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote, urljoin

from specproof.generate.shuffle import shuffle
from specproof.invariants.search_results import lacking_phrases
from specproof.model.exchange import Request
from specproof.model.search import Answer, Found, SourceText
from specproof.suite.session import Suite

_MOST = {"quick": 3, "standard": 16, "deep": 60}  # how many files are read


def read_sources(suite: Suite, answers: Sequence[Answer], seed: str) -> dict[str, SourceText]:
    """Read files that were found: what shows no phrase first, then odd paths, then one of each kind.

    Args:
        suite: The run; its depth says how many are read.
        answers: What was found.
        seed: Decides which files are read, of those that are as good as others.

    Returns:
        Texts, by the identity of the result.
    """
    results = [(answer, found) for answer in answers for found in answer.found if found.source]
    doubtful = {found.identity for answer, found in results if lacking_phrases(answer, found)}
    base = suite.client.base_url  # another one on every run of the embedded target
    different = {found.identity.removeprefix(base): found for _, found in results}
    chosen = [different[address] for address in shuffle(different, seed)]
    kinds = {_ending(found): found.identity for found in reversed(chosen)}
    chosen.sort(
        key=lambda found: (
            found.identity not in doubtful,
            quote(found.path or "") == found.path,
            kinds[_ending(found)] != found.identity,
        )
    )
    read = {found.identity: _text(suite, found) for found in chosen[: _MOST[suite.plan.depth]]}
    return {identity: text for identity, text in read.items() if text is not None}


def _text(suite: Suite, found: Found) -> SourceText | None:
    url = urljoin(found.exchange.request.url, found.source or "")
    if not suite.client.may_be_led_to(url):
        return None
    credential = found.exchange.request.credential
    exchange = suite.send(
        Request(method="GET", url=url, credential=credential, purpose="the text of a file that was found")
    )
    media = exchange.response.media_type or ""
    if exchange.response.status != 200 or not media.startswith("text/") or media == "text/html":
        return None
    try:
        text = exchange.response.body.decode("utf-8")
    except UnicodeDecodeError:
        return None
    lines = [line.removesuffix("\r") for line in text.split("\n")]
    if not lines[-1]:
        lines.pop()
    # Where people disagree on what ends a line, its number is nobody's promise.
    return SourceText(exchange=exchange, lines=tuple(lines)) if lines == text.splitlines() else None


def _ending(found: Found) -> str:
    return (found.path or "").rpartition("/")[2].rpartition(".")[2]
