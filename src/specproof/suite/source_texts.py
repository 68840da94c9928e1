"""Read files that a search found: what a result shows of a file must stand there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import quote, urljoin

from specproof.generate.search_edges import edges_of
from specproof.generate.search_language import Language
from specproof.generate.shuffle import shuffle
from specproof.invariants.search_results import lacking_phrases
from specproof.model.exchange import Request
from specproof.model.search import Answer, Found, SourceText
from specproof.suite.session import Suite

_MOST = {"quick": 4, "standard": 16, "deep": 60}  # how many files are read


def read_sources(
    suite: Suite, answers: Sequence[Answer], language: Language, seed: str
) -> dict[str, SourceText]:
    """Read files that were found: what shows no phrase first, then odd paths, then what is unlike those.

    Args:
        suite: The run; its depth says how many are read.
        answers: What was found.
        language: How words are searched for.
        seed: Decides which files are read, of those that are as good as others.

    Returns:
        Texts, by the identity of the result.
    """
    results = [(answer, found) for answer in answers for found in answer.found if found.source]
    doubtful = {found.identity for answer, found in results if found.lines and lacking_phrases(answer, found)}
    traits: dict[str, set[str]] = {}
    for _, found in results:
        traits.setdefault(found.identity, set()).update(_traits(found, language))
    base = suite.client.base_url  # another one on every run of the embedded target
    different = {found.identity.removeprefix(base): found for _, found in results}
    left = [different[address] for address in shuffle(different, seed)]
    chosen: list[Found] = []
    while left and len(chosen) < _MOST[suite.plan.depth]:
        had = {trait for found in chosen for trait in traits[found.identity]}
        following = min(
            left,
            key=lambda found: (
                found.identity not in doubtful,
                quote(found.path or "") == found.path,
                -len(traits[found.identity] - had),
            ),
        )
        left.remove(following)
        chosen.append(following)
    read = {found.identity: _text(suite, found) for found in chosen}
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


def _traits(found: Found, language: Language) -> Iterator[str]:
    """Yield what tells a file from others: its kind, indented lines, words at the ends of lines."""
    lines = [line.text for line in found.lines]
    yield _ending(found)
    yield from ("indented",) if any(line[:1].isspace() for line in lines) else ()
    yield from (edge for edge, _ in edges_of(lines, found.path or "", language, whole=False))


def _ending(found: Found) -> str:
    return (found.path or "").rpartition("/")[2].rpartition(".")[2]
