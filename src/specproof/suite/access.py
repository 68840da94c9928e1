"""What a request needs from the profile: who sends it, and values for its parameters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from pydantic import SecretStr

from specproof.contract.contract import Contract
from specproof.contract.operations import follow
from specproof.contract.preconditions import CONDITIONS
from specproof.environment.credentials import authorization, default_credential
from specproof.environment.profile import Profile
from specproof.generate.bodies import BodyPlan, plan_body
from specproof.generate.styles import as_text, header_text, query_pairs
from specproof.model.exchange import MISSING
from specproof.model.operation import Operation, Parameter

_WRONG_SECRET = "specproof-does-not-know-the-secret"  # noqa: S105  # it opens nothing


_IGNORED = frozenset({"accept", "content-type", "authorization"})  # OpenAPI 3.0.4 section 4.8.12
_GIVEN = _IGNORED | CONDITIONS  # which value is right for a condition depends on what is there


class NotExercised(Exception):  # no error: a promise that could not be looked at, and why
    """Something that a promise needs is not there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Looks things up in the profile, and in the document's examples."""

    contract: Contract
    profile: Profile
    find: Callable[[Operation, str], str | None] | None = None  # looks for a path value on the server
    refer: Callable[[BodyPlan], BodyPlan] | None = None  # lets a body name things that are there
    _found: dict[tuple[Any, ...], str | None] = field(default_factory=dict, repr=False, compare=False)

    def credential(self, operation: Operation, values: dict[str, str] | None = None) -> str | None:
        """Return the name of the credential that an operation needs.

        Raises:
            NotExercised: The operation is protected and no credential of the profile is enough.
        """
        key = (operation.label, None if values is None else frozenset(values.values()))
        if key not in self._found:  # it is asked for before every request
            self._found[key] = self._default(operation, values)
        found = self._found[key]
        if found is None and operation.security and all(operation.security):
            raise NotExercised("no valid credential of the profile is enough for it")
        return found

    def _default(self, operation: Operation, values: dict[str, str] | None) -> str | None:
        document = self.contract.document
        schemes = (document.get("components") or {}).get("securitySchemes") or {}
        implications: dict[str, list[str]] = {}
        for scheme in schemes.values():
            implications.update(scheme.get("x-scope-implications") or {})
        found = default_credential(
            self.profile,
            operation.security,
            schemes=schemes,
            implications=implications,
            values=values.values() if values is not None else None,
        )
        return found.name if found else None

    def wrong_secret(self, name: str | None) -> tuple[str, str] | None:
        """Return the header of a credential with a secret that is certainly wrong, or ``None``."""
        credential = self.profile.credential(name) if name else None
        if credential is None or credential.scheme not in {"basic", "bearer", "header", "oauth2"}:
            return None
        wrong = credential.model_copy(update={"secret": SecretStr(_WRONG_SECRET)})
        placement = authorization(wrong, token=_WRONG_SECRET)
        return placement.name, placement.value

    def parents(self, operation: Operation) -> dict[str, str]:
        """Return known-good values for the path parameters, without that of the resource itself.

        Raises:
            NotExercised: The profile has no value for one, the document no example, and no list shows one.
            TargetError: It was to be looked for, and nothing can be sent.
        """
        own = operation.resource.parameter if operation.resource else None
        values: dict[str, str] = {}
        for parameter in (p for p in operation.parameters if p.location == "path"):
            if parameter.name == own:  # an example of an identity names nothing on this server
                if parameter.name in self.profile.parameters:
                    values[parameter.name] = str(self.profile.parameters[parameter.name])
                continue
            known = self.known_value(parameter.name, "path", operation)
            if known is None and self.find is not None:
                known = self.find(operation, parameter.name)
            if known is not None:
                values[parameter.name] = known
            else:
                raise NotExercised(
                    f"no value for the path parameter {parameter.name}: give one under [parameters] of "
                    f"{self.profile.source}"
                )
        return values

    def plan(self, operation: Operation) -> BodyPlan | None:
        """Return how a JSON object is made for an operation; what it names is there, if that can be done.

        Raises:
            TargetError: Something was to be made for it, and nothing can be sent.
        """
        plan = plan_body(self.contract, operation)
        return plan if plan is None or self.refer is None else self.refer(plan)

    def empty_parents(self, operation: Operation) -> dict[str, str] | None:
        """Return path values under which a collection is empty; ``None`` where that is not known of them all.

        An empty parent says nothing about what is inside it: a value that is good elsewhere may name nothing.
        """
        names = [parameter.name for parameter in operation.parameters if parameter.location == "path"]
        empty = self.profile.empty
        return (
            {name: str(empty[name]) for name in names} if names and all(n in empty for n in names) else None
        )

    def known_value(self, name: str, location: str, operation: Operation) -> str | None:
        """Return a value for a parameter: from the profile, or from the document's examples."""
        if name in self.profile.parameters:
            return str(self.profile.parameters[name])
        if location == "query" and self.profile.queries.get(name):
            return str(self.profile.queries[name][0])
        parameter = operation.parameter(name, location)
        found = self._documented(parameter) if parameter is not None else None
        return None if found is None else as_text(found)

    def _documented(self, parameter: Parameter) -> Any:
        """Return an example, constant, default or enumerated value of the document; ``None`` for none."""
        schema, _ = follow(self.contract.document, parameter.schema, "#")
        schema = schema if isinstance(schema, dict) else {}
        shown = schema.get("examples")
        candidates = [
            *parameter.examples,
            schema.get("example", MISSING),
            *(shown if isinstance(shown, list) else ()),
            schema.get("const", MISSING),
            schema.get("default", MISSING),
            *(schema.get("enum") or ()),
        ]
        return next((value for value in candidates if value is not MISSING), None)

    def required_headers(self, operation: Operation) -> tuple[tuple[str, str], ...]:
        """Return values for required headers and cookies, but for conditions and what OpenAPI ignores.

        Raises:
            NotExercised: One has no known value.
        """
        pairs: list[tuple[str, str]] = []
        cookies: list[tuple[str, str]] = []
        for parameter in (
            p for p in operation.parameters if p.location in {"header", "cookie"} and p.required
        ):
            if parameter.location == "header" and parameter.name.lower() in _GIVEN:
                continue
            known = self._spelt(parameter, operation)
            if known is None:
                raise NotExercised(
                    f"no value for the {parameter.location} {parameter.name}: give one under [parameters] of "
                    f"{self.profile.source}"
                )
            (pairs if parameter.location == "header" else cookies).append((parameter.name, known))
        if cookies:  # all of them in one field (RFC 6265 section 5.4)
            pairs.append(("Cookie", "; ".join("=".join(pair) for pair in cookies)))
        return tuple(pairs)

    def _spelt(self, parameter: Parameter, operation: Operation) -> str | None:
        """Return the value of a header or a cookie in the style that the document gives it."""
        documented = None if self._is_given(parameter.name) else self._documented(parameter)
        if isinstance(documented, list | dict):
            return header_text(parameter, documented)
        return self.known_value(parameter.name, parameter.location, operation)

    def _is_given(self, name: str) -> bool:
        return name in self.profile.parameters or bool(self.profile.queries.get(name))

    def required_query(self, operation: Operation) -> tuple[tuple[str, str], ...]:
        """Return values for the required query parameters.

        Raises:
            NotExercised: One has no known value.
        """
        pairs: list[tuple[str, str]] = []
        for parameter in (p for p in operation.parameters if p.location == "query" and p.required):
            documented = None if self._is_given(parameter.name) else self._documented(parameter)
            if isinstance(documented, list | dict) or (parameter.content and documented is not None):
                pairs += query_pairs(parameter, documented)
                continue
            known = self.known_value(parameter.name, "query", operation)
            if known is None:
                raise NotExercised(
                    f"no value for the query parameter {parameter.name}: give one under [queries] or "
                    f"[parameters] of {self.profile.source}"
                )
            pairs.append((parameter.name, known))
        return tuple(pairs)
