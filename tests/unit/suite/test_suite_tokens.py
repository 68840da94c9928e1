"""Credentials whose token the run obtains itself."""
# ruff: noqa: D101, D102 - the name says what each class does

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from authority import JWT_GRANT, PASSWORD, SECRETS, Authority, Grant, Refusal
from authority_contract import PROFILE, VARIABLES, document
from guarded import prove_all, prover_for
from recording import Answer, Seen
from shell import run_lines

from specproof.client.curl import curl
from specproof.environment.load import load_profile
from specproof.errors import ProfileError
from specproof.model.exchange import Request
from specproof.suite.prove import Prover
from specproof.suite.setup import preflight

ASKER = '\n[[credentials]]\nname = "asker"\nscheme = "oauth2"\nscopes = ["read"]\n'
NO_SECRET = PROFILE.replace('client_secret = "${ONE_SECRET}"\n', "")


@dataclass
class Noting(Authority):
    """Notes how tokens are asked for."""

    asked: list[dict[str, str]] = field(default_factory=list)
    calls: int = 0

    def token(self, seen: Seen) -> Answer:
        self.asked.append(dict(parse_qsl(seen.body.decode())))
        return super().token(seen)

    def api(self, seen: Seen, needed: str | None) -> Answer:
        self.calls += 1
        return super().api(seen, needed)


