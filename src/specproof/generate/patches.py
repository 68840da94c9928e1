"""Make patches of a thing: merge patches (RFC 7396), JSON patches (RFC 6902) and plain JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from specproof.contract.contract import Contract
from specproof.contract.lines import escape
from specproof.contract.operations import follow
from specproof.contract.patching import JSON
from specproof.contract.shapes import object_schema, required_members
from specproof.generate.mutations import small_values
from specproof.model.exchange import MISSING
from specproof.model.media import JSON_PATCH, MERGE_PATCH
from specproof.model.operation import MediaType

_NOWHERE = "/specproof-knows-no-such-member/inside"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A patch to be sent: see ``model.patch.Patch`` for the members."""

    promise: str
    moment: str
    member: str
    body: Any
    expected: Mapping[str, Any]
    sure: bool
    default: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Patchable:
    """What of a thing can be patched.

    Args:
        contract: The document.
        media: How.
        members: Schemas of the members that a client may write and reads back, by name.
        optional: Those that need not be there.
    """

    contract: Contract
    media: MediaType
    members: Mapping[str, Any]
    optional: frozenset[str]

    def other(self, name: str, value: Any) -> Any:
        """Return another valid value of a member, or ``MISSING``."""
        schema = self.members[name]
        node, _ = follow(self.contract.document, schema, "#")
        node = node if isinstance(node, Mapping) else {}
        found = list(small_values(self.contract.document, schema))
        if isinstance(value, str) and not {"enum", "const", "format", "pattern"} & node.keys():
            found.insert(0, f"{value} again"[: node.get("maxLength", 1000)])
        if isinstance(value, int) and not isinstance(value, bool):
            found.insert(0, value + 1)
        return next((each for each in found if each != value and self._fits(schema, each)), MISSING)

    def _fits(self, schema: Any, value: Any) -> bool:
        return self.contract.schemas.is_valid(schema, value, direction="request")

    def allows(self, body: Any) -> bool:
        """Tell whether a patch is valid for the schema of its media type."""
        return self.contract.schemas.is_valid(self.media.schema, body, direction="request")

    def wanted(self, shown: Mapping[str, Any]) -> Iterator[Wanted]:
        """Yield patches of a thing as it is shown; each may rest on the ones before."""
        here = [(name, shown[name]) for name in shown if name in self.members]
        changed = [(name, old, self.other(name, old)) for name, old in here if not isinstance(old, Mapping)]
        plain = [each for each in changed if each[2] is not MISSING and not isinstance(each[2], Mapping)]
        if self.media.base == JSON_PATCH:
            found = self._json_patches(plain, shown)
        else:
            found = self._merge_patches(plain, shown)
        yield from (each for each in found if self.allows(each.body) or each.promise == "removes")

    def _merge_patches(self, plain: list[tuple[str, Any, Any]], shown: Mapping[str, Any]) -> Iterator[Wanted]:
        promise = "partial" if self.media.base == JSON else "merge"
        for name, _, new in plain:
            yield Wanted(
                promise=promise, moment=f"change {name} alone", member=name, body={name: new},
                expected={name: new}, sure=self._names(name),
            )  # fmt: skip
        if self.media.base != MERGE_PATCH:
            return
        for name, value in shown.items():
            inner = self._inside(name, value)
            if inner is not None:
                yield inner
        for name in sorted(self.optional & shown.keys()):
            if shown[name] is not None:
                yield Wanted(
                    promise="removes", moment=f"remove {name} with null", member=name, body={name: None},
                    expected={name: MISSING}, sure=self._names(name) and self.allows({name: None}),
                    default=self._default(name),
                )  # fmt: skip

    def _names(self, name: str) -> bool:
        """Tell whether the schema of the patch names a member: then it may be patched."""
        return name in object_schema(self.contract.document, self.media.schema)

    def _inside(self, name: str, value: Any) -> Wanted | None:
        """Return a patch of one member of an object inside; the others of it must stay."""
        if name not in self.members or not isinstance(value, Mapping) or len(value) < 2:
            return None
        said = object_schema(self.contract.document, self.members[name])
        for key, old in value.items():
            options = small_values(self.contract.document, said.get(key, {})) if key in said else ()
            for new in options:
                if new != old:
                    return Wanted(
                        promise="merge", moment=f"change {key} inside of {name}", member=f"{name}/{key}",
                        body={name: {key: new}}, expected={name: {**value, key: new}}, sure=self._names(name),
                    )  # fmt: skip
        return None

    def _default(self, name: str) -> Any:
        node, _ = follow(self.contract.document, self.members[name], "#")
        return node.get("default") if isinstance(node, Mapping) else None

    def _json_patches(self, plain: list[tuple[str, Any, Any]], shown: Mapping[str, Any]) -> Iterator[Wanted]:
        for name, old, new in plain:
            at = f"/{escape(name)}"
            replace = {"op": "replace", "path": at, "value": new}
            test = {"op": "test", "path": at, "value": old}
            wrong = {"op": "test", "path": at, "value": new}
            last = {"op": "replace", "path": _NOWHERE, "value": 1}
            for promise, moment, body, expected in (
                ("test", f"refuse to replace {name} after a test that fails", [wrong, replace], {name: old}),
                ("atomic", f"undo the change of {name} when a test fails after it",
                 [replace, {**wrong, "value": old}], {name: old}),
                ("atomic", f"undo the change of {name} when what follows names nothing",
                 [replace, last], {name: old}),
                ("json", f"replace {name} after a test that succeeds", [test, replace], {name: new}),
                ("json", f"replace {name} again", [{**replace, "value": old}], {name: old}),
            ):  # fmt: skip
                yield Wanted(
                    promise=promise, moment=moment, member=name, body=body, expected=expected, sure=False
                )
        for name in sorted(self.optional & shown.keys()):
            at, value = f"/{escape(name)}", shown[name]
            removed: Mapping[str, Any] = {name: MISSING}
            yield Wanted(
                promise="json", moment=f"remove {name}", member=name, body=[{"op": "remove", "path": at}],
                expected=removed, sure=False, default=self._default(name),
            )  # fmt: skip
            yield Wanted(
                promise="json", moment=f"add {name}", member=name,
                body=[{"op": "add", "path": at, "value": value}], expected={name: value}, sure=False,
            )  # fmt: skip


def optional_members(contract: Contract, schemas: list[Any]) -> frozenset[str]:
    """Return the members that objects of all these schemas need not have."""
    named = [object_schema(contract.document, schema).keys() for schema in schemas]
    needed = [required_members(contract.document, schema) for schema in schemas]
    return frozenset(set[str]().union(*named) - set[str]().union(*needed))
