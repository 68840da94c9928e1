"""Waivers: findings that somebody accepted, for a reason and for a time."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from specproof.errors import OptionError
from specproof.model.finding import Finding
from specproof.model.verdict import Outcome, Run
from specproof.strict import parse_toml, problems, read_text, shown

FILE = "waivers.toml"


def _text(value: str) -> str:
    if not value.strip():
        raise ValueError("is empty; write at least a word")
    return value


def _fingerprint(value: str) -> str:
    if not re.fullmatch(r"[0-9a-f]{16}", value):
        raise ValueError(f'"{value}" is no fingerprint; give the 16 hex digits that the reports show')
    return value


_Text = Annotated[str, AfterValidator(_text)]
Fingerprint = Annotated[str, AfterValidator(_fingerprint)]


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Seen(_Table):
    """Where the finding was seen: what a run has to do again before it may say that it is gone."""

    contract: _Text | None = Field(default=None, description="title of the contract")
    promise: _Text | None = Field(default=None, description="promise that is broken")
    operation: str | None = Field(
        default=None,
        description='operation that breaks it, as "GET /things"; empty where it is about the API as a whole',
    )
    depth: Literal["quick", "standard", "deep"] = Field(
        default="standard", description="how hard the run looked"
    )
    seed: Annotated[int, Field(strict=True, ge=0)] | None = Field(default=None, description="its seed")
    unstable: Annotated[bool, Field(strict=True)] = Field(
        default=False, description="whether it did not come back on every replay"
    )


class Waiver(_Table):
    """One accepted finding."""

    fingerprint: Fingerprint = Field(description="fingerprint of the finding, 16 hex digits")
    reason: _Text = Field(description="why it may stay for now")
    owner: _Text = Field(description="who answers for that")
    expires: Annotated[date, Field(strict=True)] = Field(description="last day on which it holds")
    environments: Annotated[tuple[_Text, ...], Field(min_length=1)] | None = Field(
        default=None, description="names of the environments in which it holds; absent: in all"
    )
    seen: Seen | None = Field(default=None, description="where it was seen; `specproof waive` writes it")

    def holds_in(self, environment: str) -> bool:
        """Whether it speaks about an environment."""
        return self.environments is None or environment in self.environments

    def holds_on(self, today: date) -> bool:
        """Whether it is still in date; the day of ``expires`` is the last one."""
        return today <= self.expires


class WaiverFile(_Table):
    """``waivers.toml``."""

    waivers: tuple[Waiver, ...] = Field(default=(), description="accepted findings")


@dataclass(frozen=True, slots=True, kw_only=True)
class Waivers:
    """The waivers of a file, and where each of them stands in it."""

    source: str = ""  # the file, as people would type it; "" where there is none
    entries: tuple[Waiver, ...] = ()
    lines: Mapping[str, int]  # fingerprint -> line, from 1

    def place(self, waiver: Waiver) -> str:
        """Return ``file:line`` of a waiver."""
        line = self.lines.get(waiver.fingerprint)
        return f"{self.source}:{line}" if line else self.source

    def within(self, environment: str) -> Iterator[Waiver]:
        """Yield the waivers that speak about an environment."""
        return (waiver for waiver in self.entries if waiver.holds_in(environment))

    def accept(self, finding: Finding, *, environment: str, today: date) -> Finding:
        """Return a finding with its waiver, if there is one in date."""
        for waiver in self.within(environment):
            if waiver.fingerprint == finding.fingerprint and waiver.holds_on(today):
                until = waiver.expires.isoformat()
                return replace(finding, waiver=waiver.reason, waiver_owner=waiver.owner, waiver_until=until)
        return finding

    def applied_to(self, run: Run, *, today: date) -> Run:
        """Return a run whose findings know their waivers."""

        def accepted(outcome: Outcome) -> Outcome:
            found = (self.accept(f, environment=run.environment, today=today) for f in outcome.findings)
            return replace(outcome, findings=tuple(found)) if outcome.findings else outcome

        return replace(run, outcomes=tuple(accepted(outcome) for outcome in run.outcomes))


NO_WAIVERS = Waivers(lines={})


def load_waivers(path: Path) -> Waivers:
    """Read a file of waivers.

    Raises:
        OptionError: One line for each problem: ``file: key: what is wrong; how to mend it``.
    """
    return parse_waivers(read_text(path, OptionError), shown(path))


def parse_waivers(text: str, source: str) -> Waivers:
    """Read waivers from a text; ``source`` is its file, for people.

    Raises:
        OptionError: As ``load_waivers``.
    """
    raw = parse_toml(text, source, OptionError)
    try:
        entries = WaiverFile.model_validate(raw).waivers
    except ValidationError as error:
        lines = problems(error, WaiverFile, name="file of waivers")
        raise OptionError("\n".join(f"{source}: {line}" for line in lines)) from None
    first: dict[str, int] = {}
    for index, waiver in enumerate(entries):
        if (earlier := first.setdefault(waiver.fingerprint, index)) != index:
            raise OptionError(
                f"{source}: waivers[{index}].fingerprint: {waiver.fingerprint} is that of waivers[{earlier}] "
                "already; keep one of them"
            )
    return Waivers(source=source, entries=entries, lines=_lines(text))


def _lines(text: str) -> dict[str, int]:
    """Find out in which line each fingerprint stands; TOML readers do not say."""
    key = re.compile(
        r"""(?:^|[{,\s])(?:fingerprint|"fingerprint"|'fingerprint')\s*=\s*["']+([0-9a-f]{16})["']"""
    )
    found: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.lstrip().startswith("#"):
            for fingerprint in key.findall(line):
                found.setdefault(fingerprint, number)
    return found
