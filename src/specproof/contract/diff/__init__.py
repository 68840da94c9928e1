"""What changed between two documents, and what that does to clients of the old one: pure functions."""
