"""What must come of asking a Git server for its branches."""

from __future__ import annotations

import re
from collections.abc import Iterator

from specproof.model.exchange import Exchange
from specproof.model.finding import Breach
from specproof.model.oauth import Trial

_REF = re.compile(rb"[0-9a-f]{40}(?:[0-9a-f]{24})?[ \t]([^\0\n]+)")
_NO_REF = b"capabilities^{}"  # what an empty repository says
_FRAMED = re.compile(rb"[0-9a-fA-F]{4}# service=git-[a-z-]+\n?0000")
_CHALLENGE = re.compile(r"(?:^|,)\s*basic(?=[\s,]|$)", re.IGNORECASE)
RESULT = "application/x-git-upload-pack-result"
_AWAY = frozenset({429, 502, 503, 504})


def judge(trial: Trial) -> Iterator[Breach]:
    """Judge one trial: ``cloned`` gives the branches, ``kept`` and ``no pack`` are refused, or ``asked``.

    Who is refused with 401 is asked for a password: Git sends what it was given only then.
    """
    answer = trial.evidence[-1]
    if answer.response.status in _AWAY:
        return
    if trial.kind == "asked":
        if not _CHALLENGE.search(answer.response.header("WWW-Authenticate") or ""):
            yield _breach(trial, "a challenge for Basic", "a 401 without")
    elif trial.kind == "no pack":
        if answer.response.status == 200 and answer.response.media_type == RESULT:
            yield _breach(trial, "a refusal", "an answer to a request for packs")
    elif trial.kind == "kept":
        if 200 <= answer.response.status < 300 and is_list(answer):
            yield _breach(trial, "a refusal", "the list of branches")
    elif answer.response.status != 200:
        yield _breach(trial, "the list of branches", f"status {answer.response.status}", detail="status")
    else:
        yield from _list(trial, answer)


def _list(trial: Trial, answer: Exchange) -> Iterator[Breach]:
    service = answer.request.url.rpartition("service=")[2]
    media = f"application/x-{service}-advertisement"
    if answer.response.media_type != media:
        yield _breach(trial, media, answer.response.media_type or "no media type", detail="media type")
    lines = pkt_lines(answer.response.body)
    if lines is None or not lines or lines[0].rstrip(b"\n") != f"# service={service}".encode():
        yield _breach(trial, f"pkt-lines that begin with # service={service}", "others", detail="pkt-lines")
    elif not _FRAMED.match(answer.response.body) or not answer.response.body.endswith(b"0000"):
        yield _breach(trial, "a flush behind the service and at the end", "none", detail="flush")
    elif not branches(lines):
        yield _breach(trial, "at least one branch", "none", detail="no branch")


def _breach(trial: Trial, expected: str, got: str, *, detail: str = "") -> Breach:
    return Breach(
        promise=trial.promise,
        operation="",
        summary=f"expected {expected}; got {got}, with {trial.what}",
        evidence=trial.evidence,
        detail=f"{trial.what}: {detail}" if detail else trial.what,
    )


def pkt_lines(body: bytes) -> list[bytes] | None:
    """Return the lines of a body in Git's framing, without flushes; ``None`` where it is another one.

    Source:
        Git documentation, gitprotocol-common, section on pkt-line.
    """
    lines: list[bytes] = []
    at = 0
    while at < len(body):
        head = body[at : at + 4]
        if not re.fullmatch(rb"[0-9a-fA-F]{4}", head):
            return None
        length = int(head, 16)
        if length < 4:  # flush and its kin have no content
            at += 4
            continue
        if at + length > len(body):
            return None
        lines.append(body[at + 4 : at + length])
        at += length
    return lines


def branches(lines: list[bytes]) -> list[bytes]:
    """Return the names of what is listed."""
    found = [_REF.match(line) for line in lines]
    return [match[1] for match in found if match and match[1].strip() != _NO_REF]


def is_list(exchange: Exchange) -> bool:
    """Tell whether an answer lists branches, in the smart or in the plain way."""
    body = exchange.response.body
    lines = pkt_lines(body)
    if lines:
        return lines[0].startswith(b"# service=") or bool(branches(lines))
    return bool(branches(body.splitlines()))
