"""``python -m specproof``."""

from __future__ import annotations

from specproof.cli import main

if __name__ == "__main__":
    main()
