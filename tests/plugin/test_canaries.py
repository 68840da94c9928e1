"""No secret comes through into any byte of the reports, whatever a server does with what it is told."""

from __future__ import annotations

import base64
import html
import io
import json
import re
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, unquote_to_bytes

import pytest
from suite_runs import ROOT, SuiteRun, run_suite

sys.path.insert(0, str(ROOT / "tests" / "support"))
from parrot import PROFILE, SECRETS, Parrot, document, parrot

_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{12,}")
_LONG = 12  # characters: shorter values are words that anything may hold


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[SuiteRun, Parrot]:
    """A run against a parrot, and what the parrot was told and gave away."""
    folder = tmp_path_factory.mktemp("canaries")
    (folder / "parrot.json").write_text(json.dumps(document()))
    with parrot() as (origin, bird):
        (folder / "parrot.toml").write_text(PROFILE.replace("ORIGIN", origin))
        named = ("--spec", str(folder / "parrot.json"), "--environment", str(folder / "parrot.toml"))
        run = run_suite(folder / "reports", *named, "--depth", "quick", variables=SECRETS)
    return run, bird


def canaries(bird: Parrot) -> dict[str, str]:
    """Return every secret of the run by what it is."""
    found = {**SECRETS, **{f"token {n}": token for n, token in enumerate(bird.tokens)}}
    found["session cookie"] = bird.cookie
    return found | {f"secured {n}": v for n, v in enumerate(sorted(bird.secured)) if len(v) >= _LONG}


def layers(data: bytes) -> Iterator[bytes]:
    """Yield the data as they are, out of a zip, and with one encoding after the other taken off."""
    yield data
    if zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                yield name.encode()
                yield from layers(archive.read(name))
    text = data.decode("utf-8", "replace")
    yield unquote_to_bytes(data)
    yield html.unescape(text).encode()
    yield re.sub(r'\\(["\\/])', r"\1", text).encode()
    yield re.sub(r"\\u([0-9a-fA-F]{4})", lambda code: chr(int(code[1], 16)), text).encode("utf-8", "replace")
    pieces = [found.translate(bytes.maketrans(b"-_", b"+/")) for found in _BASE64.findall(data)]
    shifted = (piece[start:] for piece in pieces for start in range(4))
    yield b" ".join(base64.b64decode(piece[: len(piece) // 4 * 4]) for piece in shifted)


def needles(secret: str) -> list[bytes]:
    """Return the forms that are looked for in every layer."""
    raw = secret.encode()
    return [raw, raw[::-1], raw.hex().encode(), quote(secret, safe="").encode(), base64.b64encode(raw)]


def test_the_parrot_was_told_everything(told: tuple[SuiteRun, Parrot]) -> None:
    """Else the next test would look for what never was there."""
    run, bird = told
    names = {finding["promise"] for finding in run.verdict["findings"]}
    assert "secrets.never-exposed" in names, run.output[-3000:]
    assert bird.heard >= set(SECRETS.values())
    assert bird.heard & set(bird.tokens)  # a run may obtain more tokens than it sends
    assert [value for value in bird.secured if len(value) >= _LONG]
    har = (run.reports / "exchanges.har").read_text(encoding="utf-8")
    assert "$PARROT_QUERY" in har
    assert "session=***" in har


def test_no_canary_is_in_any_byte_of_the_reports(told: tuple[SuiteRun, Parrot]) -> None:
    run, bird = told
    looked_for = {form: name for name, secret in canaries(bird).items() for form in needles(secret)}
    files = [path for path in run.reports.rglob("*") if path.is_file()]
    texts = {str(path): path.read_bytes() for path in files} | {"output": run.output.encode()}
    hits = {
        (place, looked_for[form])
        for place, data in texts.items()
        for layer in layers(data)
        for form in looked_for
        if form in layer
    }
    assert len(files) > 30
    assert hits == set()


@pytest.mark.parametrize("form", ["plain", "zip", "base64", "percent", "json", "html"])
def test_the_search_would_find_one(tmp_path: Path, form: str) -> None:
    """A search that finds nothing proves nothing unless it can find something."""
    secret = SECRETS["PARROT_PASSWORD"]
    made = {
        "plain": secret.encode(), "zip": b"", "percent": quote(f"x {secret}").encode(),
        "base64": base64.b64encode(f"xy {secret} z".encode()), "html": html.escape(secret).encode(),
        "json": json.dumps(secret.replace("-", "\u2010")).replace("\\u2010", "\\u002d").encode(),
    }  # fmt: skip
    if form == "zip":
        with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("a.txt", f"x {secret}")
        made["zip"] = (tmp_path / "a.zip").read_bytes()
    assert any(needle in layer for layer in layers(made[form]) for needle in needles(secret))
