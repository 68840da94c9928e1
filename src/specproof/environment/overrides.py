"""What may be changed for one run: an option comes before a variable, a variable before the profile.

The keys are those of [environment], each declared there with its meaning; ``OVERRIDES`` says which of them a
run may change. A change may make a run more careful, and where that matters never less.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from specproof.environment.server import Environment
from specproof.errors import ProfileError
from specproof.strict import hint

OPTION = "--set"


@dataclass(frozen=True, slots=True)
class Given:
    """A value that was given for one run, and where."""

    value: Any
    origin: str  # "--set rate_limit" or "SPECPROOF_RATE_LIMIT"


def _switch(text: str) -> object:
    return {"true": True, "false": False}.get(text.lower(), text)


def _number(text: str) -> object:
    try:
        return int(text) if text.lstrip("-").isdigit() else float(text)
    except ValueError:
        return text


def _list(text: str) -> object:
    return [item.strip() for item in text.split(",") if item.strip()]


OVERRIDES: Mapping[str, Callable[[str], object]] = {
    "base_url": str,
    "writes": str,
    "methods": _list,
    "negative_data": str,
    "max_requests": _number,
    "rate_limit": str,
    "concurrency": _number,
    "stop_at_error_share": _number,
    "request_timeout_s": _number,
    "verify_tls": _switch,
    "ca_file": str,
    "client_certificate": str,
    "client_key": str,
    "proxy": str,
}


def variable_for(key: str) -> str:
    """Return the environment variable that changes a key."""
    return f"SPECPROOF_{key.upper()}"


def overrides_help() -> str:
    """Return the text for ``--help``."""
    return (
        f"change a key of [environment] for this run, as in {OPTION} rate_limit=10/s; may be repeated; comes "
        f"before the variable {variable_for('KEY')} and the profile; keys: {', '.join(OVERRIDES)}"
    )


def read_overrides(pairs: Sequence[str], environ: Mapping[str, str]) -> dict[str, Given]:
    """Return what was given for this run, by key; an option comes before a variable.

    Args:
        pairs: The values of the option, each ``KEY=VALUE``.
        environ: The process environment; an empty variable counts as not set.

    Raises:
        ProfileError: A pair is none, or its key cannot be changed.
    """
    found = {
        key: Given(parse(environ[variable_for(key)]), variable_for(key))
        for key, parse in OVERRIDES.items()
        if environ.get(variable_for(key))
    }
    for pair in pairs:
        key, equals, text = pair.partition("=")
        if not equals:
            raise ProfileError(
                f'{OPTION}: "{pair}" is no KEY=VALUE; write for example {OPTION} rate_limit=10/s'
            )
        if key not in OVERRIDES:
            stays = key in Environment.model_fields
            why = f'"{key}" can be changed in the profile only' if stays else f'"{key}" is no key'
            raise ProfileError(f"{OPTION}: {why}{hint(key, OVERRIDES)}; known: {', '.join(OVERRIDES)}")
        found[key] = Given(OVERRIDES[key](text), f"{OPTION} {key}")
    return found


def loosened(before: Environment, after: Environment) -> Iterator[tuple[str, str]]:
    """Yield ``(key, why not)`` for each change that would make a run less careful than it may become.

    Whether anything may be changed, and with which data, is for the profile to allow. A protected profile
    also keeps its server, and every limit but a stricter one.
    """
    in_file = "an option may only be stricter; change the profile"
    if (before.writes, after.writes) == ("forbidden", "allowed"):
        yield "writes", f'the profile says "forbidden", and {in_file}'
    if (before.negative_data, after.negative_data) == ("forbidden", "allowed"):
        yield "negative_data", f'the profile says "forbidden", and {in_file}'
    if before.methods is not None and (more := set(after.methods or ()) - set(before.methods)):
        yield "methods", f"the profile leaves out {', '.join(sorted(more))}, and {in_file}"
    if before.protected:
        for key in _loosened_limits(before, after):
            yield key, f"the profile is protected, so {in_file}"


def _loosened_limits(before: Environment, after: Environment) -> Iterator[str]:
    if before.base_url != after.base_url:
        yield "base_url"
    if before.verify_tls and not after.verify_tls:
        yield "verify_tls"
    if before.max_requests is not None and (after.max_requests or 0) > before.max_requests:
        yield "max_requests"
    if _per_second(before) is not None and (_per_second(after) or 0) > (_per_second(before) or 0):
        yield "rate_limit"
    for key in ("concurrency", "stop_at_error_share"):
        if getattr(after, key) > getattr(before, key):
            yield key


def _per_second(environment: Environment) -> float | None:
    return environment.rate[0] / environment.rate[1] if environment.rate is not None else None
