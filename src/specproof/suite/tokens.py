"""Tokens for credentials that are obtained by the run itself: ``scheme = "oauth2"``."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from specproof.client.settings import Signature
from specproof.environment.profile import Credential
from specproof.errors import ProfileError, TargetError
from specproof.generate.assertions import assertion_request
from specproof.generate.authorizing import Desk, token_request
from specproof.generate.codes import CODE, token_by_code
from specproof.generate.grants import OWN
from specproof.generate.recipes import GOOD
from specproof.generate.refreshing import REFRESH
from specproof.model.exchange import Exchange
from specproof.model.oauth import Token, error_of, token_of
from specproof.suite.desk import open_desk
from specproof.suite.reproduce import command_for
from specproof.suite.session import Suite
from specproof.suite.signing import variable_with

_EARLY_S = 30.0  # before a token expires another one is obtained


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    token: Token
    due: float | None  # when another one is to be obtained, by the clock
    command: str  # for the shell: prints another one


@dataclass(kw_only=True)
class Tokens:
    """Obtains a token for each credential that needs one, and keeps it fresh; every process has its own.

    The first client of the profile asks: for itself where the document offers that grant and the credential
    names no user; else as the user of the profile, by a code; else with an assertion.
    """

    suite: Suite
    clock: Callable[[], float] = time.monotonic
    _held: dict[str, _Held] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Let the client ask here before it sends, and after a 401."""
        credentials = enumerate(self.suite.profile.credentials)
        self._mine = {c.name: index for index, c in credentials if c.scheme == "oauth2"}
        if self._mine:
            self.suite.client.have_kept(self)

    def obtain_all(self) -> None:
        """Obtain a token for each credential that needs one.

        Raises:
            ProfileError: None is given; the text names the key of the profile, and no secret.
        """
        for name in self._mine:
            self.keep_fresh(name)

    def keep_fresh(self, credential: str) -> None:
        """Obtain or refresh the token of a credential where that is due; others are left alone.

        Raises:
            ProfileError: There is none yet, and none is given.
        """
        if credential not in self._mine:
            return
        held = self._held.get(credential)
        if held is None:
            self._obtain(credential)
        elif held.due is not None and self.clock() >= held.due:
            self.renew(credential)

    def renew(self, credential: str) -> bool:
        """Refresh the token of a credential, or obtain another one; tell whether that was possible."""
        held = self._held.get(credential)
        if held is None:
            return False
        try:
            fresh = self._refreshed(held.token)
            if fresh is not None:
                self._hold(credential, fresh, held.command)
            else:
                self._obtain(credential)
        except (ProfileError, TargetError) as error:
            self.suite.trouble(f'no other token for the credential "{credential}": {error}')
            return False
        return True

    def _hold(self, credential: str, token: Token, command: str) -> None:
        lifetime, due = token.members.get("expires_in"), None
        if isinstance(lifetime, int | float) and lifetime > 0:
            due = self.clock() + lifetime - min(_EARLY_S, lifetime / 2)
        self._held[credential] = _Held(token=token, due=due, command=command)
        words = ("-H", f'"Authorization: Bearer $({command})"')
        signature = Signature(
            where="header",
            name="Authorization",
            value=f"Bearer {token.access}",
            shell=words,
            secret=token.access,
            shown=f"$({command})",
        )
        self.suite.client.know(credential, signature)

    # --- asking ----------------------------------------------------------------------------------

    def _refreshed(self, token: Token) -> Token | None:
        desk = open_desk(self.suite, self.suite.client.send)
        if desk is None or token.refresh is None:
            return None
        request = token_request(desk, REFRESH, "refresh the token", {"refresh_token": token.refresh})
        fresh = token_of(self.suite.client.send(request))
        if fresh is None or fresh.refresh is not None:
            return fresh
        return replace(fresh, members={**fresh.members, "refresh_token": token.refresh})  # RFC 6749 section 6

    def _obtain(self, name: str) -> None:
        suite, index = self.suite, self._mine[name]
        credential = suite.profile.credentials[index]
        desk = open_desk(suite, suite.client.send)
        grant = self._grant(credential, index, desk) if desk is not None else ""
        if desk is None or not grant:
            raise self._wrong(
                f"credentials[{index}].scheme",
                f'no token can be obtained for "{name}": neither a client with a secret, nor a user with '
                "authorize_url, nor a key for assertions serves a grant that the document offers",
                "complete [oauth]",
            )
        scopes = {"scope": " ".join(credential.scopes)} if credential.scopes else {}
        try:
            story = _ask(desk, grant, scopes)
        except TargetError as error:
            reason = str(error).rpartition(": ")[2]
            place = f"no token for {name}: the authorization server cannot be reached ({reason})"
            raise self._wrong("oauth", place, "start it or mend the URLs") from error
        token = token_of(story[-1])
        if token is None:
            raise self._refused(name, index, grant, story)
        words, stand_ins = suite.client.shell_words, tuple(suite.stand_ins)
        self._hold(name, token, command_for(story, words=words, stand_ins=stand_ins))

    def _grant(self, credential: Credential, index: int, desk: Desk) -> str:
        """Choose how to ask: a credential that names a user needs that user's approval."""
        offered, username = desk.scheme.grants, credential.username
        if username is None and OWN in offered and desk.client.credential is not None:
            return OWN
        if CODE in offered and desk.authorize_url is not None and desk.user is not None:
            if username not in {None, desk.username}:
                raise self._wrong(
                    f"credentials[{index}].username",
                    f'"{username}" is not the user of [oauth], who alone can approve',
                    f'write "{desk.username}" or leave it out',
                )
            return CODE
        rule = desk.scheme.jwt
        return rule.grant if username is None and rule is not None and desk.mint is not None else ""

    def _refused(self, name: str, index: int, grant: str, story: tuple[Exchange, ...]) -> ProfileError:
        """Say which key is likely to be wrong; of what the server said, only a code of the RFC is shown."""
        answer = story[-1]
        error = error_of(answer) or ""
        shown = f" {error}" if re.fullmatch(r"[a-z_]{1,40}", error) else ""
        what = f'no token for "{name}": refused with {answer.response.status}{shown}'
        if grant == CODE and len(story) == 1:
            return self._wrong(
                "oauth.user", f"{what} by the authorize_url, which has to let the user approve over Basic",
                "check user name and password, and client_id and redirect_uri of the first client",
            )  # fmt: skip
        if error == "invalid_scope":
            return self._wrong(
                f"credentials[{index}].scopes", what, "name scopes that the first client may have"
            )
        if grant not in {OWN, CODE}:
            return self._wrong("oauth.jwt", what, "check issuer, secret and algorithm")
        variable = self._variable()
        mend = f"renew what {variable} holds" if variable else "check it"
        return self._wrong("oauth.clients[0].client_secret", what, mend)

    def _variable(self) -> str | None:
        oauth = self.suite.profile.oauth
        secret = oauth.clients[0].client_secret if oauth is not None and oauth.clients else None
        return variable_with(self.suite.profile, secret.get_secret_value()) if secret is not None else None

    def _wrong(self, key: str, what: str, mend: str) -> ProfileError:
        return ProfileError(f"{self.suite.profile.source}: {key}: {what}; {mend}")


def _ask(desk: Desk, grant: str, scopes: dict[str, str]) -> tuple[Exchange, ...]:
    if grant == CODE:
        return token_by_code(desk, "get a token", scopes)
    if grant == OWN:
        form = {**desk.scope, **scopes}
        return (desk.send(token_request(desk, OWN, "get a token", form)),)
    return (desk.send(assertion_request(desk, GOOD, desk.token_url)),)
