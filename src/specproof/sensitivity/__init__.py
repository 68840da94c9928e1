"""How much the suite notices: it is run against every fault of the mock target, and against none."""
