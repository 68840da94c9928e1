"""The gate: from what a run saw to one of three answers, without looking anything up."""

from specproof.gate.decide import DESELECTED, WRITES_FORBIDDEN, decide

__all__ = ["DESELECTED", "WRITES_FORBIDDEN", "decide"]
