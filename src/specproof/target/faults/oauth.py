"""Faults of approval: where users are sent, what codes are bound to, who may redeem them."""
# ruff: noqa: D101, D102 - the decorator says what each class does

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from specproof.target.faults.registry import fault
from specproof.target.oauth.records import JWT_GRANT, Client, Code, Owner
from specproof.target.oauth.rules import Rules
from specproof.target.oauth.vault import Vault

STATE = "oauth.state-echoed"
EXACT = "oauth.redirect-exact"
BOUND = "oauth.code-bound-to-redirect"
PROVEN = "oauth.client-authenticated"
PKCE = "oauth.pkce"
REUSE = "oauth.reuse-revokes"
OFFERED = "oauth.grant-offered"
REFUSED = "oauth.grant-refused"
FRAGMENT = "oauth.fragment"
OWNER = "oauth.owner-authenticated"
FIRST_USER = Owner(1, None)


@fault("oauth", "state-dropped", STATE, "The state does not come back.")
class StateDropped(Rules):
    def state(self, given: str | None) -> str | None:
        return None


@fault("oauth", "state-cut", STATE, "Only the first 32 characters of the state come back.")
class StateCut(Rules):
    def state(self, given: str | None) -> str | None:
        return given and given[:32]


@fault("oauth", "state-lower-case", STATE, "The state comes back in lower case.")
class StateLowerCase(Rules):
    def state(self, given: str | None) -> str | None:
        return given and given.lower()


@fault("oauth", "state-decoded-twice", STATE, "The state is percent-decoded once too often.")
class StateDecodedTwice(Rules):
    def state(self, given: str | None) -> str | None:
        return given and unquote(given)


@fault("oauth", "redirect-anywhere", EXACT, "Users are sent wherever redirect_uri says.")
class RedirectAnywhere(Rules):
    def redirect_fits(self, client: Client, uri: str) -> bool:
        return client.redirect_uri is not None


@fault("oauth", "redirect-by-ending", EXACT, "A longer host that ends like the registered one will do.")
class RedirectByEnding(Rules):
    def redirect_fits(self, client: Client, uri: str) -> bool:
        registered = (client.redirect_uri or "").partition("://")[2]
        return bool(registered) and uri.startswith("https://") and uri.endswith(registered)


@fault("oauth", "challenged-code-reused", "oauth.code-single-use", "A code with a challenge works again.")
class ChallengedCodeReused(Rules):
    def is_used(self, code: Code) -> bool:
        return code.code_challenge is None and super().is_used(code)


@fault("oauth", "redirect-by-prefix", EXACT, "It is enough that redirect_uri begins like the registered one.")
class RedirectByPrefix(Rules):
    def redirect_fits(self, client: Client, uri: str) -> bool:
        return client.redirect_uri is not None and uri.startswith(client.redirect_uri)


@fault(
    "oauth", "redirect-by-host", EXACT, "It is enough that redirect_uri has the host of the registered one."
)
class RedirectByHost(Rules):
    def redirect_fits(self, client: Client, uri: str) -> bool:
        return urlsplit(uri).netloc == urlsplit(client.redirect_uri or "").netloc


@fault(
    "oauth", "redirect-ignores-case", EXACT, "Capitals in redirect_uri do not matter, not even in its path."
)
class RedirectIgnoresCase(Rules):
    def redirect_fits(self, client: Client, uri: str) -> bool:
        return super().redirect_fits(client, uri.lower())


@fault("oauth", "code-counts-twice", "oauth.code-single-use", "A code can be redeemed again and again.")
class CodeCountsTwice(Rules):
    def is_used(self, code: Code) -> bool:
        return False


@fault("oauth", "reuse-ends-nothing", REUSE, "A code that is used again is refused, but its tokens live on.")
class ReuseEndsNothing(Rules):
    def used_again(self, vault: Vault, code: Code) -> None:
        pass


@fault("oauth", "reuse-keeps-refresh-token", REUSE, "The second use of a code ends the access token alone.")
class ReuseKeepsRefreshToken(Rules):
    def used_again(self, vault: Vault, code: Code) -> None:
        vault.revoke_access_tokens(code.grant.id)


@fault("oauth", "reuse-keeps-access-token", REUSE, "The second use of a code ends the refresh token alone.")
class ReuseKeepsAccessToken(Rules):
    def used_again(self, vault: Vault, code: Code) -> None:
        vault.revoke_refresh_tokens(code.grant.id)


@fault("oauth", "code-of-anybody", "oauth.code-bound-to-client", "Any client can redeem any code.")
class CodeOfAnybody(Rules):
    def code_belongs(self, code: Code, client: Client) -> bool:
        return True


@fault("oauth", "code-redirect-unchecked", BOUND, "The redirect_uri of a redemption is not looked at.")
class CodeRedirectUnchecked(Rules):
    def redirect_repeated(self, code: Code, uri: str | None) -> bool:
        return True


@fault("oauth", "code-redirect-optional", BOUND, "A redemption may leave the redirect_uri out.")
class CodeRedirectOptional(Rules):
    def redirect_repeated(self, code: Code, uri: str | None) -> bool:
        return uri is None or super().redirect_repeated(code, uri)


