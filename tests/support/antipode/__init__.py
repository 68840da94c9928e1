"""A third server of the reference contract, made from its prose, that decides everything differently."""
