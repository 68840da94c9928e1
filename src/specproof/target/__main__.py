"""``python -m specproof.target``: the same as ``specproof target``."""

from specproof.target.command import target

if __name__ == "__main__":
    target(prog_name="specproof target")
