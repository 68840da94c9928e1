"""The catalogue of promises: what each one says, how bad its breach is, and where it comes from.

One table (``catalogue.toml``), read by the derivation, the reports and the documentation.
"""

from __future__ import annotations

import tomllib
from importlib.resources import files

from specproof.model.promise import PromiseKind, Severity


def _load() -> dict[str, PromiseKind]:
    text = files("specproof.contract").joinpath("catalogue.toml").read_text(encoding="utf-8")
    return {
        name: PromiseKind(
            id=name,
            severity=Severity(entry["severity"]),
            sentence=entry["sentence"],
            broken_when=entry["broken_when"],
            source=entry["source"],
            needs=frozenset(entry.get("needs", ())),
        )
        for name, entry in tomllib.loads(text).items()
    }


CATALOGUE: dict[str, PromiseKind] = _load()
