"""Where one finding stands: whether it blocks, and if not, why."""

from __future__ import annotations

from collections.abc import Set
from enum import StrEnum

from specproof.gate.policy import Policy
from specproof.model.finding import Finding


class Standing(StrEnum):
    """Where a finding stands under a policy; the first two block."""

    BLOCKS = "blocks"
    BLOCKS_UNSTABLE = "blocks, although it did not come back"
    WAIVED = "waived"
    KNOWN = "known"
    REPORTED = "reported"

    @property
    def blocks(self) -> bool:
        """Whether it stops a release; an unstable one only in a run without troubles."""
        return self in {Standing.BLOCKS, Standing.BLOCKS_UNSTABLE}


def standing(finding: Finding, policy: Policy, *, known: Set[str], inferred: bool) -> Standing:
    """Return where a finding stands.

    A waiver comes first, then the older verdict, then whether it came back, then the first override that
    fits, and last its severity.

    Args:
        finding: The finding, with its waiver if it has one.
        policy: The rules.
        known: Fingerprints of the older verdict.
        inferred: Whether its promise was inferred, not written in the document.
    """
    wanted = policy.findings
    if finding.waiver is not None and wanted.waived == "report":
        return Standing.WAIVED
    if finding.fingerprint in known and wanted.known == "report":
        return Standing.KNOWN
    if finding.unstable is not None and wanted.unstable == "report":
        return Standing.REPORTED
    override = policy.override(finding.promise, finding.operation)
    limit = wanted.block_at.rank
    if inferred:
        limit = min(limit, wanted.inferred_block_at.rank)
    if override == "report" or (override is None and finding.severity.rank > limit):
        return Standing.REPORTED
    return Standing.BLOCKS if finding.unstable is None else Standing.BLOCKS_UNSTABLE
