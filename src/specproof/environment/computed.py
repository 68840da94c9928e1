"""Credentials that do not stand in the file: obtained when the run begins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from specproof.environment.profile import Credential, Profile
from specproof.environment.secrets import Secret
from specproof.errors import ProfileError
from specproof.strict import problems


def with_computed(profile: Profile, tables: Sequence[Mapping[str, Any]], *, source: str) -> Profile:
    """Return a profile with more credentials, after those that it has.

    Args:
        profile: As it was read.
        tables: The keys of ``[[credentials]]``, with their values.
        source: Who gives them, for the messages.

    Raises:
        ProfileError: One line for each problem; no line shows a secret.
    """
    credentials: list[Credential] = []
    wrong: list[str] = []
    for number, table in enumerate(tables):
        try:
            credentials.append(Credential.model_validate(table))
        except ValidationError as error:
            lines = problems(error, Credential, name="credential")
            wrong += [f"{source}: credentials[{number}].{line}" for line in lines]
    if wrong:
        raise ProfileError("\n".join(wrong))
    secrets = tuple(
        Secret(value=each.secret.get_secret_value(), username=each.username, credential=each.name)
        for each in credentials
        if each.secret is not None
    )
    try:
        return profile.with_credentials(tuple(credentials), secrets)
    except ValueError as error:
        raise ProfileError(f"{source}: {error}") from error
