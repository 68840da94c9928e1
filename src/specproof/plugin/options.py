"""The options of `pytest` that belong to specproof."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from specproof.contract.selection import Wish
from specproof.environment.overrides import OPTION, overrides_help
from specproof.errors import OptionError, did_you_mean
from specproof.model.verdict import Shard

DEPTHS = ("quick", "standard", "deep")
DEFAULT_SEED = 1
_RANDOM = "random"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the user asked for."""

    environment: str
    spec: str | None
    overlays: tuple[str, ...]
    depth: str
    seed: int
    reports_dir: Path
    gate_policy: Path | None = None  # None: the default policy
    waivers: Path | None = None  # None: waivers.toml beside the document or in spec/, if there is one
    site: bool = False  # build the Allure site at the end
    compare_with: Path | None = None  # verdict.json of another run, or its folder
    examples_db: tuple[str, ...] = ()  # where found cases are kept: folders, redis:// URLs
    exploring: bool = False  # the seed was chosen at random
    lenient: bool = False  # run the sound part of the document
    base: str | None = None  # the older document
    changed_only: bool = False
    wish: Wish = field(default_factory=Wish)
    overrides: tuple[str, ...] = ()  # KEY=VALUE, for [environment]
    shard: Shard | None = None  # which part of the work, where other machines do the rest
    plan: bool = False  # say what would be sent, and send nothing
    explicit: bool = False  # the user gave an environment, a document or an overlay


def add_options(parser: pytest.Parser) -> None:
    """Declare the options."""
    group = parser.getgroup("specproof", "prove the promises of an OpenAPI document")
    _add_subject(group)
    group.addoption(
        "--depth",
        metavar="quick|standard|deep",
        default="standard",
        help="how hard to look (default: standard)",
    )
    group.addoption(
        "--seed",
        metavar="N|random",
        default=str(DEFAULT_SEED),
        help=f"same seed, same requests, same order (default: {DEFAULT_SEED})",
    )
    _add_choice(group)
    group.addoption(
        "--examples-db",
        metavar="DIR|URL",
        action="append",
        default=[],
        help="folder or redis:// URL with found cases, which are sent first; --seed random keeps there what "
        "it finds; may be given several times",
    )
    group.addoption(
        "--reports-dir",
        metavar="DIR",
        default="reports",
        help="where reports are written (default: reports/)",
    )
    _add_gate(group)
    group.addoption(
        "--set", metavar="KEY=VALUE", action="append", default=[], dest="specproof_set", help=overrides_help()
    )
    group.addoption(
        "--plan",
        action="store_true",
        dest="specproof_plan",
        help="print what would be sent, and send nothing",
    )


def _add_subject(group: pytest.OptionGroup) -> None:
    """Declare what is looked at: a document, and a server."""
    group.addoption(
        "--environment",
        metavar="NAME|FILE",
        help="environment profile: a name under tests/environments, or a path (default: embedded)",
    )
    group.addoption("--spec", metavar="FILE|URL", help="OpenAPI document (default: the reference contract)")
    group.addoption(
        "--overlay",
        metavar="FILE|URL",
        action="append",
        default=[],
        help="OpenAPI Overlay to apply to the document; may be given several times",
    )
    group.addoption(
        "--lenient",
        action="store_true",
        help="run the sound part of a document with defects; what was left out stands in the reports",
    )


def _add_gate(group: pytest.OptionGroup) -> None:
    """Declare what decides about the outcome, and what is made of it."""
    group.addoption(
        "--gate-policy",
        metavar="FILE",
        help="what blocks and how much has to be seen (default: what `specproof gate-policy` prints)",
    )
    group.addoption(
        "--waivers",
        metavar="FILE",
        help="accepted findings (default: waivers.toml beside the document or in spec/, if there is one)",
    )
    group.addoption(
        "--site",
        action="store_true",
        help="build the Allure site at the end, as `specproof report` does, where Node.js can be had",
    )
    group.addoption(
        "--compare-with",
        metavar="FILE|DIR",
        help="verdict.json or reports folder of an older run: what it found is known, and only what is new "
        "blocks",
    )


