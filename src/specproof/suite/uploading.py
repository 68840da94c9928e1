"""Forms and uploads: send whole ones, ones that lack something, and read what was uploaded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from specproof.contract.shapes import object_schema, required_members
from specproof.contract.uploads import BYTES, FORM, MULTIPART, files_of, is_typed, reader_of, refuses
from specproof.generate.request import build_request
from specproof.generate.uploads import HARD_BYTES, Upload, uploads, written
from specproof.invariants.uploads import PROMISES, accepted, refused, same_bytes
from specproof.model.exchange import MISSING, Exchange, resolve_pointer
from specproof.model.operation import Operation
from specproof.suite.judgement import Judgement
from specproof.suite.scratch import Scratch, matching_tag, read_request
from specproof.suite.session import Suite
from specproof.suite.skipping import skipping

_WRONG = "specproof-none-of-these"


def judge_uploads(suite: Suite, scratch: Scratch, operation: Operation, _again: bool) -> Judgement:
    """Send every form and raw body that an operation takes, and judge what becomes of it."""
    look = _Look(suite=suite, scratch=scratch, operation=operation)
    with skipping(look.judgement, PROMISES):
        for upload in uploads(suite.contract, operation):
            look.judge(upload)
    reasons = {"form.accepted": "no valid body could be made"}
    for promise in PROMISES:
        look.judgement.skip(promise, reasons.get(promise, "no whole body was accepted"))
    return look.judgement


@dataclass(kw_only=True)
class _Look:
    """One look at the forms and uploads of an operation."""

    suite: Suite
    scratch: Scratch
    operation: Operation
    judgement: Judgement = field(default_factory=Judgement)

    def judge(self, upload: Upload) -> None:
        """Send one body, read it again, and send it with something missing or wrong."""
        base = upload.media.base
        whole = self._send(upload, f"a whole body of {base}")
        status, done = whole.response.status, 200 <= whole.response.status < 300
        if done or upload.sure or (base == FORM and status == 415):
            breaches = accepted(self.operation, whole, base, sure=upload.sure)
            self.judgement.judge("form.accepted", breaches)
        else:
            self.judgement.skip("form.accepted", f"no example shows what is accepted: status {status}")
        if done:
            self._read_back(upload, whole)
        self.scratch.tidy(self.operation, whole)
        negative = self.suite.profile.environment.negative_data != "forbidden"
        if done and upload.value is not None and negative and refuses(self.operation):
            self._judge_refusals(upload, upload.value, whole)

    def _judge_refusals(self, upload: Upload, value: Mapping[str, Any], whole: Exchange) -> None:
        document, schema = self.suite.contract.document, upload.media.schema
        tried = [
            (name, "missing", {key: each for key, each in value.items() if key != name})
            for name in sorted(required_members(document, schema) & value.keys())
        ]
        tried += [
            (name, "wrong", {**value, name: _WRONG})
            for name, said in object_schema(document, schema).items()
            if is_typed(document, said)
        ]
        for name, how, changed in tried:
            made = written(document, upload.media, changed)
            exchange = self._send(made, f"a form with {name} {how}", valid=False)
            breaches = refused(self.operation, whole, exchange, name=name, how=how)
            self.judgement.judge(f"form.{how}-refused", breaches)
            self.scratch.tidy(self.operation, exchange)

    def _send(self, upload: Upload, purpose: str, *, valid: bool | None = None) -> Exchange:
        suite, operation = self.suite, self.operation
        path = self.scratch.path(operation)
        request = build_request(
            operation,
            base_url=suite.client.base_url,
            path=path,
            query=suite.access.required_query(operation),
            headers=(
                ("Content-Type", upload.content_type),
                *suite.access.required_headers(operation),
                *matching_tag(suite, operation, path),
            ),
            body=upload.body,
            credential=suite.access.credential(operation, path),
            purpose=purpose,
            valid=valid,
        )
        return suite.send(request)

    def _read_back(self, upload: Upload, whole: Exchange) -> None:
        """Read what was uploaded, where there is one file and an operation that shows it."""
        suite, resource = self.suite, self.operation.resource
        sent, media = self._the_file(upload)
        reader = reader_of(self.operation, suite.contract.operations, media)
        if sent is None or reader is None:
            return
        path = dict(self.scratch.path(self.operation))
        if resource is not None and resource.create == self.operation.label:
            found = resolve_pointer(whole.response.document, resource.identity)
            if found is MISSING:
                return
            path[resource.parameter] = str(found)
        read = suite.send(read_request(suite, reader, path, purpose="what was uploaded"))
        if read.response.status == 200 and read.response.media_type == media:
            self.judgement.judge("form.same-bytes", same_bytes(self.operation, sent, whole, read))
        else:
            got = f"{read.response.status} with {read.response.media_type or 'no Content-Type'}"
            self.judgement.skip("form.same-bytes", f"{reader.label} answered {got}")

    def _the_file(self, upload: Upload) -> tuple[bytes | None, str]:
        """Return the bytes of the one file in a body, and its media type."""
        if upload.value is None:
            return upload.body, upload.media.base
        names = files_of(self.suite.contract.document, upload.media)
        value = upload.value.get(names[0]) if len(names) == 1 else None
        return (value if upload.media.base == MULTIPART and value == HARD_BYTES else None), BYTES