@dataclass
class Clock:
    """A clock that is turned by hand."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@contextmanager
def asking(
    authority: Authority, folder: Path, *, profile: str = PROFILE + ASKER, **more: Any
) -> Iterator[tuple[Prover, Clock]]:
    """Give a prover whose tokens go by a clock that is turned by hand."""
    with prover_for(authority, folder, profile=profile, **more) as prover:
        clock = Clock()
        prover.tokens.clock = clock
        yield prover, clock


def things(prover: Prover) -> Request:
    """Return a request of the credential."""
    return Request(method="GET", url=f"{prover.suite.client.base_url}/things", credential="asker")


def grants(authority: Noting) -> list[str]:
    """Return the grants that were asked for."""
    return [form["grant_type"] for form in authority.asked]


def test_a_token_is_obtained_before_the_first_request_and_used_for_all(tmp_path: Path) -> None:
    authority = Noting()
    with asking(authority, tmp_path) as (prover, _):
        preflight(prover)
        statuses = [prover.suite.client.send(things(prover)).response.status for _ in range(3)]

    assert statuses == [200, 200, 200]
    assert authority.asked == [{"grant_type": "client_credentials", "scope": "read"}]


def test_nothing_is_obtained_where_no_credential_needs_it(tmp_path: Path) -> None:
    authority = Noting()
    with asking(authority, tmp_path, profile=PROFILE) as (prover, _):
        preflight(prover)

    assert authority.asked == []


def test_a_credential_that_names_the_user_is_approved_by_the_user(tmp_path: Path) -> None:
    authority = Noting()
    profile = PROFILE + ASKER + 'username = "ann"\n'
    with asking(authority, tmp_path, profile=profile) as (prover, _):
        assert prover.suite.client.send(things(prover)).response.status == 200

    assert grants(authority) == ["authorization_code"]


@pytest.mark.parametrize(
    ("grant", "flow"),
    [("authorization_code", None), (JWT_GRANT, 'user = {username = "ann", password = "${ANN_PASSWORD}"}\n')],
)
def test_another_grant_is_taken_where_the_first_is_not_to_be_had(
    grant: str, flow: str | None, tmp_path: Path
) -> None:
    authority = Noting()
    described = document(grants=["authorization_code", JWT_GRANT], refresh=["authorization_code"])
    profile = (PROFILE.replace(flow, "") if flow else PROFILE) + ASKER
    with asking(authority, tmp_path, profile=profile, described=described) as (prover, _):
        assert prover.suite.client.send(things(prover)).response.status == 200

    assert grants(authority) == [grant]


def test_a_token_is_refreshed_half_a_minute_before_it_expires(tmp_path: Path) -> None:
    authority = Noting()
    with asking(authority, tmp_path) as (prover, clock):
        first = prover.suite.client.send(things(prover))
        clock.now += 3569
        prover.suite.client.send(things(prover))
        before = grants(authority)
        clock.now += 1
        prover.suite.client.send(things(prover))
        clock.now += 3570
        last = prover.suite.client.send(things(prover))

    assert before == ["client_credentials"]
    assert grants(authority) == ["client_credentials", "refresh_token", "refresh_token"]
    assert (first.response.status, last.response.status, authority.calls) == (200, 200, 4)


class ShortLived(Noting):
    def shown(self, access: str, grant: Grant, refresh: str | None) -> dict[str, Any]:
        return {**super().shown(access, grant, refresh), "expires_in": 20}


def test_a_short_lived_token_is_refreshed_at_half_time(tmp_path: Path) -> None:
    """Not before every request."""
    authority = ShortLived()
    with asking(authority, tmp_path) as (prover, clock):
        prover.suite.client.send(things(prover))
        clock.now += 9
        prover.suite.client.send(things(prover))
        clock.now += 1
        prover.suite.client.send(things(prover))

    assert grants(authority) == ["client_credentials", "refresh_token"]


def test_after_a_401_another_token_is_obtained_and_the_request_sent_once_more(tmp_path: Path) -> None:
    authority = Noting()
    with asking(authority, tmp_path) as (prover, _):
        prover.suite.client.send(things(prover))
        authority.tokens.clear()
        again = prover.suite.client.send(things(prover))

    assert again.response.status == 200
    assert grants(authority) == ["client_credentials", "refresh_token"]
    assert authority.calls == 3


def test_what_is_sent_at_the_same_time_has_a_fresh_token_too(tmp_path: Path) -> None:
    authority = Noting()
    with asking(authority, tmp_path) as (prover, clock):
        clock.now += 5000
        answers = prover.suite.client.send_together([things(prover)] * 3)

    assert [answer.response.status for answer in answers] == [200, 200, 200]
    assert grants(authority) == ["client_credentials"]


class Forgetful(Noting):
    def refresh(self, client: str, form: dict[str, str]) -> tuple[str, Grant, str | None]:
        raise Refusal("invalid_grant")


def test_where_a_refresh_is_refused_a_new_token_is_obtained(tmp_path: Path) -> None:
    authority = Forgetful()
    with asking(authority, tmp_path) as (prover, _):
        prover.suite.client.send(things(prover))
        authority.tokens.clear()
        again = prover.suite.client.send(things(prover))
        troubles = prover.suite.troubles

    assert again.response.status == 200
    assert grants(authority) == ["client_credentials", "refresh_token", "client_credentials"]
    assert troubles == []


class Shut(Noting):
    def api(self, seen: Seen, needed: str | None) -> Answer:
        self.calls += 1
        return Answer(401)


def test_a_401_that_comes_back_is_the_answer(tmp_path: Path) -> None:
    authority = Shut()
    with asking(authority, tmp_path) as (prover, _):
        answer = prover.suite.client.send(things(prover))

    assert answer.response.status == 401
    assert authority.calls == 2


def test_other_credentials_are_left_alone(tmp_path: Path) -> None:
    """A 401 of theirs renews nothing."""
    authority = Shut()
    other = '\n[[credentials]]\nname = "fixed"\nscheme = "bearer"\nsecret = "${FULL}"\n'
    with asking(authority, tmp_path, profile=PROFILE + other + ASKER) as (prover, _):
        request = Request(method="GET", url=f"{prover.suite.client.base_url}/things", credential="fixed")
        prover.suite.client.send(request)

    assert (authority.calls, authority.asked) == (1, [])


WRONG_CLIENT = (
    "oauth.clients[0].client_secret",
    'no token for "asker": refused with 401 invalid_client',
    "ONE_SECRET",
)
CASES: dict[str, tuple[str, str, tuple[str, str, str]]] = {
    "secret": ("ONE_SECRET", PROFILE + ASKER, WRONG_CLIENT),
    "user": (
        "ANN_PASSWORD",
        PROFILE + ASKER + 'username = "ann"\n',
        ("oauth.user", "refused with 401 by the authorize_url", "check user name and password"),
    ),
    "stranger": (
        "",
        PROFILE + ASKER + 'username = "bob"\n',
        ("credentials[0].username", '"bob" is not the user of [oauth]', 'write "ann" or leave it out'),
    ),
    "scopes": (
        "",
        PROFILE + ASKER.replace("read", "admin"),
        (
            "credentials[0].scopes",
            "refused with 400 invalid_scope",
            "name scopes that the first client may have",
        ),
    ),
    "assertion": (
        "ISSUER_KEY",
        NO_SECRET.replace('user = {username = "ann", password = "${ANN_PASSWORD}"}\n', "") + ASKER,
        ("oauth.jwt", "refused with 401 invalid_grant", "check issuer, secret and algorithm"),
    ),
    "nothing": (
        "",
        PROFILE.partition("[[oauth.clients]]")[0].partition("user =")[0]
        + '[[oauth.clients]]\nclient_id = "one"\n'
        + ASKER,
        ("credentials[0].scheme", 'no token can be obtained for "asker"', "complete [oauth]"),
    ),
    "away": (
        "",
        PROFILE.replace("ORIGIN/login/token", "http://127.0.0.1:1/token") + ASKER,
        ("oauth", "the authorization server cannot be reached", "start it or mend the URLs"),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_where_no_token_is_to_be_had_one_line_says_what_to_mend(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """File, key, what is wrong, how to mend it; and no secret."""
    variable, profile, (key, what, mend) = CASES[name]
    if variable:
        monkeypatch.setitem(VARIABLES, variable, "quite-another-secret")
    with (
        asking(Noting(), tmp_path, profile=profile) as (prover, _),
        pytest.raises(ProfileError, match=r"guarded\.toml: ") as caught,
    ):
        preflight(prover)

    text = str(caught.value)
    assert "\n" not in text
    assert f"guarded.toml: {key}: " in text
    assert what in text
    assert mend in text
    for secret in (*SECRETS.values(), PASSWORD, "quite-another-secret"):
        assert secret not in text


def test_a_token_that_is_obtained_cannot_be_an_old_one(tmp_path: Path) -> None:
    path = tmp_path / "old.toml"
    path.write_text((PROFILE + ASKER + 'state = "expired"\n').replace("ORIGIN", "http://127.0.0.1:1"))
    with pytest.raises(ProfileError, match=r'state "expired" does not go with scheme "oauth2"'):
        load_profile(path, environ=VARIABLES)


def test_the_line_of_a_credential_obtains_a_token_of_its_own(tmp_path: Path) -> None:
    """It holds no secret, and works once the variables are exported."""
    for more in ("", 'username = "ann"\n'):
        with asking(Noting(), tmp_path, profile=PROFILE + ASKER + more) as (prover, _):
            request = things(prover)
            prover.suite.client.send(request)
            line = curl(request, authorization=prover.suite.client.shell_words("asker"))
            printed = run_lines((line,), tmp_path, **VARIABLES)
            secrets = (*SECRETS.values(), PASSWORD, *prover.suite.secrets)

        assert "HTTP/1.1 200" in printed
        assert [secret for secret in secrets if secret in line] == []


def test_a_run_with_such_a_credential_keeps_what_it_got_secret(tmp_path: Path) -> None:
    with asking(Noting(), tmp_path) as (prover, _):
        preflight(prover)
        prove_all(prover, "status")
        authorization = prover.suite.client.signature("asker")

    assert authorization is not None
    assert authorization.secret in prover.suite.secrets
    assert authorization.secret not in repr(authorization)
