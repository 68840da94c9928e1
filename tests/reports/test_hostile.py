"""No secret and no trick of a server comes through into any byte of the folder or of the terminal."""

from __future__ import annotations

import base64
import html
import io
import json
import re
import stat
import subprocess
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from rich.console import Console

from specproof.environment import Masker, Secret
from specproof.errors import OptionError
from specproof.model.verdict import Decision, Run
from specproof.reports import render, write_all
from specproof.reports.text import BODY_LIMIT, harmless, request_text

CANARY = "canary-7f3a/+&<secret>"
HOSTILE = (
    "\0\x01\x1b[31m\x7f\x85 \u202e\u2066 \ufffe\uffff \u2028 ]]> &amp; <script>alert(1)</script> "
    "``` ` | @everyone ${HOME} $(id) \r\n # * _ [x](javascript:1) \ud800"
)
FORMS = {
    "raw": CANARY,
    "percent": quote(CANARY, safe=""),
    "JSON": json.dumps(CANARY),
    "HTML": html.escape(CANARY),
    "base64": base64.b64encode(CANARY.encode()).decode(),
    "Basic": base64.b64encode(f"ada:{CANARY}".encode()).decode(),
}


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def screen(run: Run, decision: Decision, mask: Callable[[str], str], width: int = 100) -> str:
    """Return what the terminal shows."""
    out = io.StringIO()
    render(run, decision, Console(file=out, width=width), mask=mask, reports=Path("reports"))
    return out.getvalue()


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
@pytest.mark.parametrize("variable", [None, "ADA_PASSWORD"])
def test_no_byte_of_a_report_holds_the_secret(
    hostile_run: Callable[[str], Run], decision: Decision, tmp_path: Path, form: str, variable: str | None
) -> None:
    mask = Masker([Secret(value=CANARY, username="ada", variable=variable)])
    run = hostile_run(form)
    decision = replace(decision, reasons=(form,))
    write_all(run, decision, tmp_path, mask=mask, environ={"JENKINS_URL": "x", "BUILD_URL": form})
    assert len(files(tmp_path)) > 10
    shown = screen(run, decision, mask)
    for secret in FORMS.values():
        for path in files(tmp_path):
            assert secret.strip('"').encode() not in path.read_bytes(), path
        assert secret.strip('"') not in shown
    assert "***" in shown or "$ADA_PASSWORD" in shown


def test_a_body_in_another_character_set_keeps_no_secret(
    hostile_run: Callable[[str], Run], decision: Decision, tmp_path: Path
) -> None:
    run = hostile_run("x")
    outcome = run.outcomes[0]
    exchange = outcome.findings[0].evidence[0]
    response = replace(
        exchange.response,
        headers=(("Content-Type", 'text/plain; charset="utf-16"'),), body=f"token {CANARY}".encode("utf-16"),
    )  # fmt: skip
    finding = replace(outcome.findings[0], evidence=(replace(exchange, response=response),))
    run = replace(run, outcomes=(replace(outcome, findings=(finding,)),))
    write_all(run, decision, tmp_path, mask=Masker([CANARY]))
    texts = [path.read_bytes() for path in files(tmp_path / "allure-results")]
    assert not any(CANARY.encode() in text or CANARY.encode("utf-16-le") in text for text in texts)
    assert any(b"token ***" in text for text in texts)


@pytest.mark.parametrize(
    "charset", ["base64", "hex", "rot13", "no-such", "utf-8-sig", "undefined", "idna", ""]
)
def test_no_character_set_that_a_server_names_breaks_a_report(
    hostile_run: Callable[[str], Run], decision: Decision, tmp_path: Path, charset: str
) -> None:
    run = hostile_run("x")
    exchange = run.outcomes[0].findings[0].evidence[0]
    headers = (("Content-Type", f"text/plain; charset={charset}"),)
    response = replace(exchange.response, headers=headers, body=b"\xff\xfe\0" + CANARY.encode())
    finding = replace(run.outcomes[0].findings[0], evidence=(replace(exchange, response=response),))
    run = replace(run, outcomes=(replace(run.outcomes[0], findings=(finding,)),))
    write_all(run, decision, tmp_path, mask=Masker([CANARY]))
    assert not any(CANARY.encode() in path.read_bytes() for path in files(tmp_path))