def _add_choice(group: pytest.OptionGroup) -> None:
    """Declare the options that say which operations are tested, and which of them first."""
    glob = "may be given several times; * takes slashes too"
    group.addoption(
        "--only",
        metavar="GLOB",
        action="append",
        default=[],
        help=f"test only operations such as 'GET /pets*'; {glob}",
    )
    group.addoption(
        "--shard",
        metavar="N/OF",
        help="look at one part of the work only, the others being done by other machines: 2/5",
    )
    group.addoption(
        "--exclude", metavar="GLOB", action="append", default=[], help=f"leave out operations; {glob}"
    )
    group.addoption(
        "--tag",
        metavar="TAG",
        action="append",
        default=[],
        help="test only operations with this tag; may be given several times",
    )
    group.addoption(
        "--base",
        metavar="FILE|URL",
        help="the older OpenAPI document: what has changed since is tested first and stands in the reports",
    )
    group.addoption(
        "--changed-since",
        metavar="FILE|URL",
        help="as --base, and operations that no change touches are left out",
    )


def read_options(config: pytest.Config) -> Options:
    """Return the options, checked.

    Raises:
        OptionError: A value cannot be used.
    """
    environment, spec = config.getoption("--environment"), config.getoption("--spec")
    overlays = tuple(config.getoption("--overlay"))
    depth = config.getoption("--depth")
    if depth not in DEPTHS:
        raise OptionError(
            f"--depth: {depth!r} is not one of {', '.join(DEPTHS)}.{did_you_mean(depth, DEPTHS)}"
        )
    seed, exploring = _seed(config)
    base, changed_since = config.getoption("--base"), config.getoption("--changed-since")
    if base and changed_since:
        raise OptionError("--base, --changed-since: give one of them; --changed-since does what --base does")
    wish = Wish(
        only=tuple(config.getoption("--only")),
        tags=tuple(config.getoption("--tag")),
        exclude=tuple(config.getoption("--exclude")),
    )
    return Options(
        environment=environment or "embedded",
        spec=spec,
        overlays=overlays,
        depth=depth,
        seed=seed,
        reports_dir=config.invocation_params.dir / config.getoption("--reports-dir"),
        gate_policy=_path(config, "--gate-policy"),
        waivers=_path(config, "--waivers"),
        site=config.getoption("--site"),
        compare_with=_path(config, "--compare-with"),
        overrides=tuple(config.getoption(OPTION)),
        shard=read_shard(config.getoption("--shard")),
        plan=config.getoption("--plan"),
        examples_db=tuple(config.getoption("--examples-db")),
        exploring=exploring,
        lenient=config.getoption("--lenient"),
        base=base or changed_since,
        changed_only=bool(changed_since),
        wish=wish,
        explicit=bool(environment or spec or overlays or base or changed_since or wish != Wish()),
    )


def read_shard(text: str | None) -> Shard | None:
    """Read ``2/5``.

    Raises:
        OptionError: It is no part of a whole.
    """
    if text is None:
        return None
    found = re.fullmatch(r"([0-9]{1,4})/([0-9]{1,4})", text)
    number, of = (int(found[1]), int(found[2])) if found else (0, 0)
    if not 1 <= number <= of:
        raise OptionError(f"--shard: {text!r} is no part of a whole; the second of five is 2/5")
    return Shard(number=number, of=of)


def _path(config: pytest.Config, option: str) -> Path | None:
    given = config.getoption(option)
    return config.invocation_params.dir / given if given else None


def _seed(config: pytest.Config) -> tuple[int, bool]:
    """Return the seed, and whether it was chosen at random."""
    text = str(config.getoption("--seed"))
    if text == _RANDOM:
        # Settled once, before the workers copy the options, so that all of them use the same one.
        text = f"{_RANDOM}:{secrets.randbelow(2**32)}"
        config.option.seed = text
    exploring = text.startswith(f"{_RANDOM}:")
    number = text.removeprefix(f"{_RANDOM}:")
    if not (number.isascii() and number.isdigit()):
        raise OptionError(f"--seed: {text!r} is no whole number from 0 up; give one, or the word random")
    return int(number), exploring
