"""Everything that is wrong with a document, at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from itertools import chain
from typing import Any

import jsonschema_rs

from specproof.contract import rules, values
from specproof.contract.anatomy import Anatomy, Flaw
from specproof.contract.lines import Problem
from specproof.contract.lint import lint
from specproof.contract.load import Document, bundle
from specproof.contract.references import dangling, wrong_kinds
from specproof.contract.structure import EXCLUSIVE, flaws

_SAID_BY_RULES = (
    "DuplicateOperationIDError",
    "ExtraParametersError",  # "required" without a property of that name is allowed
    "ParameterDuplicateError",
    "UnresolvableParameterError",
)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is wrong with a document, and what is only doubtful; sorted by place."""

    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]


def problems(document: Document) -> list[Problem]:
    """Return everything by which a document breaks the specification or the promise vocabulary."""
    return list(judge(document).problems)


def judge(document: Document) -> Judgement:
    """Return everything that is wrong with a document and everything that is doubtful."""
    found = list(_flaws(document))
    wrong = [flaw for flaw in found if not flaw.doubtful]
    doubtful = [flaw for flaw in found if flaw.doubtful]
    return Judgement(
        problems=_sorted(chain(document.problems, _placed(document, wrong))),
        warnings=_sorted(chain(document.warnings, _placed(document, doubtful))),
    )


def _placed(document: Document, found: Iterable[Flaw]) -> Iterator[Problem]:
    for flaw in found:
        yield Problem(document.place(flaw.pointer), flaw.pointer, flaw.message, flaw.mend)


def _sorted(found: Iterable[Problem]) -> tuple[Problem, ...]:
    def by_line(problem: Problem) -> tuple[str, int, str, str]:
        file, _, line = problem.place.rpartition(":")
        return file, int(line) if line.isdecimal() else 0, problem.pointer, problem.message

    return tuple(sorted(dict.fromkeys(found), key=by_line))


def version_of(data: dict[str, Any]) -> str | None:
    """Return ``2.0``, ``3.0``, ``3.1`` or ``3.2``, or ``None`` where the document is of no such version."""
    said = data.get("openapi", data.get("swagger"))
    found = re.fullmatch(r"(2\.0|3\.[012])(\.\d+(-.*)?)?", str(said))
    return found[1] if found and (found[1] == "2.0") == ("openapi" not in data) else None


def _flaws(document: Document) -> Iterator[Flaw]:
    version = version_of(document.data)
    if version is None:
        yield _unknown_version(document.data)
        return
    data = bundle(document)
    anatomy = Anatomy(data, version)
    broken = list(dangling(document))
    ours = [*broken, *chain.from_iterable(rule(anatomy) for rule in (*rules.RULES, *values.RULES))]
    ours += [*wrong_kinds(anatomy), *lint(data)]
    named = {flaw.pointer for flaw in ours}
    structural = [flaw for flaw in _structure(data, version) if not _named(flaw, named)]
    yield from ours
    yield from structural
    if not structural and not broken:
        said = any(flaw.pointer.endswith(("/default", "/pattern")) for flaw in ours)
        yield from () if said else _last_word(data, version)


def _named(flaw: Flaw, named: set[str]) -> bool:
    """Tell whether a rule of ours says the same, and says it better."""
    if flaw.message.startswith("the list holds the same"):
        return any(pointer.startswith(f"{flaw.pointer}/") for pointer in named)
    return flaw.pointer in named


def _unknown_version(data: dict[str, Any]) -> Flaw:
    for key in ("openapi", "swagger", "asyncapi"):
        if key in data:
            message = f"{key} {data[key]!r} is not a version that is understood"
            return Flaw(f"#/{key}", message, "write swagger: '2.0', or openapi: 3.0.x, 3.1.x or 3.2.x")
    return Flaw(
        "#", "there is no openapi or swagger member", "begin the document with openapi: 3.1.0 or 3.0.3"
    )


def _schema_and_validator(version: str) -> tuple[Mapping[str, Any], Any]:
    """Return what openapi-spec-validator has for a version; it is imported when a document is judged.

    Importing takes as long as everything else that this package needs together, and a run judges the document
    in another process.
    """
    import openapi_spec_validator as library  # noqa: PLC0415
    from openapi_spec_validator import schemas  # noqa: PLC0415

    return {
        "2.0": (schemas.schema_v2, library.OpenAPIV2SpecValidator),
        "3.0": (schemas.schema_v30, library.OpenAPIV30SpecValidator),
        "3.1": (schemas.schema_v31, library.OpenAPIV31SpecValidator),
        "3.2": (schemas.schema_v32, library.OpenAPIV32SpecValidator),
    }[version]


def _structure(data: dict[str, Any], version: str) -> Iterator[Flaw]:
    """Apply the JSON Schema of the OpenAPI version."""
    schema = dict(_schema_and_validator(version)[0])
    validator = jsonschema_rs.validator_for(schema)
    plain = {key: value for key, value in data.items() if key != "x-external"}
    found: dict[str, list[Flaw]] = {}
    for error in validator.iter_errors(plain):
        for flaw in flaws(error, schema, plain):
            found.setdefault(flaw.pointer, []).append(flaw)
    for same in found.values():
        mistyped = [flaw for flaw in same if "is not of type" in flaw.message]
        clear = [flaw for flaw in same if flaw.message != EXCLUSIVE]
        yield from mistyped or clear or same  # a value of the wrong type breaks other rules as well


def _last_word(data: dict[str, Any], version: str) -> Iterator[Flaw]:
    """Ask openapi-spec-validator too, where it can be asked: it stops at broken references."""
    from openapi_spec_validator.validation import exceptions  # noqa: PLC0415  # see above

    said_by_rules = tuple(getattr(exceptions, name) for name in _SAID_BY_RULES)
    try:
        for error in _schema_and_validator(version)[1](deepcopy(data)).iter_errors():
            if not isinstance(error, said_by_rules):
                path = "".join(f"/{token}" for token in error.absolute_path)
                yield Flaw(f"#{path}", " ".join(error.message.split())[:300], "see the OpenAPI text")
    except (LookupError, TypeError, ValueError, AssertionError, RecursionError) as error:
        message = f"openapi-spec-validator gave up: {type(error).__name__}: {str(error)[:120]}"
        yield Flaw("#", message, "simplify what the message names", doubtful=True)
