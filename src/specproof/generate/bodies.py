"""Make valid bodies: from the document's examples where it has some, else from the schema."""

from __future__ import annotations

import string
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from specproof.contract.contract import Contract
from specproof.contract.operations import follow
from specproof.contract.secret import SecretRule, secret_rules
from specproof.contract.shapes import object_schema, required_members, takes_more
from specproof.model.operation import MediaType, Operation

_LONGEST = 20_000  # characters; longer maxima are not sent
HARD_TEXTS: tuple[tuple[str, str], ...] = (
    ("one digit", "7"),
    ("empty", ""),
    ("spaces around", "  leading and trailing  "),
    ("CR LF and tab", "first\r\nsecond\tthird\n"),
    ("beyond the BMP", "x\U0001d4b3 \U0001f600 \U0002070e"),
    ("combining characters", "e\u0301 and \u00e9, n\u0303 and \u00f1"),
    ("markup and quotes", "<b>&amp;\"'\\/`${x}</b>"),
    ("looks like a number", "007"),
    ("looks like null", "null"),
    ("looks encoded", "%41+%2B&a=b"),
    ("case and folding", "Stra\u00dfe \u0130\u0131 SS \ufb01 \u201cq\u201d\u2019s \u03c2"),
    ("templates and escapes", "${HOME} $USER {{name}} %s \\n \\u0041 C:\\temp \\\\host"),
    ("other blanks", "\ufeffa\u00a0b\u2003c\u3000"),
    ("directions and zero width", "\u202eabc\u200d\u200b\ufeffd \u2764\ufe0f"),
    ("letters of Latin-1 alone", "na\u00efve \u00a1Se\u00f1or! \u00bd"),
)
_WHOLE = {"one digit", "empty", "looks like a number", "looks like null", "letters of Latin-1 alone"}
_AT_ENDS = ("other blanks", "CR LF and tab")  # a byte order mark is lost at the start, a newline at the end
PARTS = tuple(name for name, _ in HARD_TEXTS if name not in _WHOLE)  # those that can stand beside others
_CONTROLS = "a\u0001b\u001bc\u007fd\u0085e\u2028f\u2029g"
_FORMATS = {
    "date-time": "2026-01-02T03:04:05Z",
    "date": "2026-01-02",
    "time": "03:04:05Z",
    "uuid": "7d444840-9dc0-11d1-b245-5ffdce74fad2",
    "email": "someone@example.com",
    "uri": "https://example.com/",
    "ipv4": "192.0.2.1",
}
_LENGTHS = (255, 256, 1000, 1001, 4095)


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyPlan:
    """What can be sent to create or update a thing."""

    operation: Operation
    media: MediaType
    members: Mapping[str, Any]  # name -> schema of every member that a client may write
    required: frozenset[str]
    base: Mapping[str, Any]  # a valid body without secrets
    read_only: frozenset[str] = frozenset()  # members that only the server gives
    secrets: tuple[SecretRule, ...] = ()
    takes_more: bool = False  # the document says outright that other members may be there

    def texts(self) -> tuple[str, ...]:
        """Return the members that take free text."""
        return tuple(name for name, schema in self.members.items() if _is_free_text(schema))


def plan_body(contract: Contract, operation: Operation) -> BodyPlan | None:
    """Return the plan for an operation that takes a JSON object, or ``None``."""
    document = contract.document
    for media in operation.request_body.content if operation.request_body else ():
        if not media.is_json or media.schema is None:
            continue
        shown = {
            name: follow(document, schema, "#")[0]
            for name, schema in object_schema(document, media.schema).items()
        }
        closed = {name for name, schema in shown.items() if _is_read_only(schema)}
        members = {
            n: schema for n, schema in shown.items() if n not in closed and isinstance(schema, Mapping)
        }
        rules = secret_rules(document, operation)
        required = required_members(document, media.schema)
        base = _base(contract, media, members, required, rules)
        if base is not None and members:
            return BodyPlan(
                operation=operation,
                media=media,
                members=members,
                required=required,
                base=base,
                read_only=frozenset(closed),
                secrets=rules,
                takes_more=takes_more(document, media.schema),
            )
    return None