@fault("oauth", "any-client-secret", PROVEN, "A client may give any secret.")
class AnyClientSecret(Rules):
    def secret_fits(self, client: Client, secret: str, method: str) -> bool:
        return True


@fault(
    "oauth", "form-secret-unchecked", PROVEN, "A secret in the form is not compared, one in the header is."
)
class FormSecretUnchecked(Rules):
    def secret_fits(self, client: Client, secret: str, method: str) -> bool:
        return method == "client_secret_post" or super().secret_fits(client, secret, method)


@fault("oauth", "empty-client-secret", PROVEN, "An empty secret in the header is as good as the right one.")
class EmptyClientSecret(Rules):
    def secret_fits(self, client: Client, secret: str, method: str) -> bool:
        return not secret or super().secret_fits(client, secret, method)


@fault("oauth", "client-id-suffices", PROVEN, "Every client may leave its secret out.")
class ClientIdSuffices(Rules):
    def needs_no_secret(self, client: Client) -> bool:
        return True


@fault("oauth", "verifier-uncompared", PKCE, "Any verifier goes with any challenge.")
class VerifierUncompared(Rules):
    def proves(self, method: str, verifier: str, challenge: str) -> bool:
        return True


@fault("oauth", "verifier-ignored", PKCE, "A challenged code is redeemed with or without a verifier.")
class VerifierIgnored(Rules):
    def asks_for_proof(self, code: Code, verifier: str | None) -> bool:
        return False


@fault("oauth", "verifier-optional", PKCE, "A verifier is compared if it is there, but may be left out.")
class VerifierOptional(Rules):
    def asks_for_proof(self, code: Code, verifier: str | None) -> bool:
        return verifier is not None


@fault(
    "oauth", "challenge-as-verifier", PKCE, "With S256, the challenge itself is taken for the verifier too."
)
class ChallengeAsVerifier(Rules):
    def proves(self, method: str, verifier: str, challenge: str) -> bool:
        return verifier == challenge or super().proves(method, verifier, challenge)


def without(grant: str) -> tuple[str, ...]:
    """Return the grants but one."""
    return tuple(name for name in Rules.grants if name != grant)


@fault("oauth", "no-code-grant", OFFERED, "The authorization code grant is not offered.")
class NoCodeGrant(Rules):
    grants = without("authorization_code")


@fault("oauth", "no-implicit-grant", OFFERED, "The implicit grant is not offered.")
class NoImplicitGrant(Rules):
    grants = without("implicit")


@fault("oauth", "no-client-credentials", OFFERED, "Client credentials are not taken for a token.")
class NoClientCredentials(Rules):
    grants = without("client_credentials")


@fault("oauth", "no-jwt-grant", OFFERED, "Assertions are not taken for a token.")
class NoJwtGrant(Rules):
    grants = without(JWT_GRANT)


@fault("oauth", "password-grant-accepted", REFUSED, "The password grant gives a token of the client's owner.")
class PasswordGrantAccepted(Rules):
    def grant_type(self, given: str | None) -> str | None:
        return "client_credentials" if given == "password" else given


@fault("oauth", "unknown-grant-accepted", REFUSED, "An unknown grant type counts as client credentials.")
class UnknownGrantAccepted(Rules):
    def grant_type(self, given: str | None) -> str | None:
        return "client_credentials" if given and given not in self.grants else given


@fault("oauth", "implicit-token-in-query", FRAGMENT, "The implicit token stands in the query.")
class ImplicitTokenInQuery(Rules):
    def way_back(self, response_type: str, location: str) -> str:
        return location.replace("#", "?", 1)


@fault(
    "oauth", "implicit-token-in-both", FRAGMENT, "The implicit token stands in the query and the fragment."
)
class ImplicitTokenInBoth(Rules):
    def way_back(self, response_type: str, location: str) -> str:
        address, mark, fragment = location.partition("#")
        return f"{address}?{fragment}#{fragment}" if mark else location


@fault("oauth", "implicit-token-cut", "oauth.token-works", "The last character of an implicit token is lost.")
class ImplicitTokenCut(Rules):
    def way_back(self, response_type: str, location: str) -> str:
        return re.sub(r"(#access_token=[^&]+)[^&]", r"\1", location)


@fault(
    "oauth",
    "code-in-fragment",
    "oauth.code-answer",
    "The code stands in the fragment, where no server sees it.",
)
class CodeInFragment(Rules):
    def way_back(self, response_type: str, location: str) -> str:
        return location.replace("?", "#", 1) if response_type == "code" else location


@fault(
    "oauth", "code-to-another-path", "oauth.code-answer", "A slash is put behind the address of the client."
)
class CodeToAnotherPath(Rules):
    def way_back(self, response_type: str, location: str) -> str:
        return location.replace("?", "/?", 1)


@fault("oauth", "approved-by-nobody", OWNER, "A request without a user is approved by the first one.")
class ApprovedByNobody(Rules):
    def approver(self, vault: Vault, shown: tuple[str, str] | None) -> Owner | None:
        return super().approver(vault, shown) if shown else FIRST_USER


@fault("oauth", "any-account-password", OWNER, "With a wrong password the first user approves.")
class AnyAccountPassword(Rules):
    def approver(self, vault: Vault, shown: tuple[str, str] | None) -> Owner | None:
        return super().approver(vault, shown) or (FIRST_USER if shown else None)
