"""What a profile may say: one model per TOML section, one description per key.

The descriptions are the text of ``docs/environments.md``; a test compares the two.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field, PrivateAttr, model_validator

from specproof.environment.fields import Lists, Name, Pointer, SecretText, ServerURL, Text, Values
from specproof.environment.network import Proxies
from specproof.environment.secrets import Secret
from specproof.environment.server import ANY_PORT, Environment, Section

Scheme = Literal["basic", "bearer", "header", "query", "cookie", "oauth2"]
CredentialState = Literal["valid", "expired", "revoked", "refused"]


class User(Section):
    """Who approves an OAuth client, without a browser."""

    username: Name = Field(description="the account that approves")
    password: SecretText = Field(description="its password")


class RefreshToken(Section):
    """A refresh token that was given out earlier."""

    token: SecretText = Field(description="the refresh token")
    client_id: Name | None = Field(default=None, description="the client it was given to")
    state: CredentialState = Field(default="valid", description="`valid`, `expired`, `revoked` or `refused`")


class Client(Section):
    """A registered OAuth client."""

    client_id: Name = Field(description="public identifier of the client")
    client_secret: SecretText | None = Field(default=None, description="absent for a public client")
    redirect_uri: str | None = Field(
        default=None, description="where the authorization server sends the user back to"
    )
    scopes: tuple[Name, ...] = Field(default=(), description="scopes the client may ask for")


class JWT(Section):
    """What is needed to mint good, expired, unsigned and wrongly signed assertions."""

    issuer: Name = Field(description="value of the `iss` claim")
    secret: SecretText = Field(description="shared key")
    algorithm: Literal["HS256", "HS384", "HS512"] = Field(
        default="HS256", description="`HS256`, `HS384` or `HS512`"
    )


class OAuth(Section):
    """The authorization server."""

    token_url: ServerURL = Field(description="where grants and refresh tokens are redeemed")
    authorize_url: ServerURL | None = Field(
        default=None,
        description="where a user approves; needed for the authorization code and implicit grants",
    )
    user: User | None = Field(default=None, description="who approves")
    clients: tuple[Client, ...] = Field(
        default=(),
        description="the first is used for tokens; others must not redeem what the first was given",
    )
    refresh_tokens: tuple[RefreshToken, ...] = Field(
        default=(), description="refresh tokens given out earlier, with what must become of them"
    )
    jwt: JWT | None = Field(default=None, description="how assertions are signed")


class Cloning(Section):
    """Cloning with a token."""

    url: ServerURL = Field(
        description="repository to clone, without a user in it; one that not everybody may read"
    )
    foreign_url: ServerURL | None = Field(
        default=None, description="a repository that the credentials must not reach"
    )


class Credential(Section):
    """Somebody who may, or must not, be let in."""

    name: Name = Field(description="how reports call it; unique")
    scheme: Scheme = Field(
        description="how it is sent: `basic`, `bearer`, `header`, `query`, `cookie` or `oauth2` (obtained "
        "from [oauth])"
    )
    header: Name | None = Field(
        default=None, description="with `header`, `query` and `cookie`: the name it travels under"
    )
    satisfies: Name | None = Field(
        default=None, description="the document's security scheme; default: the one that fits"
    )
    kind: str | None = Field(
        default=None, description="a free word for the report: `app_password`, `access_token`, `api_key`, …"
    )
    username: Name | None = Field(default=None, description="needed with `basic`")
    secret: SecretText | None = Field(default=None, description="password, token or key; not with `oauth2`")
    scopes: tuple[Name, ...] | None = Field(default=None, description="absent: not limited by scopes")
    state: CredentialState = Field(
        default="valid",
        description="`valid`, `expired`, `revoked`, or `refused`: a real secret that this API must never "
        "accept",
    )
    reaches: tuple[Text, ...] | None = Field(
        default=None, description="parameter values it may reach; absent: all of [parameters] and [empty]"
    )
    only: Lists = Field(
        default_factory=dict,
        description='the part that it is bound to inside the resource, lists by kind: `{project = ["CORE"]}`',
    )
    refused_operations: tuple[str, ...] = Field(
        default=(), description="globs like `* */pipelines_config/*`: 403 here although the scopes would do"
    )

    @model_validator(mode="after")
    def _has_what_its_scheme_needs(self) -> Credential:
        needed = {"basic": ("username", "secret"), "bearer": ("secret",), "oauth2": ()}
        for key in needed.get(self.scheme, ("header", "secret")):
            if getattr(self, key) is None:
                raise ValueError(f'scheme "{self.scheme}" needs {key}; add {key} = "…"')
        if self.scheme == "basic" and ":" in (self.username or ""):
            raise ValueError("username must not hold a colon with scheme basic (RFC 7617 section 2)")
        if self.scheme == "oauth2" and self.state != "valid":
            raise ValueError(
                f'state "{self.state}" does not go with scheme "oauth2": a token that is obtained is valid; '
                'give an old one with scheme "bearer"'
            )
        if self.header is not None and not re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", self.header):
            raise ValueError(f'header "{self.header}" is no header, parameter or cookie name')
        return self

    def __str__(self) -> str:
        return self.name


class Setup(Section):
    """A request that makes or finds what the run needs."""

    operation: Name = Field(description="`operationId` or label (`POST /projects`) of what is called")
    parameters: Values = Field(
        default_factory=dict, description="values of path and query parameters; others come from [parameters]"
    )
    body: Any = Field(
        default=None,
        description="JSON body as a TOML table; `{unique}` in a text becomes a new name, `{NAME}` what "
        "was captured",
    )
    credential: Name | None = Field(
        default=None, description="name of who sends it; default: the first that is enough"
    )
    capture: Mapping[str, Pointer] = Field(
        default_factory=dict,
        description="parameter name = JSON pointer into the answer; the value then counts as one of "
        "[parameters]",
    )


class Profile(Section):
    """An environment as its profile describes it."""

    environment: Environment = Field(description="the deployed server and the rules for treating it")
    parameters: Values = Field(
        default_factory=dict, description="known-good values, by parameter name; used for path and query"
    )
    aliases: Lists = Field(
        default_factory=dict, description="other spellings of the same resource, which must behave alike"
    )
    foreign: Values = Field(
        default_factory=dict,
        description="resources that the credentials must not reach, and items inside them where known",
    )
    foreign_aliases: Lists = Field(
        default_factory=dict, description="other spellings of the foreign resources"
    )
    empty: Values = Field(default_factory=dict, description="values under which collections are empty")
    absent: Values = Field(default_factory=dict, description="values that name nothing; default: generated")
    queries: Lists = Field(default_factory=dict, description="values known to find something")
    oauth: OAuth | None = Field(default=None, description="the authorization server")
    cloning: Cloning | None = Field(default=None, description="cloning with a token")
    setup: tuple[Setup, ...] = Field(default=(), description="requests that are sent before the run")
    credentials: tuple[Credential, ...] = Field(
        default=(), description="everybody who may, or must not, be let in"
    )

    _secrets: tuple[Secret, ...] = PrivateAttr(default=())
    _warnings: tuple[str, ...] = PrivateAttr(default=())
    _source: str = PrivateAttr(default="")
    _proxies: Proxies = PrivateAttr(default=Proxies())
    _origins: Mapping[str, str] = PrivateAttr(default_factory=dict)

    @model_validator(mode="after")
    def _fits_together(self) -> Profile:
        _check_credentials(self.credentials, self.oauth)
        return self

    def completed(
        self,
        *,
        secrets: tuple[Secret, ...],
        warnings: tuple[str, ...],
        source: str,
        proxies: Proxies,
        origins: Mapping[str, str],
    ) -> Profile:
        """Return a copy that knows where its values came from; only the loader needs this."""
        copy = self.model_copy()
        copy._secrets, copy._warnings, copy._source = secrets, warnings, source
        copy._proxies, copy._origins = proxies, origins
        return copy

    def served_at(self, origin: str) -> Profile:
        """Return a copy whose application is served at ``http://127.0.0.1:PORT``."""
        here = self.environment
        url = origin + here.base_url.removeprefix(ANY_PORT)
        return self.model_copy(update={"environment": here.model_copy(update={"base_url": url})})

    def knowing(self, values: Mapping[str, str]) -> Profile:
        """Return a copy with more values under [parameters]."""
        return self.model_copy(update={"parameters": {**self.parameters, **values}})

    def with_credentials(self, more: tuple[Credential, ...], secrets: tuple[Secret, ...]) -> Profile:
        """Return a copy with more credentials and what of them must not be shown.

        Raises:
            ValueError: A name is taken, or there is no [oauth] for one of them.
        """
        copy = self.model_copy(update={"credentials": (*self.credentials, *more)})
        copy._secrets = (*self._secrets, *secrets)
        _check_credentials(copy.credentials, copy.oauth)
        return copy

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """Every secret of the profile, for ``Masker``."""
        return self._secrets

    @property
    def variables(self) -> Mapping[str, str]:
        """Which environment variable holds a secret: ``{secret value: variable name}``."""
        return {secret.value: secret.variable for secret in self._secrets if secret.variable}

    @property
    def warnings(self) -> tuple[str, ...]:
        """What works but should not stay so, one sentence each."""
        return self._warnings

    @property
    def source(self) -> str:
        """The file it was read from."""
        return self._source

    @property
    def proxies(self) -> Proxies:
        """The proxies that hold for this environment, by its own word or by the variables of the process."""
        return self._proxies

    @property
    def origins(self) -> Mapping[str, str]:
        """Where each key of [environment] got its value: ``--set``, a variable, the file or ``default``."""
        return self._origins

    def credential(self, name: str) -> Credential | None:
        """Return the credential of that name."""
        return next((credential for credential in self.credentials if credential.name == name), None)


def _check_credentials(credentials: tuple[Credential, ...], oauth: OAuth | None) -> None:
    """Refuse a name that is given twice, and tokens that cannot be obtained."""
    seen: dict[str, int] = {}
    for index, credential in enumerate(credentials):
        if (first := seen.setdefault(credential.name, index)) != index:
            raise ValueError(
                f'credentials[{index}].name: "{credential.name}" is the name of '
                f"credentials[{first}] already; names must differ"
            )
        if credential.scheme == "oauth2" and not (oauth and oauth.clients):
            raise ValueError(
                f'credentials[{index}].scheme: "oauth2" needs [oauth] with one of '
                "[[oauth.clients]] to obtain the token from"
            )
