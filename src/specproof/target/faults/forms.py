"""Faults of forms in place of JSON, and of tokens in them."""
# ruff: noqa: D101, D102 - the decorator says what each class does

from __future__ import annotations

from dataclasses import replace

from specproof.target.access import Gate
from specproof.target.faults.registry import fault
from specproof.target.intake import JSON, Intake
from specproof.target.presented import Presented

FORMS = "input.form-bodies"


@fault("intake", "forms-refused", FORMS, "Forms are refused as an unsupported media type.")
class FormsRefused(Intake):
    media_types = (JSON,)


@fault("intake", "form-plus-kept", FORMS, "A plus in a form stays a plus and means no space.")
class FormPlusKept(Intake):
    def form(self, body: bytes) -> dict[str, object]:
        return super().form(body.replace(b"+", b"%2B"))


@fault("intake", "form-flag-lost", FORMS, "secured=true in a form is not heeded.")
class FormFlagLost(Intake):
    def form(self, body: bytes) -> dict[str, object]:
        return {name: value for name, value in super().form(body).items() if name != "secured"}


@fault("intake", "form-lines-joined", FORMS, "Line breaks in a form become spaces.")
class FormLinesJoined(Intake):
    def form(self, body: bytes) -> dict[str, object]:
        return super().form(body.replace(b"%0A", b"%20"))


@fault("gate", "form-token-refused", "credential.form-token", "A token in a form counts for nothing.")
class FormTokenRefused(Gate):
    def authorization(self, presented: Presented) -> str | None:
        return super().authorization(replace(presented, form_token=None))
