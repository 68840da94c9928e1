"""Frozen records that every other part of specproof speaks in; standard library only."""