def test_tricks_are_shown_as_escapes_everywhere(
    hostile_run: Callable[[str], Run], decision: Decision, tmp_path: Path
) -> None:
    """Reports are UTF-8, and no character in them controls, hides or turns round anything."""
    run = hostile_run(HOSTILE)
    write_all(run, decision, tmp_path, mask=str)
    for path in files(tmp_path):
        if path.parent.name == "reproduce":
            continue  # shell lines are repeated byte by byte, or they would not reproduce
        text = path.read_text(encoding="utf-8")
        bad = {letter for letter in text if unicodedata.category(letter) in {"Cc", "Cf", "Cs", "Cn"}}
        assert bad <= {"\n", "\t"}, (path.name, bad)
    shown = screen(run, decision, str)
    assert {letter for letter in shown if unicodedata.category(letter) in {"Cc", "Cf"}} <= {"\n"}


def test_huge_bodies_are_cut_after_the_secrets_are_out(
    hostile_run: Callable[[str], Run], decision: Decision, tmp_path: Path
) -> None:
    """A secret across the cut must not leave its first half."""
    run = hostile_run("x")
    exchange = run.outcomes[0].findings[0].evidence[0]
    body = b"a" * (BODY_LIMIT - 8) + CANARY.encode() + b"b" * 3_000_000
    response = replace(exchange.response, body=body)
    finding = replace(run.outcomes[0].findings[0], evidence=(replace(exchange, response=response),))
    write_all(
        replace(run, outcomes=(replace(run.outcomes[0], findings=(finding,)),)), decision, tmp_path,
        mask=Masker([CANARY]),
    )  # fmt: skip
    assert sum(path.stat().st_size for path in files(tmp_path)) < 100_000
    texts = {path.suffix: text for path in files(tmp_path) if "aaaa" in (text := path.read_text())}
    assert set(texts) == {".txt", ".har", ".html"}
    for kind, text in texts.items():
        assert "***" in text or kind == ".html"  # which is cut before
        assert "canary" not in text
        assert re.search("[0-9]{7} more (characters|bytes)", text)


def test_credentials_in_headers_go_without_a_mask(hostile_run: Callable[[str], Run]) -> None:
    exchange = hostile_run("x").outcomes[0].findings[0].evidence[0]
    headers = (("Authorization", "Basic abcdef"), ("Cookie", "sid=abcdef"), ("X-Other", "abc"))
    text = request_text(replace(exchange, request=replace(exchange.request, headers=headers)))
    assert "Authorization: Basic ***\nCookie: sid=***\nX-Other: abc\n" in text


def test_scripts_run_and_nothing_in_their_comments_does(run: Run, decision: Decision, tmp_path: Path) -> None:
    """A summary with a line end must not become a command."""
    outcome = run.outcomes[0]
    finding = replace(
        outcome.findings[0], summary="expected a\ntouch pwned\n\rtouch pwned", reproduce=("echo 'once more'",)
    )
    run = replace(run, outcomes=(replace(outcome, findings=(finding,)),))
    write_all(run, decision, tmp_path, mask=str)
    path = tmp_path / "reproduce" / f"{finding.fingerprint}.sh"
    assert stat.S_IMODE(path.stat().st_mode) == 0o755
    done = subprocess.run([str(path)], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout == "once more\n"
    assert not (tmp_path / "pwned").exists()


def test_a_report_that_cannot_be_written_leaves_the_old_ones(
    run: Run, decision: Decision, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_all(run, decision, tmp_path, mask=str)
    before = {path: path.read_bytes() for path in files(tmp_path)}

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("specproof.reports.write.write_verdict", full)
    with pytest.raises(
        OptionError, match=r"--reports-dir: .*No space left on device.*previous run are still there"
    ):
        write_all(replace(run, seed=9), decision, tmp_path, mask=str)
    assert {path: path.read_bytes() for path in files(tmp_path)} == before


def test_ordinary_text_of_all_languages_stays() -> None:
    text = "Grüße, 世界, Привет, Cafe\u0301, 🌊\n\ttab"
    assert harmless(text) == text
