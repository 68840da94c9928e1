"""A server with things that can be made to answer wrongly, and runs on it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from recording import Answer, Recorder, Seen, recording_server
from things import Things, document

from specproof.contract.load import load_document
from specproof.environment.load import load_profile
from specproof.generate.sequences import Stage
from specproof.suite.prove import Prover
from specproof.suite.session import Plan
from specproof.suite.setup import build_prover
from specproof.suite.surveying import survey

CUT = Answer(length=10_000)  # half an answer: the connection ends before


@dataclass
class World:
    """A server with things, a profile for it, and runs on it."""

    folder: Path
    things: Things
    server: Recorder
    answer: Callable[[Seen], Answer | None] = lambda seen: None  # in place of the server's own answer

    @property
    def profile(self) -> Path:
        """The file of the profile."""
        return self.folder / "things.toml"

    def run(self, *, depth: str = "quick", seed: int = 1) -> Prover:
        """Begin a run."""
        prover = build_prover(
            load_document(str(self.folder / "things.json")),
            load_profile(self.profile, environ={}),
            Plan(seed=seed, depth=depth),
            ledger=self.folder / "ledger-main.jsonl",
        )
        assert list(survey(prover.suite)) == []
        return prover

    def kill(self, prover: Prover) -> Path:
        """End a run without cleaning up: only its file is left, and the lock on it is gone."""
        prover.suite.ledger.close(keep=True)
        return prover.suite.ledger.path

    @property
    def keys(self) -> list[str]:
        """The keys of everything that is there."""
        return [thing["key"] for thing in self.things.kept.values()]


def stage_of(prover: Prover, scope: str = "test") -> Stage:
    """Return what creates things, with names of its own for each scope."""
    resource = prover.suite.operations["POST /things"].resource
    assert resource is not None
    return prover.scratch.stage(resource, scope)


@contextmanager
def world_of(
    folder: Path, things: Things, *, writes: str = "allowed", exclusive: bool = False
) -> Iterator[World]:
    """Serve things."""

    def respond(seen: Seen) -> Answer:
        own = things.respond(seen)
        return world.answer(seen) or own  # what was asked is done, whatever is answered

    with recording_server(respond) as server:
        things.base = server.origin
        world = World(folder=folder, things=things, server=server)
        (folder / "things.json").write_text(json.dumps(document()), encoding="utf-8")
        lines = ["[environment]", 'name = "things"', f'base_url = "{server.origin}"', f'writes = "{writes}"']
        lines += ["request_timeout_s = 5", f"exclusive = {str(exclusive).lower()}"]
        world.profile.write_text("\n".join(lines), encoding="utf-8")
        things.create({"key": "mine", "note": "nobody's business"})
        yield world
