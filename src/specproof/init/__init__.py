"""``specproof init``: from an empty folder to the first verdict."""
