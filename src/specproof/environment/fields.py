"""The kinds of values that a profile holds, each with what makes it unusable."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationInfo

from specproof.environment.network import DIRECT


def _as_text(value: object) -> object:
    """Let a parameter be written as a TOML number or boolean; it travels as text in any case."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else value


def _server_url(value: str) -> str:
    """Refuse what would make requests go somewhere else than the reader of the profile thinks."""
    if "@" in value.partition("//")[2].partition("/")[0]:
        raise ValueError("must not hold a user name or password; put them under [[credentials]]")
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise ValueError(f'"{value}" is no URL ({error})') from error
    if parts.scheme not in {"http", "https"} or not host:
        raise ValueError(f'"{value}" must be absolute, starting with http:// or https:// and a host')
    if "?" in value or "#" in value or re.search(r"\s", value):
        raise ValueError(f'"{value}" must not hold a query, a fragment or spaces')
    return value


def _secret_text(value: SecretStr) -> SecretStr:
    """Refuse secrets that no header can carry; the usual cause is a file read with its line end."""
    text = value.get_secret_value()
    if not text:
        raise ValueError("is empty; the environment variable it comes from may be set to nothing")
    if re.search(r"[\x00-\x1f\x7f]", text):
        raise ValueError("holds a line break or another control character, which no header can carry")
    return value


def _rate(value: str) -> str:
    if not re.fullmatch(r"[1-9]\d{0,6}\s*/\s*(s|min|h)", value):
        raise ValueError(f'"{value}" is no rate; write for example "50/s", "100/min" or "1000/h"')
    return value


def _origin_url(value: str) -> str:
    """Refuse a path: what is asked there is for the links of the API to say."""
    if urlsplit(_server_url(value)).path not in {"", "/"}:
        raise ValueError(f'"{value}" must end after the host; write for example "https://eu.example.com"')
    return value.rstrip("/")


def _pointer(value: str) -> str:
    if value and not value.startswith("/"):
        raise ValueError(f'"{value}" is no JSON pointer; it begins with a slash: "/{value}"')
    return value


def _application(value: str) -> str:
    if not re.fullmatch(r"[^\W\d]\w*(\.[^\W\d]\w*)*:[^\W\d]\w*(\.[^\W\d]\w*)*", value):
        raise ValueError(f'"{value}" names no application; write "package.module:name"')
    return value


def _proxy_url(value: str) -> str:
    """Take a proxy, which may name a user and a password."""
    if value == DIRECT:
        return value
    scheme, mark, rest = value.partition("://")
    try:
        return f"{scheme}{mark}{rest}" if _server_url(f"{scheme}{mark}{rest.rpartition('@')[2]}") else value
    except ValueError:
        raise ValueError(
            f'is no URL of a proxy; write for example "http://proxy.example.com:3128", or "{DIRECT}"'
        ) from None


def _file(value: str, info: ValidationInfo) -> str:
    """Find a file beside the profile that names it; the path comes back absolute."""
    folder = (info.context or {}).get("folder", Path())
    path = (Path(folder) / Path(value).expanduser()).absolute()
    try:
        with path.open("rb"):
            return str(path)
    except OSError as error:
        raise ValueError(f'"{path}" cannot be read ({error.strerror or error})') from error


Text = Annotated[str, BeforeValidator(_as_text)]
Name = Annotated[str, Field(min_length=1)]
ServerURL = Annotated[str, AfterValidator(_server_url)]
SecretText = Annotated[SecretStr, AfterValidator(_secret_text)]
OriginURL = Annotated[str, AfterValidator(_origin_url)]
ProxyURL = Annotated[str, AfterValidator(_proxy_url)]
FileName = Annotated[str, AfterValidator(_file)]
Pointer = Annotated[str, AfterValidator(_pointer)]
Application = Annotated[str, AfterValidator(_application)]
Rate = Annotated[str, AfterValidator(_rate)]
Method = Literal["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE", "QUERY"]
Values = Mapping[str, Text]
Lists = Mapping[str, tuple[Text, ...]]


def revealed(secret: SecretStr | None) -> str:
    """Return a secret itself, for the wire and for what is derived from it; empty where there is none."""
    return secret.get_secret_value() if secret is not None else ""
