"""The workspaces endpoints promise what the deprecated endpoints of teams promise."""

from __future__ import annotations

from pathlib import Path

import pytest

from specproof.contract.load import load_document
from specproof.model.operation import Operation
from specproof.suite.setup import read_contract

SPEC = Path(__file__).resolve().parents[3] / "spec"


def _operations(name: str) -> dict[str, Operation]:
    return {o.label: o for o in read_contract(load_document(str(SPEC / name))).operations}


TEAMS, WORKSPACES = _operations("bitbucket-teams.yaml"), _operations("bitbucket-workspaces.yaml")


def _successor(label: str) -> Operation:
    moved = label.replace("/teams/{username}/", "/workspaces/{workspace}/")
    return WORKSPACES[moved.replace("/pipelines_config/", "/pipelines-config/")]


@pytest.mark.parametrize("label", TEAMS)
def test_the_successor_takes_the_same_requests(label: str) -> None:
    """The same parameters but for the name of the account, and the same bodies."""
    old, new = TEAMS[label], _successor(label)

    assert [(p.name.replace("username", "workspace"), p.location, p.required) for p in old.parameters] == [
        (p.name, p.location, p.required) for p in new.parameters
    ]
    assert (old.request_body is None) == (new.request_body is None)


@pytest.mark.parametrize("label", TEAMS)
def test_the_successor_gives_the_same_answers(label: str) -> None:
    """The same statuses with the same media types; what says that an operation is deprecated is gone."""
    old, new = TEAMS[label], _successor(label)

    assert {s: [m.name for m in r.content] for s, r in old.responses.items()} == {
        s: [m.name for m in r.content] for s, r in new.responses.items()
    }
    kept = {"Deprecation", "Sunset", "Link"}
    assert {h.name for r in old.responses.values() for h in r.headers} - kept == {
        h.name for r in new.responses.values() for h in r.headers
    }


@pytest.mark.parametrize("label", TEAMS)
def test_the_successor_opens_to_forge_apps_as_well(label: str) -> None:
    """Whoever was let in before is let in now; Forge apps are let in with a scope of their own."""
    old, new = TEAMS[label], _successor(label)

    forge = [alternative for alternative in new.security if "forge" in alternative]
    assert len(forge) == 1
    assert [alternative for alternative in new.security if alternative not in forge] == list(old.security)
