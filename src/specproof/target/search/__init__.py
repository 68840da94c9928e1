"""Code search: the query language, the index over the files of a team, and the marked-up results."""
