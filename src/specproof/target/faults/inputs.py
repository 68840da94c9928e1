"""Faults that let invalid input through."""
# ruff: noqa: D101, D102 - the decorator says what each class does

from __future__ import annotations

import json
import uuid
from dataclasses import replace

from flask import request

from specproof.target.faults.registry import fault
from specproof.target.intake import JSON, Intake, Unfit
from specproof.target.problems import Problem
from specproof.target.search.index import Search
from specproof.target.search.syntax import Node
from specproof.target.variables import Draft

REFUSED = "input.invalid-refused"
MEDIA_TYPE = "input.media-type-refused"
SPELLING = "input.media-type-spelling"


class Tolerant(Intake):
    """Fills in what a tolerant server would make up, so that the database accepts the variable."""

    def assemble(self, values: dict[str, object], document: dict[str, object]) -> Draft:
        draft = super().assemble(values, document)
        return replace(draft, key=draft.key or f"unnamed-{uuid.uuid4().hex[:12]}", value=draft.value or "")


@fault("intake", "missing-key-accepted", REFUSED, "POST without key makes up a key.")
class MissingKeyAccepted(Tolerant):
    def required(self) -> tuple[str, ...]:
        return ("value",)


@fault("intake", "missing-value-accepted", REFUSED, "POST without value stores an empty one.")
class MissingValueAccepted(Tolerant):
    def required(self) -> tuple[str, ...]:
        return ("key",)


@fault("intake", "empty-key-accepted", REFUSED, "A key of no characters is accepted.")
class EmptyKeyAccepted(Intake):
    key_minimum = 0


@fault("intake", "long-key-accepted", REFUSED, "Keys beyond 255 characters are accepted.")
class LongKeyAccepted(Intake):
    key_maximum = 1_000_000


@fault("intake", "long-key-cut", REFUSED, "Keys beyond 255 characters are cut, not refused.")
class LongKeyCut(Intake):
    def key(self, given: object) -> object:
        return super().key(given[: self.key_maximum] if isinstance(given, str) else given)


@fault("intake", "long-value-accepted", REFUSED, "Values beyond 4,096 characters are accepted.")
class LongValueAccepted(Intake):
    value_maximum = 1_000_000


@fault("intake", "number-as-value-accepted", REFUSED, "A number as value is turned into text.")
class NumberAsValueAccepted(Intake):
    def value(self, given: object) -> object:
        number = isinstance(given, int | float) and not isinstance(given, bool)
        return super().value(json.dumps(given) if number else given)


@fault("intake", "null-as-value-accepted", REFUSED, "null as value is taken for an empty one.")
class NullAsValueAccepted(Intake):
    def value(self, given: object) -> object:
        return "" if given is None else super().value(given)


@fault("intake", "object-as-value-accepted", REFUSED, "An object or array as value is stored as JSON text.")
class ObjectAsValueAccepted(Intake):
    def value(self, given: object) -> object:
        return super().value(json.dumps(given) if isinstance(given, dict | list) else given)


@fault("intake", "text-as-secured-accepted", REFUSED, "secured may be text, such as yes.")
class TextAsSecuredAccepted(Intake):
    def secured(self, given: object) -> object:
        return given.lower() in {"true", "yes", "1"} if isinstance(given, str) else super().secured(given)


@fault("intake", "true-as-text-accepted", REFUSED, "The texts true and false are taken for booleans.")
class TrueAsTextAccepted(Intake):
    def secured(self, given: object) -> object:
        return given == "true" if given in {"true", "false"} else super().secured(given)


@fault("intake", "number-as-secured-accepted", REFUSED, "secured may be a number.")
class NumberAsSecuredAccepted(Intake):
    def secured(self, given: object) -> object:
        return bool(given) if isinstance(given, int) else super().secured(given)


@fault("intake", "any-type-accepted", REFUSED, "The member type is not looked at.")
class AnyTypeAccepted(Intake):
    def type(self, given: object) -> object:
        return given


