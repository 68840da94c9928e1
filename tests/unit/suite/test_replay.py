"""What a pytest file of a finding is made of: expressions without secrets, identities, safe texts."""

from __future__ import annotations

import ast
import os
from pathlib import Path
from typing import Any
from unittest import SkipTest

import pytest
from builders import make_exchange, make_request, make_response
from recording import Answer, recording_server
from things import Things, make_stage

from specproof.client.curl import Captured
from specproof.generate.sequences import Stage
from specproof.model.exchange import Exchange
from specproof.model.finding import Breach, Finding
from specproof.model.promise import Severity
from specproof.suite.again import judge_answer
from specproof.suite.replay.expressions import signed, text_of, word
from specproof.suite.replay.judged import Circumstances, by_check, by_look
from specproof.suite.replay.render import Surroundings, pytest_file
from specproof.suite.replay.symptoms import Symptom, symptom_of

DEFECTIVE = """
openapi: 3.0.3
info: {title: Things, version: "1"}
paths:
  /things:
    get:
      responses:
        "200":
          description: fine
          content: {application/json: {schema: {type: objekt}}}
"""
HARMLESS = Symptom(says="nothing", lines=("assert answers[-1].status == 200, FINDING",))


class _Uuids(Things):
    """Identities in curly braces, with characters that a URL must not hold as they are."""

    def identity(self, sent: dict[str, Any]) -> str:
        return f"{{7d44 {self.count}/{len(self.base)}}}"


def _finding(evidence: list[Exchange], **members: Any) -> Finding:
    base: dict[str, Any] = {
        "promise": "lifecycle.echo",
        "operation": "POST /things",
        "severity": Severity.MAJOR,
        "summary": "expected a; got b",
        "source": "#/paths",
    }
    return Finding(**base | {"evidence": tuple(evidence)} | members)


def _file(stage: Stage, evidence: list[Exchange], origin: str, **members: Any) -> str:
    around = Surroundings(base_url=origin, words=lambda _: ())
    found = _finding(evidence, **members)
    return pytest_file(found, HARMLESS, around, resource=stage.resource, removable=True)


def _run(text: str) -> None:
    names: dict[str, Any] = {}
    exec(compile(text, "test_file.py", "exec"), names)
    names["test_lifecycle_echo"]()


@pytest.mark.parametrize(
    ("shell", "expression"),
    [
        ('ada:"${PW}"', "'ada:' + secret('PW')"),
        ('"Authorization: Bearer ${TOKEN}"', "'Authorization: Bearer ' + secret('TOKEN')"),
        ("'a b:'\"${PW}\"", "'a b:' + secret('PW')"),
        ('"${PW}"', "secret('PW')"),
        ("'Authorization: Basic %%%'", "'Authorization: Basic %%%'"),
        ('ada:"${PW%?}"', "bash('ada:\"${PW%?}\"')"),
        ('ada:"$(printf x)"', "bash('ada:\"$(printf x)\"')"),
    ],
)
def test_a_shell_word_becomes_an_expression(shell: str, expression: str) -> None:
    """In Python where a variable only stands at its end; all else is left to bash."""
    assert word(shell) == expression


@pytest.mark.parametrize(
    ("words", "header", "url"),
    [
        ((), "", "URL"),
        (("-u", 'ada:"${PW}"'), "basic('ada:' + secret('PW'))", "URL"),
        (("-H", 'X-Key:" ${K}"'), "line(bash('X-Key:\" ${K}\"'))", "URL"),
        (("-b", 'sid="${S}"'), "('Cookie', 'sid=' + secret('S'))", "URL"),
        (("--url-query", 'token="${T}"'), "", "with_query(URL, 'token=' + secret('T'))"),
    ],
    ids=["nobody", "basic", "header", "cookie", "query"],
)
def test_a_credential_signs_as_its_curl_words_do(words: tuple[str, ...], header: str, url: str) -> None:
    if words[:1] == ("-H",):
        header = header.replace("bash('X-Key:\" ${K}\"')", word(words[1]))
    assert signed(words, "URL") == (header, url)


def test_captured_values_are_expressions() -> None:
    """What an answer gave by its name, what the user exports as a secret, and commands by bash."""
    captured = [
        Captured(value="abcd", variable="id_1"),
        Captured(value="efgh", variable="OLD"),
        Captured(value="ijkl", command="mint"),
    ]

    made = text_of("/x/abcd?a=efgh&b=ijkl", captured, {"id_1": "quoted(id_1)"})

    assert made == "'/x/' + quoted(id_1) + '?a=' + secret('OLD') + '&b=' + bash('\"$(mint)\"')"


