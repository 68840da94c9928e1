"""Every fault of cloning is seen where it should be, and nowhere else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

import pytest
from flask.testing import FlaskClient
from target_client import basic
from target_git import TOKEN_USER

from specproof.target.app import Settings, create_app
from specproof.target.credentials import demo_secret
from specproof.target.faults import FAULTS

CLONING = {name: fault for name, fault in FAULTS.items() if fault.area == "cloning"}
HANDBOOK, FOREIGN = "/acme/handbook.git", "/rival/cargo.git"


def token(name: str, user: str = TOKEN_USER) -> str:
    """Return the Authorization value of a seeded credential."""
    return basic(user, demo_secret(name))


QUESTIONS = {  # promise: who asks where
    "cloning.clone-works": [("acme-workspace-token", token("acme-workspace-token"), HANDBOOK)],
    "cloning.requires-credentials": [
        ("nobody", None, HANDBOOK),
        ("nobody to push", None, HANDBOOK),
        ("nobody for a pack", None, HANDBOOK),
    ],
    "cloning.challenge": [("nobody", None, HANDBOOK)],
    "cloning.refuses-bad": [
        ("made up", basic(TOKEN_USER, "wrong"), HANDBOOK),
        ("made up to push", basic(TOKEN_USER, "wrong"), HANDBOOK),
        ("acme-expired-token", token("acme-expired-token"), HANDBOOK),
        ("acme-revoked-token", token("acme-revoked-token"), HANDBOOK),
        ("acme-revoked-token for a pack", token("acme-revoked-token"), HANDBOOK),
        ("acme-expired", token("acme-expired", "ada"), HANDBOOK),
        ("ada-account-password", token("ada-account-password", "ada"), HANDBOOK),
    ],
    "cloning.scope": [
        ("acme-forge-admin", token("acme-forge-admin"), HANDBOOK),
        ("acme-forge-token", token("acme-forge-token"), HANDBOOK),
        ("acme-forge-token for a pack", token("acme-forge-token"), HANDBOOK),
        ("acme-pipeline", token("acme-pipeline", "ada"), HANDBOOK),
    ],
    "cloning.push-scope": [
        ("acme-workspace-token to push", token("acme-workspace-token"), HANDBOOK),
        ("acme-search to push", token("acme-search", "ada"), HANDBOOK),
    ],
    "cloning.token-user": [
        ("somebody else", token("acme-workspace-token", "specproof"), HANDBOOK),
        ("nobody in particular", token("acme-workspace-token", ""), HANDBOOK),
        ("the token", basic(demo_secret("acme-workspace-token"), ""), HANDBOOK),
        ("the token elsewhere", basic(demo_secret("acme-workspace-token"), "x-oauth-basic"), HANDBOOK),
    ],
    "cloning.foreign": [
        ("acme-workspace-token", token("acme-workspace-token"), FOREIGN),
        ("acme-workspace-token for a pack", token("acme-workspace-token"), FOREIGN),
        ("acme-project-token", token("acme-project-token"), HANDBOOK),
        ("acme-push-token", token("acme-push-token"), HANDBOOK),
        ("acme-push-token to push", token("acme-push-token"), HANDBOOK),
    ],
}


def answers(client: FlaskClient) -> dict[str, list[tuple[object, ...]]]:
    """Ask for the branches in every way; return status, media type and body by promise."""
    said: dict[str, list[tuple[object, ...]]] = {}
    for promise, asked in QUESTIONS.items():
        for who, authorization, home in asked:
            service = "git-receive-pack" if who.endswith("to push") else "git-upload-pack"
            headers = {"Authorization": authorization} if authorization else {}
            answer = client.get(f"{home}/info/refs?service={service}", headers=headers)
            if who.endswith("for a pack"):
                media = f"application/x-{service}-request"
                answer = client.post(f"{home}/{service}", headers=headers, data=b"0000", content_type=media)
            how = answer.headers.get("WWW-Authenticate") if promise == "cloning.challenge" else None
            told = (answer.status_code, answer.content_type, answer.get_data(), how)
            said.setdefault(promise, []).append(told)
    return said


@pytest.fixture
def asked() -> Iterator[Callable[..., dict[str, list[tuple[object, ...]]]]]:
    """Ask a target in this process that has these faults."""
    stores = []

    def ask(*faults: str) -> dict[str, list[tuple[object, ...]]]:
        app = create_app(Settings(faults=faults))
        stores.append(app.extensions["store"])
        return answers(app.test_client())

    yield ask
    for store in stores:
        store.close()


def test_the_clean_target_lets_in_who_may_and_nobody_else(
    asked: Callable[..., dict[str, list[tuple[object, ...]]]],
) -> None:
    for promise, said in asked().items():
        statuses = {answer[0] for answer in said}
        assert statuses == {200} if promise == "cloning.clone-works" else statuses <= {401, 403, 404}


@pytest.mark.parametrize("name", CLONING)
def test_a_fault_breaks_its_own_promise(
    name: str, asked: Callable[..., dict[str, list[tuple[object, ...]]]], caplog: pytest.LogCaptureFixture
) -> None:
    clean, said = asked(), asked(name)
    changed = {promise for promise in QUESTIONS if said[promise] != clean[promise]}
    assert CLONING[name].promise in changed
    assert not caplog.records, "the fault makes the target fail in a way that it does not describe"
    if CLONING[name].promise not in {"cloning.clone-works", "cloning.challenge"}:
        assert any(
            after[0] == 200
            for before, after in zip(clean[CLONING[name].promise], said[CLONING[name].promise], strict=True)
            if before != after
        )


def test_every_promise_of_cloning_has_a_fault() -> None:
    counted = Counter(fault.promise for fault in CLONING.values())
    assert counted.keys() == QUESTIONS.keys()
    assert len(CLONING) >= 10
