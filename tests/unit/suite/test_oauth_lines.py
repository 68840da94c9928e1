"""The lines of a finding about OAuth or cloning show it again, and nothing that is written tells a secret."""
# ruff: noqa: D102 - the name says what each class gets wrong

from __future__ import annotations

from pathlib import Path

import pytest
from authority import PASSWORD, SECRETS, Authority, Code
from authority_contract import VARIABLES
from careless_authorities import (
    AnyClientRedeems,
    AnyClientRefreshes,
    AnySecret,
    EndOptional,
    NarrowOpensAll,
    NoneIsFine,
    PasswordGrant,
    RefreshGrows,
    SecondUse,
    SecretBegins,
    StateLost,
    TokensOutlive,
    Unsigned,
)
from guarded import prove_all, prover_for
from shell import run_lines
from test_suite_cloning import AnyUser, Revoked, TokenAsUser

from specproof.environment.secrets import Masker, Secret
from specproof.model.exchange import Exchange

SHOWN: tuple[tuple[type[Authority], str, str], ...] = (
    (SecondUse, "oauth.code-single-use", "access_token"),
    (AnyClientRedeems, "oauth.code-bound-to-client", "access_token"),
    (AnyClientRefreshes, "oauth.refresh-bound-to-client", "access_token"),
    (AnySecret, "oauth.client-authenticated", "access_token"),
    (SecretBegins, "oauth.client-authenticated", "access_token"),
    (EndOptional, "oauth.jwt-expired", "access_token"),
    (PasswordGrant, "oauth.grant-refused", "access_token"),
    (RefreshGrows, "oauth.scopes-never-grow", '"scope": "read write"'),
    (NarrowOpensAll, "oauth.scopes-never-grow", "HTTP/1.1 200"),
    (Unsigned, "oauth.jwt-signature", "access_token"),
    (NoneIsFine, "oauth.jwt-none", "access_token"),
    (StateLost, "oauth.state-echoed", "from=login&code="),
    (AnyUser, "cloning.token-user", "# service=git-upload-pack"),
    (TokenAsUser, "cloning.token-user", "# service=git-upload-pack"),
    (Revoked, "cloning.refuses-bad", "# service=git-upload-pack"),
)


@pytest.mark.parametrize(
    ("kind", "promise", "shown"), SHOWN, ids=lambda each: getattr(each, "__name__", None)
)
def test_the_lines_show_the_breach_again(
    kind: type[Authority], promise: str, shown: str, tmp_path: Path
) -> None:
    """With codes and tokens that are new each time."""
    with prover_for(kind(), tmp_path) as prover:
        finding = prove_all(prover)[promise].findings[0]
        printed = run_lines(finding.reproduce, tmp_path, **VARIABLES)
        masked = Masker((*prover.suite.profile.secrets, *(Secret(value=v) for v in prover.suite.secrets)))
        given = [*SECRETS.values(), PASSWORD, *prover.suite.secrets]

    assert shown in printed.rpartition("HTTP/1.1 ")[2] or shown in printed[-400:]
    text = "\n".join(finding.reproduce)
    assert [secret for secret in given if secret in text] == []
    assert masked.mask(text) == text
    assert [secret for secret in given if secret in masked.mask(written(finding.evidence))] == []


def written(evidence: tuple[Exchange, ...]) -> str:
    """Write down what a report may show of exchanges."""
    return "\n".join(
        f"{e.request.url} {e.request.headers} {e.request.body!r} {e.response.headers} {e.response.body!r}"
        for e in evidence
    )


def test_what_is_secret_is_known_to_the_run(tmp_path: Path) -> None:
    """Codes, tokens, refresh tokens and assertions, wherever they came from."""
    authority = Authority()
    with prover_for(authority, tmp_path) as prover:
        prove_all(prover)
        known = set(prover.suite.secrets)

    given = {*authority.codes, *authority.tokens, *authority.refreshes}
    assert len(given) > 40
    assert given <= known
    assert sum(each.count(".") == 2 for each in known) == 27  # assertions


class OddCodes(TokensOutlive):
    """Gives codes that look otherwise in an address than in a form."""

    def code(self, client: str, asked: dict[str, str]) -> str:
        value = f"a/b+c=d e%{super().code(client, asked)}"
        self.codes[value] = self.codes[value.rpartition("%")[2]]
        return value

    def is_theirs(self, code: Code, client: str) -> bool:
        return True


def test_odd_characters_in_codes_are_kept(tmp_path: Path) -> None:
    with prover_for(OddCodes(), tmp_path) as prover:
        finding = prove_all(prover, "oauth")["oauth.code-bound-to-client"].findings[0]
        printed = run_lines(finding.reproduce, tmp_path, **VARIABLES)

    assert "access_token" in printed
    assert "a/b+c" not in "\n".join(finding.reproduce)