@fault("intake", "updates-unchecked", REFUSED, "PUT ignores members that are not fit instead of refusing.")
class UpdatesUnchecked(Intake):
    def variable(self, document: dict[str, object], *, creating: bool) -> Draft:
        if creating:
            return super().variable(document, creating=True)
        fit: dict[str, object] = {}
        for name, check in (("key", self.key), ("value", self.value), ("secured", self.secured)):
            try:
                fit |= {name: check(document[name])} if name in document else {}
            except Unfit:
                continue
        return self.assemble(fit, document)


@fault("intake", "array-body-accepted", REFUSED, "An array around the object is taken for the object.")
class ArrayBodyAccepted(Intake):
    def json(self, body: bytes) -> dict[str, object]:
        try:
            return super().json(body)
        except Problem:
            try:
                document = json.loads(body)
            except (ValueError, RecursionError):
                document = None
            if not isinstance(document, list):
                raise
            return next((item for item in document if isinstance(item, dict)), {"key": "array", "value": ""})


@fault("intake", "text-plain-accepted", MEDIA_TYPE, "JSON labelled text/plain is accepted.")
class TextPlainAccepted(Intake):
    media_types = (*Intake.media_types, "text/plain")


@fault("intake", "any-media-type-accepted", MEDIA_TYPE, "Every media type is read as JSON.")
class AnyMediaTypeAccepted(Intake):
    def media_type(self, content_type: str, body: bytes) -> str:
        try:
            return super().media_type(content_type, body)
        except Problem as problem:
            if problem.status != 415:
                raise
            return JSON


@fault("intake", "charset-refused", SPELLING, "application/json with a charset, whichever, is a 415.")
class CharsetRefused(Intake):
    def media_type(self, content_type: str, body: bytes) -> str:
        if ";" in content_type:
            raise Problem(415, "Unsupported media type")
        return super().media_type(content_type, body)


@fault(
    "intake", "charset-refused-in-updates", SPELLING, "In an update application/json with a charset is a 400."
)
class CharsetRefusedInUpdates(Intake):
    def media_type(self, content_type: str, body: bytes) -> str:
        if ";" in content_type and request.method == "PUT":
            raise Problem(400, "The charset is not UTF-8")
        return super().media_type(content_type, body)


class Lenient(Intake):
    """Reads what is no JSON in a way of its own before it is refused."""

    def json(self, body: bytes) -> dict[str, object]:
        try:
            return super().json(body)
        except Problem:
            document = self.made_of(body.decode("utf-8", "replace").strip())
            if not isinstance(document, dict):
                raise
            return document

    def made_of(self, text: str) -> object:
        """Return what a text is taken for, ``None`` where it is refused."""
        raise NotImplementedError


def _read(text: str) -> tuple[object, int]:
    """Read the JSON text that a text begins with, and tell where it ends."""
    try:
        return json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        return None, 0


@fault("intake", "text-after-json-accepted", REFUSED, "What stands after the object in a body is not read.")
class TextAfterJsonAccepted(Lenient):
    def made_of(self, text: str) -> object:
        return _read(text)[0]


@fault("intake", "last-json-counts", REFUSED, "Of several objects in a body the last counts.")
class LastJsonCounts(Lenient):
    def made_of(self, text: str) -> object:
        found, end = _read(text)
        while end and text[end:].strip():
            text = text[end:].strip()
            found, end = _read(text)
        return found


@fault("intake", "open-object-accepted", REFUSED, "An object without its last brace is closed by the server.")
class OpenObjectAccepted(Lenient):
    def made_of(self, text: str) -> object:
        return _read(text + "}")[0]


@fault(
    "search", "empty-search-accepted", REFUSED, "A search without search_query finds everything about tides."
)
class EmptySearchAccepted(Search):
    def understand(self, text: str | None) -> Node:
        return super().understand(text or "parser")
