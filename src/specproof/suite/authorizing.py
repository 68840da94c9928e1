"""OAuth 2: try every grant that the document offers, and judge what was seen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from specproof.contract.authorization import oauth_scheme
from specproof.environment.credentials import fits
from specproof.errors import TargetError
from specproof.generate.approvals import authorization_trials
from specproof.generate.assertions import assertion_trials
from specproof.generate.client_secrets import near_miss_trials
from specproof.generate.grants import foreign_trials, own_trials
from specproof.generate.refreshing import OldToken, refresh_trials
from specproof.invariants.oauth import verdicts
from specproof.invariants.unguessable import ENOUGH, UNGUESSABLE, Given
from specproof.model.oauth import OAuthScheme, Party, Trial, Untried, untried
from specproof.suite.desk import api_request, open_desk, party
from specproof.suite.judgement import Judgement
from specproof.suite.scratch import Scratch
from specproof.suite.session import Suite

_NEVER_SEEN = {
    "oauth.lifetime": "no answer told when the token expires",
    "oauth.only-access-tokens": "no code and no refresh token was given, or this is depth quick",
    UNGUESSABLE: f"fewer than {ENOUGH} codes or tokens of one kind were given",
    "oauth.expired-refused": "the profile has no bearer credential that has expired",
}


def judge_oauth(suite: Suite, _scratch: Scratch, _again: bool) -> Judgement:
    """Try OAuth 2 with the clients of the profile, and judge it by every promise about it."""
    judgement = Judgement()
    scheme = oauth_scheme(suite.contract.document)
    if scheme is None:
        return judgement
    given = Given()
    mine = [promise for promise, _ in suite.promised if promise.startswith("oauth.")]
    try:
        for found in _trials(suite, scheme):
            if isinstance(found, Untried):
                judgement.skip(found.promise, found.why)
                continue
            given.note(found)
            for promise, breaches in verdicts(scheme, found):
                if (promise, "") in suite.promised:
                    judgement.judge(promise, breaches)
        for breaches in given.judge():
            judgement.judge(UNGUESSABLE, breaches)
    except TargetError as error:
        for promise in mine:
            judgement.skip(promise, str(error))
    for promise in mine:
        if promise in _NEVER_SEEN:
            judgement.skip(promise, _NEVER_SEEN[promise])
    return judgement


def _trials(suite: Suite, scheme: OAuthScheme) -> Iterator[Trial | Untried]:
    desk = open_desk(suite, suite.send)
    yield from _expired(suite, scheme)
    if desk is None:
        names = (promise.partition(".")[2] for promise, _ in suite.promised if promise.startswith("oauth."))
        yield from untried(names, f"{suite.profile.source} has no [[oauth.clients]]")
        return
    yield from own_trials(desk)
    yield from assertion_trials(desk)
    yield from authorization_trials(desk)
    yield from refresh_trials(desk, tuple(_old_tokens(suite)))
    yield from foreign_trials(desk)
    yield from near_miss_trials(desk)


def _expired(suite: Suite, scheme: OAuthScheme) -> Iterator[Trial]:
    """Send the bearer tokens that the profile knows to be expired."""
    node = suite.contract.document["components"]["securitySchemes"][scheme.name]
    request = api_request(suite, None)
    for credential in suite.profile.credentials if request is not None else ():
        if credential.state != "expired" or credential.scheme != "bearer":
            continue
        if request is not None and fits(credential, scheme.name, node):
            what = f"the expired credential {credential.name}"
            answer = suite.send(replace(request, credential=credential.name, purpose=what, valid=False))
            yield Trial(promise="oauth.expired-refused", kind="shut", what=what, evidence=(answer,))


def _old_tokens(suite: Suite) -> Iterator[OldToken]:
    """Yield the refresh tokens that must give nothing, where their client can show who it is."""
    oauth = suite.profile.oauth
    if oauth is None:
        return
    for old in oauth.refresh_tokens:
        owner: Party | None = party(oauth, 0)
        if old.client_id is not None:
            known = [n for n, client in enumerate(oauth.clients) if client.client_id == old.client_id]
            owner = party(oauth, known[0]) if known else None
        if old.state != "valid" and owner is not None:
            yield OldToken(token=old.token.get_secret_value(), state=old.state, party=owner)
