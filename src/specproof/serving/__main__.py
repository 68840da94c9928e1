"""``python -m specproof.serving MODULE:NAME INTERFACE``: serve one application."""

from specproof.serving.child import main

if __name__ == "__main__":
    main()
