"""Judges several exchanges that belong together; pure."""
