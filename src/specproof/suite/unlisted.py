"""What somebody else created and one's own list does not show, where ownership stands in no path.

A list that leaves out what another credential has just created shows each caller their own. What it leaves
out is then taken for foreign; that is inferred, since a server may well list less than it lets people read.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from specproof.environment.profile import Credential
from specproof.generate.sequences import Stage
from specproof.invariants.doors import altered, is_in, let_in
from specproof.model.exchange import Exchange
from specproof.model.life import Act
from specproof.model.operation import Operation
from specproof.suite.access import NotExercised
from specproof.suite.judgement import Judgement
from specproof.suite.rights import SAFE, Asker, Rights
from specproof.suite.skipping import skipping

UNLISTED = "authorization.unlisted-unreachable"
_CALLERS = {"quick": 1, "standard": 2, "deep": 10}


def judge_unlisted(asker: Asker, judgement: Judgement) -> None:
    """Let one credential create, and try what it created with those whose list does not show it."""
    if (UNLISTED, asker.operation.label) not in asker.suite.promised:
        return
    with skipping(judgement, [UNLISTED]):
        _Unlisted(asker=asker, operation=asker.operation, judgement=judgement).run()


@dataclass(frozen=True, kw_only=True)
class _Unlisted:
    asker: Asker
    operation: Operation
    judgement: Judgement

    def run(self) -> None:
        """Find the first credential that creates something which others do not see listed."""
        suite, resource = self.asker.suite, self.operation.resource
        if resource is None:
            return
        stage = self.asker.scratch.stage(resource, f"unlisted {self.operation.method}")
        rights = Rights(suite=suite)
        able = [
            credential
            for credential in rights.able(self.operation, stage.path.values())
            if all(rights.may(credential, each) for each in stage.operations.values())
        ]
        if len(able) < 2:
            raise NotExercised("it takes two credentials that may create, list, read and delete")
        owner, others = able[0], able[1:]
        made = _of(stage, owner).create_new("unlisted")
        if made.identity is None:
            status = made.exchange.response.status
            raise NotExercised(f"nothing could be created: status {status}")
        try:
            self._try(stage, owner, others, made)
        finally:
            _of(stage, owner).delete(made)

    def _try(self, stage: Stage, owner: Credential, others: list[Credential], made: Act) -> None:
        if not _lists(_of(stage, owner), made):
            raise NotExercised("the list does not show what was created to who created it")
        strangers = [each for each in others if _lists(_of(stage, each), made) is False]
        if not strangers:
            raise NotExercised("every credential that may sees what others created in its list")
        for caller in strangers[: _CALLERS[self.asker.suite.plan.depth]]:
            before = _of(stage, owner).read(made, "before")
            seen = self._send(caller, owner, stage, made)
            what = f'what "{owner.name}" created and the list of "{caller.name}" does not show'
            self.judgement.judge(UNLISTED, let_in(UNLISTED, self.operation, f"to {what}", seen))
            after = _of(stage, owner).read(made, "after")
            changes = self.operation.method not in SAFE and not is_in(seen)
            if changes and before is not None and after is not None and self.asker.differ(before, after):
                breaches = altered(UNLISTED, self.operation, what, before.exchange, seen, after.exchange)
                self.judgement.judge(UNLISTED, breaches, times=0)

    def _send(self, caller: Credential, owner: Credential, stage: Stage, made: Act) -> Exchange:
        path = {**stage.path, stage.resource.parameter: str(made.identity)}
        request = self.asker.request(caller.name, path, purpose="what one's own list does not show")
        return self.asker.ask(request, owner=owner.name)


def _of(stage: Stage, credential: Credential) -> Stage:
    """Return the stage as one credential plays on it."""
    return replace(stage, credential=lambda _operation: credential.name, acts=[])


def _lists(stage: Stage, made: Act) -> bool | None:
    """Tell whether a list shows a thing; ``None`` where it cannot be seen whole."""
    listed = stage.list("to find out whose things it shows")
    return None if listed is None or listed.listed is None else made.identity in listed.listed
