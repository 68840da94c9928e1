"""Request bodies: media type (415), size (413), shape and values (400)."""

from __future__ import annotations

import json
import re
from urllib.parse import parse_qsl

from specproof.target.incoming import BAD_ESCAPE, bare_uuid
from specproof.target.problems import Problem
from specproof.target.variables import Draft

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
CHARSET = re.compile(r"""\s*charset\s*=\s*(?:utf-8|"utf-8")\s*""", re.IGNORECASE)
MISSING = object()


class Unfit(Exception):
    """A member of the body breaks a rule; the text is the complaint the client reads."""


def _no_constants(name: str) -> object:
    raise ValueError(f"{name} is not JSON")


class Intake:
    """Turns bodies into drafts, and refuses everything the contract does not allow."""

    media_types: tuple[str, ...] = (JSON, FORM)
    key_minimum = 1
    key_maximum = 255
    value_maximum = 4_096

    def draft(self, content_type: str, body: bytes, *, creating: bool) -> Draft:
        """Read a variable from a body.

        Args:
            content_type: The header as sent, empty if absent.
            body: The bytes as sent.
            creating: Whether key and value must be there.

        Raises:
            Problem: 415 or 400.
        """
        media_type = self.media_type(content_type, body)
        document = self.form(body) if media_type == FORM else self.json(body)
        return self.variable(document, creating=creating)

    def media_type(self, content_type: str, body: bytes) -> str:
        """Return the media type without parameters.

        Raises:
            Problem: 415, the API does not read it; 400, there is no body at all.
        """
        name, *parameters = content_type.split(";")
        name = name.strip().lower()
        if not name and not body:
            raise Problem(400, "A body is required", detail=f"Send an object as {JSON}.")
        foreign = [text for text in parameters if "charset" in text.lower() and not CHARSET.fullmatch(text)]
        if name not in self.media_types or foreign:
            raise Problem(415, "Unsupported media type", detail=f"Send {JSON} or {FORM}, in UTF-8.")
        return name

    def json(self, body: bytes) -> dict[str, object]:
        """Parse a JSON object.

        Raises:
            Problem: 400, it is none.
        """
        try:
            document = json.loads(body.decode("utf-8"), parse_constant=_no_constants)
        except (ValueError, RecursionError) as error:
            raise Problem(400, "The body is not valid JSON", detail="Expected an object in UTF-8.") from error
        if not isinstance(document, dict):
            raise Problem(400, "The body is not an object", detail="Expected an object with key and value.")
        return document

    def form(self, body: bytes) -> dict[str, object]:
        """Parse a flat form, whose only typed member is ``secured``.

        Raises:
            Problem: 400, it is not a form in UTF-8, or repeats a name.
        """
        try:
            text = body.decode("utf-8")
            if BAD_ESCAPE.search(text):
                raise ValueError("broken escape")
            pairs = parse_qsl(text, keep_blank_values=True, strict_parsing=bool(text), errors="strict")
            document: dict[str, object] = dict(pairs)
            if len(document) != len(pairs):
                raise ValueError("repeated name")
        except ValueError as error:
            raise Problem(
                400, "The body is not a valid form", detail="Expected percent-encoded UTF-8, each name once."
            ) from error
        if document.get("secured") in ("true", "false"):
            document["secured"] = document["secured"] == "true"
        return document

    def variable(self, document: dict[str, object], *, creating: bool) -> Draft:
        """Check the members one by one; names that the contract does not know are ignored.

        Raises:
            Problem: 400, with every complaint at once.
        """
        complaints: dict[str, list[str]] = {}
        values: dict[str, object] = {}
        checks = (("key", self.key), ("value", self.value), ("secured", self.secured), ("type", self.type))
        for name, check in checks:
            if name not in document:
                if creating and name in self.required():
                    complaints[name] = ["This field is required."]
                continue
            try:
                values[name] = check(document[name])
            except Unfit as error:
                complaints[name] = [str(error)]
        if complaints:
            raise Problem(400, "The variable is not valid", fields=complaints)
        return self.assemble(values, document)

    def required(self) -> tuple[str, ...]:
        """Return the members that a new variable must have."""
        return ("key", "value")

    def assemble(self, values: dict[str, object], document: dict[str, object]) -> Draft:
        """Build the draft from members that were found to be fit."""
        key, value, secured = (values.get(name) for name in ("key", "value", "secured"))
        return Draft(
            key=key if isinstance(key, str) else None,
            value=value if isinstance(value, str) else None,
            secured=secured if isinstance(secured, bool) else None,
            given_uuid=bare_uuid(str(document.get("uuid"))),
        )

    def key(self, given: object) -> object:
        """Check a key. Raises Unfit."""
        return self.text(given, self.key_minimum, self.key_maximum)

    def value(self, given: object) -> object:
        """Check a value. Raises Unfit."""
        return self.text(given, 0, self.value_maximum)

    def secured(self, given: object) -> object:
        """Check the flag. Raises Unfit."""
        if not isinstance(given, bool):
            raise Unfit("Expected true or false.")
        return given

    def type(self, given: object) -> object:
        """Check the type name. Raises Unfit."""
        if given != "pipeline_variable":
            raise Unfit("Expected pipeline_variable.")
        return given

    def text(self, given: object, minimum: int, maximum: int) -> str:
        """Check a string. Lengths are counted in code points. Raises Unfit."""
        if not isinstance(given, str):
            raise Unfit("Expected a string.")
        if not minimum <= len(given) <= maximum:
            raise Unfit(f"Expected {minimum} to {maximum} characters.")
        if "\x00" in given:
            raise Unfit("The character U+0000 is not allowed.")
        try:
            given.encode("utf-8")
        except UnicodeEncodeError:
            raise Unfit("Half of a surrogate pair is not text.") from None
        return given
