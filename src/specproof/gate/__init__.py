"""The gate: from what a run saw to one of three answers, without looking anything up."""

from specproof.gate.decide import decide

__all__ = ["decide"]
