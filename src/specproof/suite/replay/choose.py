"""Choose how the pytest file of a finding judges: by what it sees alone, by one check, or by a whole look."""

from __future__ import annotations

from specproof.checks.own import OWN_CHECKS
from specproof.contract.load import Document
from specproof.model.exchange import NO_ANSWER
from specproof.model.finding import Breach, Finding
from specproof.suite.conformance import SPECIAL
from specproof.suite.every_answer import EVERY_ANSWER
from specproof.suite.replay.judged import Circumstances, by_check, by_look
from specproof.suite.replay.render import Surroundings, pytest_file
from specproof.suite.replay.symptoms import NO_ANSWER_COMES, symptom_of
from specproof.suite.session import Suite


def test_of(suite: Suite, document: Document, finding: Finding, breach: Breach) -> str:
    """Return the text of a pytest file that fails as long as a finding can be seen; empty where none can.

    Args:
        suite: The run.
        document: What it proves.
        finding: With its evidence.
        breach: What the finding was made of.
    """
    if finding.promise == OWN_CHECKS:
        return ""  # a file of its own would not have the user's code
    operation = suite.operations.get(finding.operation)
    resource = operation.resource if operation else None
    made_with = Circumstances(
        spec=document.source,
        overlays=document.overlays,
        environment=suite.profile.source,
        seed=suite.plan.seed,
        depth=suite.plan.depth,
        lenient=document.lenient,
    )
    symptom = symptom_of(breach, operation, suite.watch.secrets)
    if breach.evidence and breach.evidence[-1].response.status == NO_ANSWER:
        symptom = NO_ANSWER_COMES
    if symptom is None and breach.evidence and finding.promise in SPECIAL.keys() | EVERY_ANSWER.keys():
        symptom = by_check(finding, breach.evidence[-1].request, made_with)
    if symptom is None:
        return by_look(finding, made_with)
    surroundings = Surroundings(
        base_url=suite.client.base_url,
        words=suite.client.shell_words,
        stand_ins=tuple(suite.stand_ins),
        planted=suite.watch.secrets,
    )
    removable = resource is not None and resource.delete in suite.operations
    return pytest_file(finding, symptom, surroundings, resource=resource, removable=removable)
