"""The page about profiles says what the models say."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from specproof.environment import (
    JWT,
    Client,
    Cloning,
    Credential,
    Environment,
    OAuth,
    Profile,
    RefreshToken,
    Setup,
    User,
    load_profile,
)
from specproof.errors import ProfileError

PAGE = Path(__file__).parents[3] / "docs" / "environments.md"
SECTIONS: dict[str, type[BaseModel]] = {
    "[environment]": Environment,
    "[oauth]": OAuth,
    "[oauth.user]": User,
    "[[oauth.clients]]": Client,
    "[[oauth.refresh_tokens]]": RefreshToken,
    "[oauth.jwt]": JWT,
    "[cloning]": Cloning,
    "[[setup]]": Setup,
    "[[credentials]]": Credential,
}


def rows(model: type[BaseModel]) -> list[tuple[str, str, str]]:
    """Return ``(key, default, meaning)`` of each key of a section, as the page writes them."""
    return [
        (
            name,
            _default(field.is_required(), field.get_default(call_default_factory=True)),
            field.description or "",
        )
        for name, field in model.model_fields.items()
    ]


def _default(required: bool, value: Any) -> str:
    if required or value is PydanticUndefined:
        return "needed"
    written = (
        {None: "", True: "true", False: "false"}.get(value) if not isinstance(value, tuple | dict) else ""
    )
    return written if written is not None else f'"{value}"' if isinstance(value, str) else str(value)


def table_after(heading: str) -> list[tuple[str, ...]]:
    """Return the rows of the table under a heading of the page, without the marks of code."""
    text = PAGE.read_text(encoding="utf-8").partition(f"\n### `{heading}`\n")[2].partition("\n#")[0]
    lines = [line for line in text.splitlines() if line.startswith("|")][2:]
    return [tuple(cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]) for line in lines]


@pytest.mark.parametrize(("heading", "model"), SECTIONS.items(), ids=SECTIONS)
def test_every_key_is_on_the_page(heading: str, model: type[BaseModel]) -> None:
    found = [(key.strip("`"), default.strip("`"), meaning) for key, default, meaning in table_after(heading)]
    assert found == rows(model)


def test_every_table_of_values_is_on_the_page() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for name, field in Profile.model_fields.items():
        assert (
            f"### `[{name}]`" in text
            or f"### `[[{name}]]`" in text
            or (f"| `[{name}]` | {field.description} |" in text)
        ), name


def test_the_messages_on_the_page_are_real(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each profile marked as broken gives the text that follows it."""
    pairs = re.findall(r"```toml\n# ([\w/.]+)\n(.*?)```\n.*?```text\n(.*?)```", PAGE.read_text("utf-8"), re.S)
    assert pairs
    monkeypatch.chdir(tmp_path)
    for name, text, message in pairs:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"# {name}\n{text}", encoding="utf-8")
        with pytest.raises(ProfileError, match=re.escape(name)) as caught:
            load_profile(path, environ={})
        assert str(caught.value) == message.strip()
