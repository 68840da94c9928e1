"""Lives that are played on small servers and judged as the suite judges them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from things import Reply, Things, make_stage

from specproof.generate.echoes import echoes
from specproof.generate.stories import story
from specproof.invariants.life_context import LifeContext
from specproof.invariants.lifecycle import JUDGES
from specproof.invariants.members import Known
from specproof.model.finding import Breach
from specproof.model.life import Life

Body = dict[str, Any]
SHOWN = frozenset({"key", "note", "size"})


def lives(
    things: Things, described: Body | None = None, *, hard: bool = False
) -> tuple[LifeContext, list[Life]]:
    """Play the story, and the hard values where they are wanted."""
    stage = make_stage(things, described)
    context = LifeContext(resource=stage.resource, operations=stage.operations, known=Known(shown=SHOWN))
    played: Iterator[Life] = echoes(stage) if hard else iter(())
    return context, [story(stage), *played]


def broken(things: Things, described: Body | None = None, *, hard: bool = False) -> dict[str, list[Breach]]:
    """Return what broke, by promise, judged as the suite judges."""
    context, played = lives(things, described, hard=hard)
    found: dict[str, list[Breach]] = {}
    for life in played:
        for promise, (judge, kind) in JUDGES.items():
            for breach in judge(context, life) if life.find(kind) else ():
                assert breach.promise == promise
                found.setdefault(promise.partition(".")[2], []).append(breach)
    return found


class UpdatesTheNeighbour(Things):
    """An update changes another thing too."""

    def update(self, identity: str, sent: Body) -> Reply:
        """Update both."""
        reply = super().update(identity, sent)
        if reply[0] == 200:
            list(self.kept.values())[-1]["note"] = sent.get("note", "")
        return reply
