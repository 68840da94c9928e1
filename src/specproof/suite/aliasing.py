"""The area *alias*: every spelling of a resource gives the same answer, rights included."""

from __future__ import annotations

from specproof.invariants.doors import other_answer
from specproof.model.operation import Operation
from specproof.suite.access import NotExercised
from specproof.suite.judgement import Judgement
from specproof.suite.rights import Asker, Rights
from specproof.suite.scratch import Scratch
from specproof.suite.session import Suite
from specproof.suite.skipping import skipping

SAME = "alias.same-answer"


def judge_aliases(suite: Suite, scratch: Scratch, operation: Operation, again: bool) -> Judgement:
    """Ask by every spelling, as somebody who may and as somebody who may not, and compare."""
    judgement = Judgement()
    names = suite.names(operation.label, "aliases again" if again else "aliases")
    asker = Asker(suite=suite, scratch=scratch, operation=operation, names=names)
    with skipping(judgement, [SAME]):
        _compare(asker, judgement)
    return judgement


def _compare(asker: Asker, judgement: Judgement) -> None:
    suite, operation, rights = asker.suite, asker.operation, Rights(suite=asker.suite)
    if operation.method != "GET":
        return
    path = asker.path()
    spellings = [(n, str(each)) for n in path for each in suite.profile.aliases.get(n, ())]
    if not spellings:
        raise NotExercised("the profile names no alias under [aliases] for its path")
    able = rights.able(operation, path.values())
    if not able:
        raise NotExercised("no valid credential of the profile is enough for it")
    unable = [c for c in rights.valid(operation, path.values()) if not rights.may(c, operation)]
    for credential in [able[0], *unable[:1]]:
        plain = suite.send(asker.request(credential.name, path, purpose="by the plain spelling"))
        for name, spelling in spellings:
            what = f"by an alias of {name}" + (
                f' with "{credential.name}"' if credential is not able[0] else ""
            )
            alias = suite.send(asker.request(credential.name, {**path, name: spelling}, purpose=what))
            stand_ins = {spelling: "~", path[name]: "~"}
            other = list(other_answer(operation, what, alias, plain, stand_ins, described=suite.described))
            if other:
                later = suite.send(asker.request(credential.name, path, purpose="by the plain spelling"))
                if suite.described(later) != suite.described(plain):
                    judgement.skip(SAME, "the plain answer changes by itself")
                    continue
            judgement.judge(SAME, other)
