"""What is said about documents that are wrong: everything, at its place, with a mend."""

from __future__ import annotations

import re
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from specproof.contract.load import load_document
from specproof.contract.validate import Judgement, Problem, judge, problems, version_of

REPOSITORY = Path(__file__).resolve().parents[3]
DOCUMENTS = REPOSITORY / "tests" / "support" / "documents"
REFERENCE = REPOSITORY.parent / "shared" / "reference"
BROKEN = [DOCUMENTS / f"broken-{version}.yaml" for version in ("2.0", "3.0", "3.1")]
published = pytest.mark.skipif(
    not REFERENCE.is_dir(), reason="the published descriptions are not beside the repository"
)


def judged(tmp_path: Path, document: dict[str, Any]) -> Judgement:
    path = tmp_path / "document.yaml"
    path.write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")
    return judge(load_document(str(path)))


def small(**members: Any) -> dict[str, Any]:
    """A valid document, with members added or replaced."""
    return {"openapi": "3.0.3", "info": {"title": "Small", "version": "1"}, "paths": {}, **members}


def marked(path: Path, mark: str) -> dict[int, str]:
    """Return the lines that carry a mark, with the text behind it."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return {
        number: line.partition(f"{mark} ")[2].strip()
        for number, line in enumerate(lines, start=1)
        if f"{mark} " in line and not line.startswith("#")
    }


@cache
def broken(path: Path) -> Judgement:
    return judge(load_document(str(path)))


def line_of(problem: Problem) -> int:
    return int(problem.place.rpartition(":")[2])


@pytest.mark.parametrize(
    ("path", "number", "text"),
    [(path, number, text) for path in BROKEN for number, text in marked(path, "#!").items()],
    ids=lambda value: value.name if isinstance(value, Path) else str(value),
)
def test_each_defect_is_named_on_its_line(path: Path, number: int, text: str) -> None:
    said = [str(p) for p in broken(path).problems if line_of(p) == number]
    assert any(text in line for line in said), said


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.name)
def test_nothing_is_said_about_the_other_lines(path: Path) -> None:
    judgement = broken(path)
    for found, mark in ((judgement.problems, "#!"), (judgement.warnings, "#?")):
        expected = marked(path, mark)
        assert {line_of(p): str(p) for p in found}.keys() == expected.keys()


def test_there_are_many_kinds_of_defects() -> None:
    assert len({text for path in BROKEN for text in marked(path, "#!").values()}) >= 45


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.name)
def test_every_problem_is_one_line_with_place_pointer_and_mend(path: Path) -> None:
    for problem in broken(path).problems:
        assert "\n" not in str(problem)
        assert str(problem).startswith(f"{path}:{line_of(problem)}: #")
        assert problem.mend


def test_problems_are_sorted_by_line_and_said_once() -> None:
    found = broken(BROKEN[1]).problems
    assert [line_of(p) for p in found] == sorted(line_of(p) for p in found)
    assert len(found) == len(set(found))


def test_the_reference_contract_is_right_in_every_way() -> None:
    assert judge(load_document(str(REPOSITORY / "spec" / "bitbucket-teams.yaml"))) == Judgement((), ())


@published
def test_the_published_teams_document_is_rejected_with_every_reason() -> None:
    judgement = judge(load_document(str(REFERENCE / "atlassian-teams-original.yml")))
    said = "\n".join(p.message for p in judgement.problems)
    assert said.count("is nested in lists") == 6
    assert said.count("leads nowhere") == 12
    assert said.count("is not declared") == 18
    assert len(judgement.problems) == 36
    assert sum("Python bytes object" in p.message for p in judgement.warnings) == 8


@published
def test_the_completed_teams_document_is_valid() -> None:
    assert problems(load_document(str(REFERENCE / "teams-closure.yml"))) == []


@published
def test_the_full_description_gives_two_operations_the_name_of_another() -> None:
    found = problems(load_document(str(REFERENCE / "bitbucket-openapi-original.yml.gz")))
    assert ["already belongs to" in p.message for p in found] == [True, True]


def test_hundreds_of_broken_references_are_all_named(tmp_path: Path) -> None:
    schema = {"$ref": "#/components/schemas/gone"}
    responses = {"200": {"description": "", "content": {"application/json": {"schema": schema}}}}
    paths = {f"/p{n}": {"get": {"responses": deepcopy(responses)}} for n in range(600)}
    found = judged(tmp_path, small(paths=paths)).problems
    assert len(found) == len({problem.pointer for problem in found}) == 600


@pytest.mark.parametrize("version", ["3.0.0", "3.0.4", "3.1.0", "3.1.1", "3.2.0"])
def test_versions_that_are_understood(tmp_path: Path, version: str) -> None:
    assert judged(tmp_path, small(openapi=version)).problems == ()


@pytest.mark.parametrize("version", ["3.3.0", "4.0.0", "2.0", "three", None])
def test_other_versions_are_named(tmp_path: Path, version: object) -> None:
    [problem] = judged(tmp_path, small(openapi=version)).problems
    assert problem.message == f"openapi {version!r} is not a version that is understood"
    assert problem.pointer == "#/openapi"


def test_a_document_without_a_version_is_no_openapi_document(tmp_path: Path) -> None:
    [problem] = judged(tmp_path, {"info": {}}).problems
    assert problem.message == "there is no openapi or swagger member"


def test_an_unquoted_swagger_version_is_wrong_and_the_rest_is_still_judged(tmp_path: Path) -> None:
    found = judged(tmp_path, {"swagger": 2.0, "info": {"title": "x", "version": "1"}, "paths": {}}).problems
    assert [p.pointer for p in found] == ["#/swagger"]
    assert version_of({"swagger": 2.0}) == "2.0"


def test_a_near_miss_is_suggested(tmp_path: Path) -> None:
    schemas = {"Thing": {}, "Other": {"$ref": "#/components/schemas/Thign"}}
    [problem] = judged(tmp_path, small(components={"schemas": schemas})).problems
    assert problem.mend.endswith("Did you mean 'Thing'?")


def test_references_into_examples_are_data(tmp_path: Path) -> None:
    schemas = {"Thing": {"type": "object", "example": {"$ref": "#/nowhere"}}}
    assert judged(tmp_path, small(components={"schemas": schemas})).problems == ()


def test_a_property_may_be_called_ref(tmp_path: Path) -> None:
    schemas = {"Thing": {"type": "object", "properties": {"$ref": {"type": "string"}}}}
    assert judged(tmp_path, small(components={"schemas": schemas})).problems == ()


def test_an_example_that_does_not_fit_is_only_a_warning(tmp_path: Path) -> None:
    judgement = judged(tmp_path, small(components={"schemas": {"T": {"type": "string", "example": 5}}}))
    assert judgement.problems == ()
    assert [p.pointer for p in judgement.warnings] == ["#/components/schemas/T/example"]


def test_required_names_without_a_property_are_allowed(tmp_path: Path) -> None:
    schemas = {"T": {"allOf": [{"type": "object"}], "required": ["id"]}}
    assert judged(tmp_path, small(components={"schemas": schemas})) == Judgement((), ())


def test_a_pattern_that_only_ecma_knows_is_a_warning(tmp_path: Path) -> None:
    schemas = {"T": {"type": "string", "pattern": r"^\p{L}+$"}}
    judgement = judged(tmp_path, small(components={"schemas": schemas}))
    assert judgement.problems == ()
    assert "is not understood everywhere" in judgement.warnings[0].message


def pointers(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [path, *(found for key, child in inner for found in pointers(child, (*path, key)))]


VALID = yaml.safe_load((REPOSITORY / "spec" / "bitbucket-teams.yaml").read_text(encoding="utf-8"))
ANYTHING = st.sampled_from([
    None,
    True,
    0,
    -1.5,
    "",
    "text",
    [],
    {},
    [[]],
    {"$ref": "#/x"},
    {"$ref": 1},
    [None],
    {"a": None},
])


@settings(max_examples=60)
@given(where=st.sampled_from(pointers(VALID)[1:]), value=ANYTHING)
def test_any_damage_gives_an_answer_and_never_a_crash(where: tuple[Any, ...], value: Any) -> None:
    damaged = deepcopy(VALID)
    node = damaged
    for step in where[:-1]:
        node = node[step]
    node[where[-1]] = value
    path = DOCUMENTS / "never-written.yaml"
    document = load_document(str(BROKEN[1]))
    judgement = judge(type(document)(source=str(path), data=damaged, text="", sha256="", spot=document.spot))
    for problem in (*judgement.problems, *judgement.warnings):
        assert re.fullmatch(r"[^\n]+:\d+: #[^\n]*: [^\n]+", str(problem))
