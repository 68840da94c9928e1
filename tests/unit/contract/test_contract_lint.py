"""Extensions that are misspelt, misplaced or ill-typed are named; foreign ones are left alone."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import BaseModel

from specproof.contract import vocabulary
from specproof.contract.extensions import EXTENSIONS
from specproof.contract.lint import lint

REPOSITORY = Path(__file__).resolve().parents[3]
VALID = yaml.safe_load((REPOSITORY / "spec" / "bitbucket-teams.yaml").read_text(encoding="utf-8"))
PAGE = (REPOSITORY / "docs" / "vocabulary.md").read_text(encoding="utf-8")
VARIABLES = "/teams/{username}/pipelines_config/variables"


@pytest.fixture
def document() -> dict[str, Any]:
    return deepcopy(VALID)


def said(document: dict[str, Any]) -> list[str]:
    return [f"{flaw.pointer.rpartition('/')[2]}: {flaw.message}; {flaw.mend}" for flaw in lint(document)]


def test_the_reference_contract_has_no_flaw(document: dict[str, Any]) -> None:
    assert said(document) == []


def test_the_reference_contract_and_its_overlays_use_every_extension() -> None:
    """All but the switch of inference, and words about what it does not have."""
    files = (REPOSITORY / "spec" / "bitbucket-teams.yaml", *(REPOSITORY / "spec" / "overlays").glob("*.yaml"))
    text = "".join(file.read_text(encoding="utf-8") for file in files)
    assert {name for name in EXTENSIONS if f"{name}:" not in text} == {
        "x-specproof-infer",
        "x-unlisted",
        "x-negotiation",
        "x-conditions",
    }


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("x-paginaton", "x-pagination"),
        ("x-Pagination", "x-pagination"),
        ("x-partial_response", "x-partial-response"),
        ("x-resouce", "x-resource"),
        ("x-srot", "x-sort"),
        ("x-fitler", "x-filter"),
        ("x-scope-implication", "x-scope-implications"),
        ("x-specproof-infr", "x-specproof-infer"),
    ],
)
def test_a_near_miss_is_a_flaw(document: dict[str, Any], name: str, meant: str) -> None:
    document[name] = {}
    assert said(document) == [f"{name}: {name!r} is not an extension of specproof; did you mean {meant!r}?"]


@pytest.mark.parametrize(
    "name",
    ["x-auth", "x-errors", "x-internal", "x-codegen", "x-logo", "x-tagGroups", "x-sort-order", "x-core"],
)
def test_foreign_extensions_are_left_alone(document: dict[str, Any], name: str) -> None:
    document[name] = {"anything": True}
    assert said(document) == []


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"style": "pages"},
            "style: must be 'page', 'offset', 'cursor' or 'link-header'; see docs/vocabulary.md",
        ),
        ({"next": "next"}, "next: 'next' is no JSON pointer: it begins with / and writes ~ as ~0 (RFC 6901)"),
        ({"identity": "/a~b"}, "identity: '/a~b' is no JSON pointer"),
        ({"itmes": "/values"}, "itmes: 'itmes' is not known here; did you mean 'items'?"),
        (
            {"parameters": {"page": "pag"}},
            "page: the operation has no query parameter 'pag'; Did you mean 'page'?",
        ),
        ({"size_minimum": 50}, "x-pagination: size_minimum, size_default and size_maximum are not in order"),
        ({"size_maximum": "100"}, "size_maximum: must be a valid integer"),
    ],
)
def test_a_wrong_pagination_is_a_flaw(document: dict[str, Any], change: dict[str, Any], message: str) -> None:
    document["paths"][VARIABLES]["get"]["x-pagination"].update(change)
    [flaw] = said(document)
    assert flaw.startswith(message)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"read": "getTeamVariables"},
            "read: no operation has the operationId 'getTeamVariables'; Did you mean",
        ),
        ({"parameter": "uuid"}, "parameter: 'uuid' is not in the path /teams/"),
        ({"unique": "/key"}, "unique: must be a valid tuple"),
        ({"keeps_omitted": "yes"}, "keeps_omitted: must be a valid boolean"),
        ({"identity": None}, "identity: must be a valid string"),
    ],
)
def test_a_wrong_resource_is_a_flaw(document: dict[str, Any], change: dict[str, Any], message: str) -> None:
    document["paths"][VARIABLES]["x-resource"].update(change)
    assert said(document)[0].startswith(message)


def test_an_extension_in_a_place_where_it_says_nothing_is_a_flaw(document: dict[str, Any]) -> None:
    document["info"]["x-cors"] = {"origins": ["*"]}
    assert said(document) == ["x-cors: x-cors says nothing here (info); move it: root"]


def test_some_extensions_may_be_a_truth_value(document: dict[str, Any]) -> None:
    get = document["paths"][VARIABLES]["get"]
    get["x-pagination"] = get["x-resource"] = False
    document["components"]["schemas"]["variable"]["properties"]["value"]["x-secret"] = True
    assert said(document) == []


@pytest.mark.parametrize("value", [True, "no", None])
def test_other_switches_are_not(document: dict[str, Any], value: object) -> None:
    document["paths"][VARIABLES]["get"]["x-pagination"] = value
    assert len(said(document)) == 1


def test_scopes_and_grants_must_be_there(document: dict[str, Any]) -> None:
    scheme = document["components"]["securitySchemes"]["oauth2"]
    scheme["x-scope-implications"]["pipelin"] = ["pipeline"]
    scheme["x-oauth"]["refresh"] = ["password"]
    assert said(document) == [
        "pipelin: the scheme has no scope 'pipelin'; Did you mean 'pipeline'?",
        "0: 'password' is not among the grants; add it to grants",
    ]


def test_the_grant_of_assertions_must_be_offered(document: dict[str, Any]) -> None:
    document["components"]["securitySchemes"]["oauth2"]["x-oauth"]["jwt"]["grant"] = "urn:other"
    assert said(document) == ["grant: 'urn:other' is not among the grants; add it to grants"]


def test_cloning_asks_for_scopes_that_are_declared(document: dict[str, Any]) -> None:
    document["x-cloning"]["push"] = "repository:writ"
    assert said(document) == [
        "push: no security scheme has the scope 'repository:writ'; Did you mean 'repository:write'?"
    ]


def test_a_source_may_be_one_text_or_several(document: dict[str, Any]) -> None:
    document["info"]["x-promise-source"] = ["RFC 9110", "narrative"]
    assert said(document) == []
    document["info"]["x-promise-source"] = 5
    assert len(said(document)) == 1


MODELS = [m for m in vars(vocabulary).values() if isinstance(m, type) and issubclass(m, BaseModel)]


@pytest.mark.parametrize("name", EXTENSIONS)
def test_every_extension_has_a_heading_on_the_page(name: str) -> None:
    assert f"\n## `{name}`\n" in PAGE


@pytest.mark.parametrize(
    "member",
    sorted({field.alias or name for model in MODELS for name, field in model.model_fields.items()}),
)
def test_every_member_is_explained_on_the_page(member: str) -> None:
    assert f"| `{member}` |" in PAGE


def test_every_example_on_the_page_is_right() -> None:
    """Each YAML block holds one extension; it is what the models accept."""
    blocks = [block.partition("```")[0] for block in PAGE.split("```yaml\n")[1:]]
    shown = [item for block in blocks for item in yaml.safe_load(block).items()]
    for name, value in shown:
        assert EXTENSIONS[name].switch is value or EXTENSIONS[name].says.validate_python(value) is not None
    assert {name for name, _ in shown} == EXTENSIONS.keys()
