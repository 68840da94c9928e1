"""Find a profile, read it, and fill in the environment variables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from pydantic import SecretStr, ValidationError

from specproof.environment.neighbours import protected_by
from specproof.environment.network import find_proxies
from specproof.environment.overrides import Given, loosened
from specproof.environment.profile import Profile
from specproof.environment.secrets import Secret
from specproof.environment.server import Environment
from specproof.errors import ProfileError
from specproof.strict import hint, key_path, parse_toml, problems, read_text, shown

_VARIABLE = re.compile(r"\$\$\{|\$\{([A-Za-z_][A-Za-z0-9_]*)\}|\$\{[^}]*\}?")
_SHORTEST_SECRET = 4  # characters; see Masker
_FILES = {"ca_file", "client_certificate", "client_key"}  # given for a run, they count from where it starts

Path_ = tuple[str | int, ...]


def find_profile(name_or_path: str, *, folders: Sequence[Path]) -> Path:
    """Return the file that an environment's name or path means.

    Args:
        name_or_path: ``staging``, or a path, which has a separator or ends in ``.toml``.
        folders: Where ``NAME.toml`` is looked for; the first that has it wins.

    Raises:
        ProfileError: There is no such profile; the text names those that there are.
    """
    if name_or_path.endswith(".toml") or "/" in name_or_path or "\\" in name_or_path:
        path = Path(name_or_path).expanduser()
        if path.is_file():
            return path
        near = _names([path.parent])
        raise ProfileError(f"{name_or_path}: there is no such file{hint(path.stem, near)}")
    for folder in folders:
        if (path := folder / f"{name_or_path}.toml").is_file():
            return path
    known = _names(folders)
    places = ", ".join(dict.fromkeys(map(shown, folders))) or "no folder"
    listed = f"; known: {', '.join(known)}" if known else f"; write {name_or_path}.toml there"
    raise ProfileError(f'no environment "{name_or_path}" in {places}{hint(name_or_path, known)}{listed}')


def load_profile(
    path: Path, *, environ: Mapping[str, str], overrides: Mapping[str, Given] | None = None
) -> Profile:
    """Read a profile and put in the environment variables it names.

    Args:
        path: The TOML file.
        environ: The process environment; the only place that variables are taken from.
        overrides: What holds for this run in place of keys of [environment].

    Returns:
        The profile, which knows the variable behind each secret, where each value came from, and what is
        doubtful about it.

    Raises:
        ProfileError: One line for each problem: ``file: key: what is wrong; how to mend it``.
    """
    source, given = shown(path), dict(overrides or {})
    raw = parse_toml(read_text(path, ProfileError), source, ProfileError)
    written = _written_environment(raw)
    filled, missing = _filled(_without(raw, given), environ)
    if missing:
        raise ProfileError("\n".join(f"{source}: {line}" for line in missing))
    if given:
        _put_in(filled, given)
    try:
        profile = Profile.model_validate(filled, context={"folder": path.parent})
    except ValidationError as error:
        lines = problems(error, Profile, name="profile")
        raise ProfileError("\n".join(_placed(line, source, given) for line in lines)) from None
    if given:
        _refuse_loosening(profile, written, given, environ, path)
    if profile.environment.writes == "allowed" and (guard := protected_by(profile, path, environ)):
        raise ProfileError(
            f'{source}: environment.writes: "allowed", but {guard} protects the same server; '
            "mend base_url, or forbid writes"
        )
    secrets = (*_secrets(profile, raw), *_proxy_secrets(profile))
    warnings = tuple(f"{source}: {line}" for line in _warnings(profile, raw))
    return profile.completed(
        secrets=secrets,
        warnings=warnings,
        source=source,
        proxies=find_proxies(profile.environment.proxy, environ),
        origins={
            key: given[key].origin if key in given else source if key in written else "default"
            for key in Environment.model_fields
        },
    )


def _written_environment(raw: dict[str, Any]) -> dict[str, Any]:
    section = raw.get("environment")
    return dict(section) if isinstance(section, dict) else {}


def _without(raw: dict[str, Any], given: Mapping[str, Given]) -> dict[str, Any]:
    """Leave out what is given for this run, so that its variables need not be set."""
    if not given or not isinstance(raw.get("environment"), dict):
        return raw
    return {**raw, "environment": {k: v for k, v in raw["environment"].items() if k not in given}}


def _put_in(filled: dict[str, Any], given: Mapping[str, Given]) -> None:
    section = filled.setdefault("environment", {})
    if isinstance(section, dict):
        section.update({
            key: str(Path(each.value).absolute()) if key in _FILES else each.value
            for key, each in given.items()
        })


def _placed(line: str, source: str, given: Mapping[str, Given]) -> str:
    """Name the option or variable where the value came from there."""
    for key, each in given.items():
        if line.startswith(f"environment.{key}:"):
            return each.origin + line.removeprefix(f"environment.{key}")
    return f"{source}: {line}"


def _refuse_loosening(
    profile: Profile,
    written: Mapping[str, Any],
    given: Mapping[str, Given],
    environ: Mapping[str, str],
    path: Path,
) -> None:
    """Refuse what would make the run less careful than the profile wants.

    A value of the profile that cannot be read, since its variable is not set, is taken for the given one.
    """
    now = profile.environment.model_dump()
    for key in given:
        filled, missing = _filled({"value": written.get(key, Environment.model_fields[key].default)}, environ)
        if not missing:
            now[key] = filled["value"]
    try:
        before = Environment.model_validate(now, context={"folder": path.parent})
    except ValidationError as error:
        lines = (line for line in problems(error, Environment, name="profile"))
        raise ProfileError("\n".join(f"{shown(path)}: environment.{line}" for line in lines)) from None
    refused = [f"{given[k].origin}: {why}" for k, why in loosened(before, profile.environment) if k in given]
    if refused:
        raise ProfileError("\n".join(refused))


def _names(folders: Sequence[Path]) -> list[str]:
    return sorted({file.stem for folder in folders if folder.is_dir() for file in folder.glob("*.toml")})


def _unusable(match: re.Match[str], environ: Mapping[str, str]) -> str:
    """Tell why a ``${NAME}`` cannot be replaced; empty where it can."""
    name = match[1]
    if name is None:
        return (
            f'"{match[0]}" names no environment variable; '
            "write ${NAME}, or $${ for the characters themselves"
        )
    if name not in environ:
        return f"environment variable {name} is not set; export it before the run, as in: export {name}=…"
    if any("\ud800" <= letter <= "\udfff" for letter in environ[name]):
        return f"environment variable {name} is not valid text; export it in UTF-8"
    return ""


def _filled(raw: dict[str, Any], environ: Mapping[str, str]) -> tuple[Any, list[str]]:
    """Return the tree with every ``${NAME}`` replaced, and a line for each that could not be."""
    missing: list[str] = []

    def text(value: str, path: Path_) -> str:
        def one(match: re.Match[str]) -> str:
            if match[0] == "$${":
                return "${"
            why = _unusable(match, environ)
            if why:
                missing.append(f"{key_path(path)}: {why}")
                return ""
            return environ[match[1]]

        return _VARIABLE.sub(one, value)

    def tree(value: Any, path: Path_) -> Any:
        if isinstance(value, str):
            return text(value, path)
        if isinstance(value, dict):
            return {key: tree(item, (*path, key)) for key, item in value.items()}
        if isinstance(value, list):
            return [tree(item, (*path, index)) for index, item in enumerate(value)]
        return value

    return tree(raw, ()), missing


def _secret_places(profile: Profile) -> Iterator[tuple[Path_, SecretStr, str | None, str | None]]:
    """Yield ``(place in the file, secret, user name, credential)`` for each secret of a profile."""
    for index, credential in enumerate(profile.credentials):
        if credential.secret is not None:
            yield ("credentials", index, "secret"), credential.secret, credential.username, credential.name
    if (oauth := profile.oauth) is None:
        return
    if oauth.user is not None:
        yield ("oauth", "user", "password"), oauth.user.password, oauth.user.username, None
    for index, client in enumerate(oauth.clients):
        if client.client_secret is not None:
            yield ("oauth", "clients", index, "client_secret"), client.client_secret, client.client_id, None
    for index, refresh in enumerate(oauth.refresh_tokens):
        yield ("oauth", "refresh_tokens", index, "token"), refresh.token, None, None
    if oauth.jwt is not None:
        yield ("oauth", "jwt", "secret"), oauth.jwt.secret, None, None


def _written(raw: Any, path: Path_) -> str:
    """What stands in the file at that place, before variables were put in."""
    for step in path:
        raw = raw[step]
    return str(raw)


def _secrets(profile: Profile, raw: Any) -> Iterator[Secret]:
    for path, secret, username, credential in _secret_places(profile):
        whole = _VARIABLE.fullmatch(_written(raw, path))
        variable = whole[1] if whole else None
        yield Secret(
            value=secret.get_secret_value(), variable=variable, username=username, credential=credential
        )


def _proxy_secrets(profile: Profile) -> Iterator[Secret]:
    """Yield the password of a proxy, where its URL holds one."""
    before, at, _ = (profile.environment.proxy or "").rpartition("@")
    if at and (password := before.rpartition("//")[2].partition(":")[2]):
        yield Secret(value=unquote(password))
        yield Secret(value=password)


def _warnings(profile: Profile, raw: Any) -> Iterator[str]:
    environment = profile.environment
    for path, secret, _, _ in _secret_places(profile):
        literal = not any(match[1] for match in _VARIABLE.finditer(_written(raw, path)))
        if literal and not environment.is_loopback:
            yield (
                f"{key_path(path)}: the secret stands in the file; export it as a variable and "
                "write ${NAME} instead"
            )
        if len(secret.get_secret_value()) < _SHORTEST_SECRET:
            yield (
                f"{key_path(path)}: a secret of fewer than {_SHORTEST_SECRET} characters cannot be "
                "kept out of the reports reliably"
            )
    if not environment.is_loopback and profile.credentials and environment.base_url.startswith("http://"):
        yield "environment.base_url: credentials travel unencrypted over http; use https"
    methods = set(environment.methods or ())
    if {"POST", "PUT"} & methods and "DELETE" not in methods:
        yield "environment.methods: without DELETE nothing could be removed, so nothing is made either"
    if not environment.is_loopback and not environment.verify_tls:
        yield "environment.verify_tls: any certificate is accepted, so anyone in between can read along"
