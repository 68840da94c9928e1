"""What a gate policy may say: one model per TOML section, one description per key.

The descriptions are the text of ``specproof gate-policy``, of ``docs/gate-policy.schema.json`` and of
``docs/gate.md``; tests compare them.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, ValidationError

from specproof.errors import OptionError
from specproof.model.promise import Severity
from specproof.strict import hint, parse_toml, problems, read_text, shown

Treatment = Literal["block", "report"]
Share = Annotated[float, Field(strict=True, ge=0, le=1)]
Glob = Annotated[str, Field(min_length=1)]
Seconds = Annotated[float, Field(strict=True, gt=0)]


class Section(BaseModel):
    """Base of all sections: nothing can be changed, and nothing unknown is let through."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Findings(Section):
    """Which findings block."""

    block_at: Severity = Field(
        default=Severity.MINOR, description="least severity that blocks: critical, major or minor"
    )
    inferred_block_at: Severity = Field(
        default=Severity.MAJOR,
        description="least severity that blocks where the promise was inferred, not written",
    )
    unstable: Treatment = Field(
        default="block", description="findings that did not come back on every replay"
    )
    known: Treatment = Field(
        default="report", description="findings that the verdict given with --compare-with has too"
    )
    waived: Treatment = Field(
        default="report", description="findings with a waiver in date; block ignores all waivers"
    )


class Coverage(Section):
    """How much has to be seen, as shares from 0 to 1; with less the verdict is inconclusive."""

    operations: Share = Field(
        default=0.0, description="least share of the operations of which a promise was exercised"
    )
    promises: Share = Field(default=0.0, description="least share of the promises that were exercised")
    parameters: Share = Field(
        default=0.0,
        description="least share of what can be seen of parameters: valid, invalid, absent, at their bounds",
    )
    request_media_types: Share = Field(
        default=0.0, description="least share of the documented media types of requests"
    )
    statuses: Share = Field(default=0.0, description="least share of the documented statuses")
    response_media_types: Share = Field(
        default=0.0, description="least share of the documented media types of answers"
    )
    schemas: Share = Field(default=0.0, description="least share of what the schemas of answers can show")
    security: Share = Field(default=0.0, description="least share of the documented ways to authenticate")
    share_2xx: Share = Field(
        default=0.0, description="least share of 2xx among the answers of each operation that got requests"
    )

    @property
    def shares(self) -> Mapping[str, float]:
        """The least shares by the names of ``Run.ratios``."""
        return {name: getattr(self, name) for name in type(self).model_fields if name != "share_2xx"}


class SlowOperations(Section):
    """Another limit for some operations; the first that fits counts."""

    operation: Glob = Field(description='glob over method and path: "GET /*/search/*"')
    p95_s: Seconds = Field(description="seconds that 95 of 100 answers must not exceed")


class Durations(Section):
    """How long the answers of each operation may take."""

    p95_s: Seconds | None = Field(
        default=None, description="seconds that 95 of 100 answers must not exceed; absent: no limit"
    )
    exceeded: Treatment = Field(default="report", description="what an operation beyond its limit does")
    least_answers: Annotated[int, Field(strict=True, ge=1)] = Field(
        default=20, description="operations with fewer answers are not judged"
    )
    overrides: tuple[SlowOperations, ...] = Field(default=(), description="other limits for some operations")

    def limit(self, operation: str) -> float | None:
        """Return the limit of an operation in seconds."""
        fitting = (each.p95_s for each in self.overrides if fnmatchcase(operation, each.operation))
        return next(fitting, self.p95_s)


class Leftovers(Section):
    """What the run made and could not remove."""

    left_behind: Treatment = Field(default="report", description="created objects that could not be removed")


class Override(Section):
    """Another treatment for some findings, whatever their severity; the first that fits counts."""

    promise: Glob = Field(
        default="*", description='glob over the promise: "pagination.no-gaps", "pagination.*"'
    )
    operation: Glob = Field(default="*", description='glob over method and path: "POST *", "GET /*/search/*"')
    findings: Treatment = Field(description="what such findings do")

    def fits(self, promise: str, operation: str) -> bool:
        """Whether it speaks about this promise of this operation."""
        return fnmatchcase(promise, self.promise) and fnmatchcase(operation, self.operation)


class Policy(Section):
    """When a run lets a release through."""

    findings: Findings = Field(default=Findings(), description="which findings block")
    coverage: Coverage = Field(default=Coverage(), description="how much has to be seen")
    durations: Durations = Field(default=Durations(), description="how long answers may take")
    run: Leftovers = Field(default=Leftovers(), description="what the run made and could not remove")
    overrides: tuple[Override, ...] = Field(default=(), description="other treatments for some findings")

    _source: str = PrivateAttr(default="")

    @property
    def source(self) -> str:
        """The file it was read from; empty for the default policy."""
        return self._source

    def override(self, promise: str, operation: str) -> Treatment | None:
        """Return the treatment that the first fitting override gives, or ``None``."""
        fitting = (each.findings for each in self.overrides if each.fits(promise, operation))
        return next(fitting, None)

    def from_file(self, source: str) -> Policy:
        """Return a copy that knows its file; only the loader needs this."""
        copy = self.model_copy()
        copy._source = source
        return copy


DEFAULT = Policy()


def load_policy(path: Path, *, promises: Collection[str]) -> Policy:
    """Read a policy.

    Args:
        path: The TOML file.
        promises: Ids of all promises there can be; an override that fits none of them is a mistake.

    Raises:
        OptionError: One line for each problem: ``file: key: what is wrong; how to mend it``.
    """
    source = shown(path)
    raw = parse_toml(read_text(path, OptionError), source, OptionError)
    try:
        policy = Policy.model_validate(raw)
    except ValidationError as error:
        lines = problems(error, Policy, name="gate policy")
        raise OptionError("\n".join(f"{source}: {line}" for line in lines)) from None
    for index, override in enumerate(policy.overrides):
        if not any(fnmatchcase(known, override.promise) for known in promises):
            near = hint(override.promise, [*promises, *sorted({f"{_area(known)}.*" for known in promises})])
            cure = near or "; docs/promises.md lists them"
            raise OptionError(
                f'{source}: overrides[{index}].promise: "{override.promise}" fits no promise{cure}'
            )
    return policy.from_file(source)


def _area(promise: str) -> str:
    return promise.partition(".")[0]


def as_toml(policy: Policy) -> str:
    """Write a policy down, each key with what it means; lists of overrides are left out."""
    lines: list[str] = []
    for name, section in _sections(policy):
        heading = f"# {section.__doc__}"
        lines += [heading, f"[{name}]", *_keys(section), ""]
    return "\n".join(lines).rstrip() + "\n"


def _sections(policy: Policy) -> Iterator[tuple[str, Section]]:
    for name in type(policy).model_fields:
        section = getattr(policy, name)
        if isinstance(section, Section):
            yield name, section


def _keys(section: Section) -> Iterator[str]:
    for name, field in type(section).model_fields.items():
        value = getattr(section, name)
        if isinstance(value, tuple):
            continue
        written = f"{name} = {json.dumps(value)}" if value is not None else f"# {name} ="
        yield f"{written}  # {field.description}"


def schema() -> dict[str, Any]:
    """Return the JSON Schema of a policy, for editors."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **Policy.model_json_schema()}
