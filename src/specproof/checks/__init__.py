"""Judges one exchange; pure."""
