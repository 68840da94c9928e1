"""The files that a new folder gets: a profile, a policy, a tox.ini and what a build server reads."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from types import MappingProxyType

from specproof.gate.policy import DEFAULT, as_toml
from specproof.shipped import shipped

POLICY = "gate-policy.toml"
CI_FILES = MappingProxyType({
    "github": ("github-actions.yml", ".github/workflows/contract.yml"),
    "gitlab": ("gitlab-ci.yml", ".gitlab-ci.yml"),
    "bitbucket": ("bitbucket-pipelines.yml", "bitbucket-pipelines.yml"),
})
"""By build server: the shipped recipe, and where it belongs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """How the API wants to be asked.

    Args:
        variable: The environment variable that holds the secret.
        scheme: As in ``[[credentials]]``: bearer, basic, header, query or cookie.
        header: The name that the secret travels under, where it has one.
        username: For Basic.
    """

    variable: str
    scheme: str
    header: str = ""
    username: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What a new folder is for.

    Args:
        name: Of the environment.
        spec: File or URL of the document, or ``environment:PATH``.
        url: Where the API is; empty where the run serves it.
        app: ``package.module:name`` of an application that the run serves; empty where there is none.
        door: How to sign in; ``None`` where nobody has to.
        ci: Which build server; empty for none.
    """

    name: str
    spec: str
    url: str = ""
    app: str = ""
    door: Door | None = None
    ci: str = ""

    @property
    def profile(self) -> str:
        """Path of the profile."""
        return f"environments/{self.name}.toml"

    @property
    def arguments(self) -> list[str]:
        """What follows ``pytest --pyargs specproof.contract_tests``."""
        return ["--environment", self.profile, "--spec", self.spec, "--gate-policy", POLICY]


def new_files(wishes: Wishes) -> Iterator[tuple[str, str]]:
    """Yield path and text of each file."""
    yield wishes.profile, "\n".join(_profile(wishes)) + "\n"
    yield POLICY, as_toml(DEFAULT)
    yield "tox.ini", "\n".join(_tox(wishes)) + "\n"
    if wishes.ci:
        recipe, path = CI_FILES[wishes.ci]
        yield path, adapted((shipped("ci") / recipe).read_text(encoding="utf-8"), wishes)


def _profile(wishes: Wishes) -> Iterator[str]:
    yield "# Every key: docs/environments.md of specproof; try it with"
    yield f"#   specproof environment check {wishes.profile} --spec {wishes.spec}"
    yield "[environment]"
    yield f"name = {json.dumps(wishes.name)}"
    if wishes.app:
        yield f"app = {json.dumps(wishes.app)}"
    else:
        yield f"base_url = {json.dumps(wishes.url)}"
    yield 'writes = "forbidden"  # "allowed" where the data are for tests: most promises need it'
    yield "# exclusive = true   # nobody else changes the data during the run"
    yield ""
    yield "[parameters]  # values that exist, by parameter name"
    yield '# project_id = "42"'
    if wishes.door is not None:
        door = wishes.door
        yield ""
        yield "[[credentials]]"
        yield 'name = "tester"'
        yield f"scheme = {json.dumps(door.scheme)}"
        if door.header:
            yield f"header = {json.dumps(door.header)}"
        if door.username:
            yield f"username = {json.dumps(door.username)}"
        yield f'secret = "${{{door.variable}}}"'


def _tox(wishes: Wishes) -> Iterator[str]:
    yield "[tox]"
    yield "requires = tox>=4.23"
    yield "env_list = contract"
    yield ""
    yield "[testenv:contract]"
    yield f"description = prove the contract on {wishes.name}, write reports/"
    yield "skip_install = true"
    yield "deps = specproof"
    yield "pass_env ="
    yield "    SPECPROOF_*"
    if wishes.door is not None:
        yield f"    {wishes.door.variable}"
    yield "commands ="
    yield f"    pytest --pyargs specproof.contract_tests {' '.join(wishes.arguments)} -q {{posargs}}"


def adapted(recipe: str, wishes: Wishes) -> str:
    """Return a shipped recipe, which proves ``openapi.yaml`` on ``staging``, for another pair of them."""
    lines = recipe.splitlines()
    if wishes.door is None:
        lines = [line for line in lines if "STAGING_PASSWORD" not in line]
        lines = [line for number, line in enumerate(lines) if not _is_bare_env(lines, number)]
    text = "\n".join(lines) + "\n"
    text = text.replace("--spec openapi.yaml", f"--spec {wishes.spec} --gate-policy {POLICY}")
    text = text.replace("--into reports", f"--into reports --gate-policy {POLICY}")
    text = text.replace("environments/staging.toml", wishes.profile).replace(
        "prove staging", f"prove {wishes.name}"
    )
    return text.replace("STAGING_PASSWORD", wishes.door.variable) if wishes.door is not None else text


def _is_bare_env(lines: list[str], number: int) -> bool:
    """Tell whether a line is an ``env:`` with nothing left below it."""
    line, following = lines[number], lines[number + 1] if number + 1 < len(lines) else ""
    indented = len(following) - len(following.lstrip()) > len(line) - len(line.lstrip())
    return line.strip() == "env:" and not indented