def _base(
    contract: Contract,
    media: MediaType,
    members: Mapping[str, Any],
    required: frozenset[str],
    rules: tuple[SecretRule, ...],
) -> dict[str, Any] | None:
    followed, _ = follow(contract.document, media.schema, "#")
    schema = followed if isinstance(followed, Mapping) else {}
    shown = [*media.examples, schema.get("example"), *(schema.get("examples") or ())]
    made = {name: instance(contract, members[name]) for name in sorted(required & set(members))}
    for candidate in [*shown, made]:
        if not isinstance(candidate, Mapping):
            continue
        body = {name: value for name, value in deepcopy(dict(candidate)).items() if name in members}
        for rule in rules:
            if rule.applies(body):
                body = _without_secret(body, rule, required)
        if contract.schemas.is_valid(media.schema, body, direction="request"):
            return body
    return None


def _without_secret(body: dict[str, Any], rule: SecretRule, required: frozenset[str]) -> dict[str, Any]:
    if rule.when is not None:
        name, value = rule.when
        return (
            {**body, name: not value}
            if isinstance(value, bool)
            else {k: v for k, v in body.items() if k != name}
        )
    return {k: v for k, v in body.items() if k != rule.member or k in required}


def instance(contract: Contract, schema: Any) -> Any:
    """Return a small valid instance of a simple schema (a guess for complicated ones)."""
    node, _ = follow(contract.document, schema, "#")
    if not isinstance(node, Mapping):
        return "x"
    for key in ("example", "default", "const"):
        if key in node:
            return node[key]
    if node.get("enum"):
        return node["enum"][0]
    kind = node.get("type")
    kind = kind[0] if isinstance(kind, list) and kind else kind
    if kind == "object" or "properties" in node or "allOf" in node:
        members, needed = object_schema(contract.document, node), required_members(contract.document, node)
        return {name: instance(contract, members.get(name, {})) for name in sorted(needed)}
    return _scalar(contract, node, kind)


def _scalar(contract: Contract, node: Mapping[str, Any], kind: Any) -> Any:
    if kind in {"integer", "number"}:
        low = node.get("minimum", node.get("exclusiveMinimum", 1))
        number = low + 1 if node.get("exclusiveMinimum") else low
        return number if isinstance(low, int | float) and not isinstance(low, bool) else 1
    if kind == "boolean":
        return False
    if kind == "array":
        return [instance(contract, node.get("items", {}))] * node.get("minItems", 0)
    if kind == "null":
        return None
    text = _FORMATS.get(node.get("format", ""), "specproof")
    return text.ljust(node.get("minLength", 0), "x")[: node.get("maxLength", _LONGEST)]


def hard_texts(schema: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield named texts that a free-text member should carry; not all are valid for it."""
    yield from HARD_TEXTS
    if "pattern" in schema:  # who says which characters there may be has thought of these
        yield "control characters and separators", _CONTROLS
    longest = schema.get("maxLength")
    if isinstance(longest, int) and longest <= _LONGEST:
        yield f"{longest} characters, the maximum", _filler(longest)
        yield f"{longest} characters beyond the BMP, the maximum", "\U0001f680" * longest
    top = min(longest, _LONGEST) if isinstance(longest, int) else 1001
    for length in _LENGTHS:
        if length < top or (longest is None and length == top):
            yield f"{length} characters", _filler(length)
    shortest = schema.get("minLength")
    if isinstance(shortest, int) and shortest > 1:
        yield f"{shortest} characters, the minimum", _filler(shortest)


def joined_text() -> tuple[str, str]:
    """Return one text, and its name, in which all of :data:`PARTS` stand one after the other."""
    texts, (start, end) = dict(HARD_TEXTS), _AT_ENDS
    inner = [name for name in PARTS if name not in _AT_ENDS]
    return "many kinds at once", " ".join(texts[name] for name in (start, *inner, end))


def _filler(length: int) -> str:
    """Return a text in which every cut and every shift shows."""
    letters = string.ascii_letters
    text = "".join(f"{letters[(number // 7) % 52]}{number:05d}-" for number in range(length // 7 + 1))
    return text[:length]


def _is_read_only(schema: Any) -> bool:
    return isinstance(schema, Mapping) and schema.get("readOnly") is True


def _is_free_text(schema: Any) -> bool:
    closed = {"enum", "const", "format"}
    return isinstance(schema, Mapping) and schema.get("type") == "string" and not closed & set(schema)