def test_identities_flow_from_answers_to_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fresh server gives another identity; it is asked for that one, and is empty in the end."""
    fresh = _Uuids(count=40)
    with recording_server(fresh.respond) as server:
        monkeypatch.setitem(os.environ, "SPECPROOF_ORIGIN", server.origin)
        fresh.base = server.origin
        seen = _Uuids(base="http://127.0.0.1:1")
        stage = make_stage(seen)
        made = stage.create("first", {"key": "one", "note": "new", "size": 1})
        update = stage.call("update", identity=made.identity, body={"note": made.identity})
        _run(_file(stage, [made.exchange, update], "http://127.0.0.1:1"))
        sent = [(each.method, each.target.rpartition("/things")[2]) for each in server.seen]

    assert [method for method, _ in sent] == ["POST", "PUT", "DELETE"]
    assert sent[1][1] == sent[2][1] != ""
    assert fresh.kept == {}


def test_a_refused_creation_ends_without_a_result(monkeypatch: pytest.MonkeyPatch) -> None:
    """What follows would show nothing: neither passed nor failed."""
    seen = Things()
    stage = make_stage(seen)
    made = stage.create("first", {"key": "one", "note": "new", "size": 1})
    read = stage.read(made, "again")
    assert read is not None
    with recording_server(lambda _: Answer(503)) as server:
        monkeypatch.setitem(os.environ, "SPECPROOF_ORIGIN", server.origin)

        with pytest.raises(SkipTest, match=r"nothing to go on with: POST .* answered 503"):
            _run(_file(stage, [made.exchange, read.exchange], seen.base))


@pytest.mark.parametrize("text", ['"""\nimport os', "\\", "\u202e\x1b[31m\nx", "'", "{x}", "\udcff"])
def test_hostile_texts_stay_texts(text: str) -> None:
    """What a server sent cannot leave its string, and is shown in ASCII."""
    stage = make_stage(Things())
    made = stage.create("first", {"key": "one", "note": "new", "size": 1})
    summary = f"expected {text}; got {text}"

    file = _file(stage, [made.exchange], "http://127.0.0.1:1", summary=summary, place=text, detail="x")

    statements = ast.parse(file).body
    assigned = {each.targets[0].id: each.value for each in statements if isinstance(each, ast.Assign)}  # type: ignore[attr-defined]
    assert file.isascii()
    assert ast.literal_eval(assigned["FINDING"]) == summary
    assert [type(each) for each in statements[:2]] == [ast.Expr, ast.Import]


@pytest.mark.parametrize(
    ("promise", "summary", "condition"),
    [
        ("credential.exact", "expected a refusal with x; got status 200", "answers[-1].status >= 400"),
        ("authorization.allowed", "expected to be let in with x; got status 403", "not in {401, 403}"),
        ("oauth.jwt-none", "expected a refusal; got a token, with x", "'access_token') is None"),
        ("lifecycle.delete-again", "expected 404 for the second delete; got status 204", "in {404, 410}"),
        ("lifecycle.unique", "expected a conflict over key; got status 201 for y", ">= 400"),
        ("authorization.refusal-status", "expected 403 with x; got status 401", "!= 401"),
    ],
)
def test_statuses_and_tokens_are_judged_by_themselves(promise: str, summary: str, condition: str) -> None:
    symptom = symptom_of(Breach(promise=promise, operation="GET /things", summary=summary), None, ())

    assert symptom is not None
    assert condition in symptom.lines[0]


@pytest.mark.parametrize(
    ("promise", "summary"),
    [
        ("filter.equality", "expected a refusal; got status 200"),
        ("lifecycle.listed", "expected the new thing among the 3 that are listed; got it nowhere"),
        ("authorization.bound", "expected x to see at most what others see; got 3 more"),
        ("secrets.never-exposed", "expected the secret nowhere; got it as it is in the body with status 200"),
    ],
)
def test_the_rest_is_left_to_specproof(promise: str, summary: str) -> None:
    """What the answers do not say alone is not guessed."""
    assert symptom_of(Breach(promise=promise, operation="GET /things", summary=summary), None, ()) is None


@pytest.mark.parametrize(
    ("detail", "by_itself"), [("200 body as it is", True), ("mask how it begins", False)]
)
def test_a_mask_is_judged_by_two_secrets_and_a_leak_by_one(detail: str, by_itself: bool) -> None:
    sent = make_exchange(201, {}, request=make_request("POST", body=b'{"value": "Sp1234567"}'))
    breach = Breach(
        promise="secrets.never-exposed", operation="POST /things", summary="", evidence=(sent,), detail=detail
    )

    assert (symptom_of(breach, None, ("Sp1234567",)) is not None) is by_itself


def test_a_document_that_was_taken_leniently_is_taken_so_again(tmp_path: Path) -> None:
    """A file of such a finding says so, and its judge reads the sound part of the document."""
    spec = tmp_path / "api.yaml"
    spec.write_text(DEFECTIVE, encoding="utf-8")
    made_with = Circumstances(
        spec=str(spec), overlays=(), environment="x.toml", seed=1, depth="quick", lenient=True
    )
    request, answer = make_request(operation="GET /things"), make_response(200, {})

    checked = by_check(_finding([]), request, made_with).lines
    looked = by_look(_finding([]), made_with)
    taken = judge_answer("body.schema", "GET /things", request, answer, spec=str(spec), lenient=True)

    assert any("lenient=True" in line for line in checked)
    assert "        lenient=True,\n" in looked
    assert taken == []
    with pytest.raises(ValueError, match="objekt"):
        judge_answer("body.schema", "GET /things", request, answer, spec=str(spec))
