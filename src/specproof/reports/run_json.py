"""``run.json``: the whole record of a run, for ``specproof merge`` on another machine."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from specproof.errors import OptionError
from specproof.model.exchange import Exchange
from specproof.model.verdict import Outcome, Run
from specproof.reports.clean import Mask
from specproof.reports.text import BODY_LIMIT, harmless

NAME = "run.json"
FORMAT: Literal[1] = 1  # counted up when an older reader would misunderstand
_BODY_BYTES = BODY_LIMIT - 100  # with the note of what was cut a body is not cut again
_ODD = re.compile(r"[^ -~]")  # JSON itself needs none of these, so they stand in texts


class _Record(BaseModel):
    """The file; everything in it is checked against the types of the model."""

    model_config = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64", extra="forbid")

    format: Literal[1] = FORMAT
    run: Run


def write_run(run: Run, folder: Path, mask: Mask) -> None:
    """Write ``run.json`` of a clean run.

    Bodies are base64, since they are bytes, and cut as in every report. The detail of a finding is masked;
    its fingerprint, which is made of the detail, stands beside it.
    """
    outcomes = tuple(_masked(outcome, mask) for outcome in run.outcomes)
    sample = tuple(map(_cut, run.sample))
    content = _Record(run=replace(run, outcomes=outcomes, sample=sample)).model_dump(mode="json")
    text = _ODD.sub(_escaped, json.dumps(content, ensure_ascii=False))
    (folder / NAME).write_text(f"{text}\n", encoding="ascii")


def read_run(folder: Path) -> Run:
    """Read the record that a run left in its reports folder.

    Raises:
        OptionError: There is none, or it cannot be used.
    """
    path = folder / NAME
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise OptionError(
            f"{path}: cannot be read ({reason}); give the reports folder of a run that ended"
        ) from error
    try:
        return _Record.model_validate_json(text).run
    except ValidationError as error:
        raise OptionError(
            f"{path}: {_first(error)}; it must be written by this version of specproof, and unchanged"
        ) from error


def _masked(outcome: Outcome, mask: Mask) -> Outcome:
    findings = tuple(
        replace(
            finding,
            detail=harmless(mask(finding.detail)),
            known_as=finding.fingerprint,
            evidence=tuple(map(_cut, finding.evidence)),
        )
        for finding in outcome.findings
    )
    return replace(outcome, findings=findings)


def _cut(exchange: Exchange) -> Exchange:
    """Shorten bodies, so that the reports that are made of them are as those of the machine itself."""
    request, response = exchange.request, exchange.response
    return replace(
        exchange,
        request=replace(request, body=_shortened(request.body) if request.body else request.body),
        response=replace(response, body=_shortened(response.body)),
    )


def _shortened(body: bytes) -> bytes:
    left = len(body) - _BODY_BYTES
    return body if left <= 0 else body[:_BODY_BYTES] + f"\n… {left} more bytes".encode()


def _escaped(match: re.Match[str]) -> str:
    """Write a character as JSON escapes, half a surrogate pair as U+FFFD: it is no text (RFC 8259, 8.2)."""
    data = match[0].encode("utf-16-be", "surrogatepass")
    if 0xD800 <= ord(match[0]) <= 0xDFFF:
        return "\\ufffd"
    return "".join(f"\\u{data[at : at + 2].hex()}" for at in range(0, len(data), 2))


def _first(error: ValidationError) -> str:
    """Return the first thing that is wrong, with its place."""
    found: Any = error.errors()[0]
    place = ".".join(str(step) for step in found["loc"])
    return f"{place}: {found['msg']}" if place else str(found["msg"]).partition(" at line")[0]
