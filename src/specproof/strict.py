"""TOML files that people write: read them, and say what is wrong in the words of the file."""

from __future__ import annotations

import difflib
import re
import tomllib
import types
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, SecretStr, ValidationError
from pydantic_core import ErrorDetails

from specproof.errors import UsageError

_WANTED = {
    "string_type": "a text in quotes",
    "bool_type": "true or false, without quotes",
    "int_type": "a whole number, without quotes",
    "float_type": "a number, without quotes",
    "date_type": "a date such as 2026-12-31, without quotes",
    "tuple_type": "a list",
    "dict_type": "a table",
    "mapping_type": "a table",
    "model_type": "a table",
}


def shown(path: Path) -> str:
    """Return the path as people would type it here."""
    try:
        return path.absolute().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return str(path)


def read_text(path: Path, wrong: type[UsageError]) -> str:
    """Return a text file's content.

    Raises:
        UsageError: Of the class ``wrong``: it cannot be read, or is not UTF-8.
    """
    source = shown(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise wrong(f"{source}: cannot be read ({error.strerror or error})") from error
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise wrong(
            f"{source}:{line}: byte 0x{data[error.start]:02x} is not UTF-8; save the file as UTF-8"
        ) from error


def parse_toml(text: str, source: str, wrong: type[UsageError]) -> dict[str, Any]:
    """Return what TOML says.

    Raises:
        UsageError: Of the class ``wrong``: it is not TOML; ``source`` is named, with line and column.
    """
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        found = re.fullmatch(r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)", str(error), re.S)
        what, line_text, column = found.groups() if found else (str(error), None, None)
        cure = "; texts need quotes" if what == "Invalid value" else ""
        place = f"{source}:{line_text}:{column}" if line_text else source
        raise wrong(f"{place}: is not TOML: {what}{cure}") from error


def hint(word: str, known: Iterable[str]) -> str:
    """Return ``; did you mean "x"?`` for the nearest known word, or an empty string."""
    near = difflib.get_close_matches(word, list(known), n=1)
    return f'; did you mean "{near[0]}"?' if near else ""


def key_path(path: Sequence[str | int]) -> str:
    """Write a place in the file as people read it: ``credentials[2].scheme``, counted from 0."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return text.removeprefix(".")


def problems(error: ValidationError, model: type[BaseModel], *, name: str) -> Iterator[str]:
    """Yield ``key: what is wrong; how to mend it`` for each problem; never shows a secret.

    Args:
        error: What the model said.
        model: The model of the whole file.
        name: What such a file is called: ``profile``.
    """
    sentences = _Sentences(root=model, name=name)
    for detail in error.errors(include_url=False):
        sentence = sentences.of(detail)
        place = key_path(detail["loc"])
        yield f"{place}: {sentence}" if place else sentence


@dataclass(frozen=True, slots=True)
class _Sentences:
    """Knows the models of a file, and so what was meant."""

    root: type[BaseModel]
    name: str

    def of(self, detail: ErrorDetails) -> str:
        """Return what is wrong with one value."""
        kind, loc, value = detail["type"], detail["loc"], detail["input"]
        if kind == "extra_forbidden":
            return self._unknown_key(loc)
        if kind == "missing":
            return f"is missing; every {self._owner(loc)} needs it"
        if kind == "literal_error":
            return _not_one_of(str(value), [str(item) for item in _literals(self._annotation(loc))])
        if kind == "enum":
            return _not_one_of(str(value), [str(item) for item in _unwrapped(self._annotation(loc))])
        if kind == "value_error":
            return detail["msg"].removeprefix("Value error, ")
        if kind in _WANTED:
            written = "" if _holds_secret(self._annotation(loc)) else f"{_toml(value)} "
            return f"{written}must be {_WANTED[kind]}{_list_cure(kind, value)}"
        if kind in {"string_too_short", "too_short"}:
            return "is empty"
        message = detail["msg"][:1].lower() + detail["msg"][1:]
        return f"{_toml(value)}: {message}" if isinstance(value, int | float) else message

    def _unknown_key(self, loc: tuple[str | int, ...]) -> str:
        model = _unwrapped(self._annotation(loc[:-1]))
        known = list(model.model_fields) if _is_model(model) else []
        word = str(loc[-1])
        elsewhere = "" if (near := hint(word, known)) else self._other_section(word)
        return f"unknown key{near or elsewhere or '; known: ' + ', '.join(known)}"

    def _other_section(self, word: str) -> str:
        """A key under the wrong heading is more common than a key that does not exist."""
        for name, field in self.root.model_fields.items():
            model = _unwrapped(field.annotation)
            if _is_model(model) and word in model.model_fields:
                return f"; it belongs under [{name}]"
        return ""

    def _owner(self, loc: tuple[str | int, ...]) -> str:
        if len(loc) <= 1:
            return self.name
        names = [str(step) for step in loc[:-1] if isinstance(step, str)]
        return f"[[{'.'.join(names)}]]" if isinstance(loc[-2], int) else f"[{'.'.join(names)}]"

    def _annotation(self, loc: Iterable[str | int]) -> Any:
        """Return the type that the models give to a place, or ``None`` where it leaves them."""
        current: Any = self.root
        for step in loc:
            current = _unwrapped(current)
            if _is_model(current):
                field = current.model_fields.get(str(step))
                current = field.annotation if field else None
            else:
                current = next(iter(get_args(current)[-2 if get_origin(current) is tuple else -1 :]), None)
        return current


def _not_one_of(value: str, legal: Sequence[str]) -> str:
    return f'"{value}" is not one of {", ".join(legal)}{hint(value, legal)}'


def _list_cure(kind: str, value: Any) -> str:
    return f"; write [{_toml(value)}]" if kind == "tuple_type" and isinstance(value, str) else ""


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(value, dict):
        return "a table"
    return "a list" if isinstance(value, list) else str(value)


def _unwrapped(annotation: Any) -> Any:
    """Strip ``Annotated``, ``| None`` and ``tuple[..., ...]`` of models down to what says something."""
    while True:
        origin, arguments = get_origin(annotation), get_args(annotation)
        if origin is Annotated:
            annotation = arguments[0]
        elif origin in {Union, types.UnionType}:
            annotation = next(item for item in arguments if item is not type(None))
        else:
            return annotation


def _literals(annotation: Any) -> tuple[Any, ...]:
    annotation = _unwrapped(annotation)
    return get_args(annotation) if get_origin(annotation) is Literal else ()


def _holds_secret(annotation: Any) -> bool:
    return _unwrapped(annotation) is SecretStr


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)
