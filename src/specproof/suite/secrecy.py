"""Secrets: plant values that must never come back, and let the watch look at every answer."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from specproof.contract.languages import partial_response
from specproof.contract.secret import SecretRule
from specproof.environment.profile import Credential
from specproof.errors import Forbidden, TargetError
from specproof.generate.request import build_request
from specproof.generate.secret_changes import misfit, secret_changes
from specproof.generate.sequences import Stage
from specproof.model.exchange import Exchange
from specproof.suite.access import NotExercised
from specproof.suite.hiding import hide_and_seek
from specproof.suite.histories import from_afar
from specproof.suite.rights import Rights, largest
from specproof.suite.scratch import Scratch
from specproof.suite.session import Suite

_SHORT = 24  # characters of a secret
_LONG = 200  # characters of the secret that stays: what is done to short ones may not be done to long ones
_ENDLESS = 100_000  # characters: where a schema takes so many, it sets no limit that is meant


@dataclass(kw_only=True)
class Secrecy:
    """Plants one secret per resource at the start; tells its whole story at the end."""

    suite: Suite
    scratch: Scratch
    why_not: str = ""
    _planted: bool = False
    _told: bool = False
    _count: int = field(default=0)

    def plant(self) -> None:
        """Create one thing with a secret, which stays until the end of the run."""
        if self._planted or not self.suite.client.writes:
            return
        self._planted = True
        for stage, rule in self._stages("plant"):
            self._create(stage, rule, "plant", _LONG)

    def tell(self) -> None:
        """Play a history in which a secret could slip out: read, list, update, conflict, refusal, delete."""
        if self._told:
            return
        self._told = True
        if not self.suite.client.writes:
            self.why_not = "writes are forbidden"
            return
        played = [self._story(stage, rule) for stage, rule in self._stages("secret")]
        if not played:
            self.why_not = self.why_not or "no operation takes a secret that can be made up"

    def _stages(self, scope: str) -> Iterator[tuple[Stage, SecretRule]]:
        for operation in self.suite.contract.operations:
            resource = operation.resource
            if resource is None or resource.create != operation.label:
                continue
            try:
                stage = self.scratch.stage(resource, scope)
            except NotExercised as error:
                self.why_not = str(error)
                continue
            for rule in stage.plan.secrets:
                yield stage, rule

    def _secret(
        self, stage: Stage, rule: SecretRule, *lengths: int, strange: bool = False
    ) -> dict[str, Any] | None:
        """Return members that carry a new secret; ``None`` where the schema allows none so long.

        Of the lengths, in characters, the first that the schema takes is used; without any it is a short one.
        A strange one has two lines, goes beyond the BMP and 255 characters, and is made where the schema has
        a limit above.
        """
        members = self._made_up(stage, rule, *lengths, strange=strange)
        if members is not None:
            self.suite.watch.expect_never(members[rule.member])
        return members

    def _made_up(
        self, stage: Stage, rule: SecretRule, *lengths: int, strange: bool = False
    ) -> dict[str, Any] | None:
        """Return the same for a value that is not watched for yet."""
        self._count += 1
        seed = f"{self.suite.plan.seed} {stage.operations['create'].label} {self._count}"
        digest = hashlib.sha256(seed.encode())
        digits = digest.hexdigest() + hashlib.shake_256(digest.digest()).hexdigest(_LONG)
        values = [f"Sp{digits}"[:length] for length in (*lengths, _SHORT)]
        if strange and not self._fits(stage, rule, "x" * _ENDLESS):
            values.insert(0, f"Zq{digits[:150]}\n{digits[150:300]}ü\U0001f511")
        for value in values:
            if self._fits(stage, rule, value):
                return _carrying(rule, value)
        return None

    def _fits(self, stage: Stage, rule: SecretRule, value: str) -> bool:
        return stage.is_valid(stage.plan.operation, stage.body(**_carrying(rule, value)))

    def _create(self, stage: Stage, rule: SecretRule, subject: str, *lengths: int) -> str | None:
        members = self._secret(stage, rule, *lengths)
        if members is None:
            return None
        made = stage.create_new(subject, **members)
        self.suite.watch.remember_source(members[rule.member], made.exchange)
        return made.identity

    def _story(self, stage: Stage, rule: SecretRule) -> bool:
        identity = self._create(stage, rule, "secret")
        if identity is None:
            return False
        taken = stage.acts[-1].sent
        first = self._read(stage, identity)
        self._read_otherwise(stage, identity)
        self._list_otherwise(stage, identity)
        self._ask_for(stage, rule, identity)
        again = self._secret(stage, rule)
        if again is not None:
            unique = {
                p.lstrip("/"): taken[p.lstrip("/")] for p in stage.resource.unique if p.lstrip("/") in taken
            }
            conflict = stage.call("create", body=stage.body(**{**again, **unique}), purpose="create it again")
            self.scratch.tidy(stage.operations["create"], conflict)
            strange = replace(
                conflict.request,
                headers=(("Content-Type", "text/plain"),),
                purpose="be refused for the media type",
                valid=False,
            )
            with suppress(Forbidden):
                self.scratch.tidy(stage.operations["create"], self.suite.send(strange))
            broken = misfit(stage, stage.plan.operation, stage.body(**again), keep=rule.member)
            if broken:
                with suppress(Forbidden):
                    refused = stage.call(
                        "create", body=stage.body(**{**again, **broken}), purpose="be refused"
                    )
                    self.scratch.tidy(stage.operations["create"], refused)
        for shown, secret in self._updates(stage, rule, identity):
            self.suite.watch.compare(rule, (taken[rule.member], first), (secret, shown))
        if "delete" in stage.operations:
            stage.call("delete", identity=identity, purpose="delete it")
            self._read(stage, identity)
        if self.suite.plan.depth != "quick" and "delete" in stage.operations:
            hide_and_seek(self.suite, stage, rule, self._made_up)
        return True

    def _read(self, stage: Stage, identity: str) -> Exchange | None:
        read = "read" in stage.operations
        stage.list("with the secret")  # first, for after a read it may be made anew
        return stage.call("read", identity=identity, purpose="read it") if read else None

    def _read_otherwise(self, stage: Stage, identity: str) -> None:
        """Read it by an alias of each parent, and with a credential of each other kind that may.

        At depth quick there is one read: by aliases of all parents, by who may do the least.
        """
        operation, rights = stage.operations.get("read"), Rights(suite=self.suite)
        if operation is None:
            return
        usual, path = stage.credential(operation), {**stage.path, stage.resource.parameter: identity}
        used = next((c.scheme for c in self.suite.profile.credentials if c.name == usual), None)
        able = rights.able(operation, stage.path.values())
        readers = self._readers(stage, able)
        aliases = {name: text for name in stage.path for text in self._aliases(name)[:1]}
        if self.suite.plan.depth == "quick":
            ranked = sorted((*readers, *able), key=lambda c: c.scheme == used)
            asked = [(ranked[0].name if ranked else usual, {**path, **aliases})]
        else:
            by_scheme = {c.scheme: c.name for c in reversed(able) if c.scheme != used}
            mine = [c.name for c in readers if c.scheme == used][:1]
            asked = [(usual, {**path, name: text}) for name, text in aliases.items()]
            asked += [(name, path) for name in dict.fromkeys((*by_scheme.values(), *mine))]
        for name, where in asked:
            request = build_request(
                operation,
                base_url=stage.base_url,
                path=where,
                credential=name,
                purpose="read it in another way",
            )
            self.suite.send(request)

    def _readers(self, stage: Stage, able: list[Credential]) -> list[Credential]:
        """Return those of the credentials that may not change it."""
        update = stage.operations.get("update")
        writers = Rights(suite=self.suite).able(update, stage.path.values()) if update is not None else []
        return [credential for credential in able if credential not in writers]

    def _list_otherwise(self, stage: Stage, identity: str) -> None:
        """List it on a page of its own, and on the second and the third page, where pages have numbers."""
        operation = stage.operations.get("list")
        pages = operation.pagination if operation is not None else None
        if operation is None or pages is None or not pages.size_parameter or not pages.page_parameter:
            return
        listed = stage.acts[-1].listed if stage.acts else None
        place = list(listed).index(identity) if listed and identity in listed else 0
        later = {number: place // (number - 1) for number in (2, 3)}
        sizes = {place + 1: 1} | (later if self.suite.plan.depth != "quick" else {})
        for number, size in sizes.items():
            if size < max(1, pages.size_minimum or 1) or place // size != number - 1:
                continue
            where = ((pages.size_parameter, str(size)), (pages.page_parameter, str(pages.first + number - 1)))
            request = build_request(
                operation,
                base_url=stage.base_url,
                path=dict(stage.path),
                query=where,
                credential=stage.credential(operation),
                purpose="list it on another page",
            )
            self.suite.send(request)

    def _aliases(self, name: str) -> list[str]:
        return [str(each) for each in self.suite.profile.aliases.get(name, ())]

    def _ask_for(self, stage: Stage, rule: SecretRule, identity: str) -> None:
        """Name the secret member where an operation lets one choose members: that must not bring it."""
        for verb in ("read", "list"):
            operation = stage.operations.get(verb)
            language = partial_response(operation) if operation is not None else None
            if operation is None or language is None:
                continue
            terms, pages = language.terms, operation.pagination if verb == "list" else None
            steps = [step for step in (pages.items if pages else "").split("/") if step]
            name = terms.separator.join([*steps, rule.member])
            path = {**stage.path, **({stage.resource.parameter: identity} if verb == "read" else {})}
            size = largest(pages) if pages else ()
            for text in ([name] if terms.include else []) + ([f"{terms.add}{name}"] if terms.add else []):
                request = build_request(
                    operation,
                    base_url=stage.base_url,
                    path=path,
                    query=(*size, (language.parameter, text)),
                    credential=stage.credential(operation),
                    purpose="ask for the secret member",
                )
                self.suite.send(request)

    def _updates(
        self, stage: Stage, rule: SecretRule, identity: str
    ) -> Iterator[tuple[Exchange | None, str]]:
        """Change it in many ways; yield what is read after each change that brings a new secret, and that."""

        def renewed(*, strange: bool) -> dict[str, Any] | None:
            return self._secret(stage, rule, strange=strange)

        for change in secret_changes(stage, from_afar(self.suite, stage), rule, renewed):
            with suppress(Forbidden):  # the refused one, where negative data are
                change.door.call("update", identity=identity, body=change.body, purpose="update it")
            shown = self._read(stage, identity)
            if rule.member in change.body and not change.refused:
                yield shown, change.body[rule.member]

    def confirm_by_repeating(self) -> None:
        """Plant and tell the story once more, with new secrets."""
        self._planted = self._told = False
        try:
            self.plant()
            self.tell()
        except TargetError as error:
            self.suite.trouble(str(error))


def _carrying(rule: SecretRule, value: str) -> dict[str, Any]:
    """Return the members that make a value a secret."""
    return {rule.member: value} | ({rule.when[0]: rule.when[1]} if rule.when is not None else {})
