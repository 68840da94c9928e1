"""Contract coverage: a recorder of the client that notes which points of a contract a run sees."""
