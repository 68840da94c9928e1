#!/usr/bin/env bash
# Proves a document on a server, on any machine with Python 3.11 or newer. What follows the name of the script
# goes to pytest: specproof.sh --environment environments/staging.toml --spec openapi.yaml --shard 1/2
#
# Variables, all optional:
#   REPORTS   folder for the reports                       (default: reports)
#   PACKAGE   what pip is to install                       (default: specproof)
#   VENV      folder of the virtual environment            (default: .specproof)
# If specproof is on the PATH already, nothing is installed.
#
# Exit status: 0 pass, 1 fail or inconclusive, 4 something you gave cannot be used; whatever else, no verdict.
set -euo pipefail

reports=${REPORTS:-reports}
venv=${VENV:-.specproof}

if ! command -v specproof >/dev/null; then
    python3 -m venv "$venv"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check "${PACKAGE:-specproof}"
    PATH="$PWD/$venv/bin:$PATH"
fi

# The reports of an earlier run stay where a run cannot begin; nobody must take them for those of this one. A
# ledger stays too: it knows what a run that was killed has left on the server.
rm -f "$reports/verdict.json" "$reports/run.json"

status=0
pytest --pyargs specproof.contract_tests -q -p no:cacheprovider --reports-dir "$reports" "$@" || status=$?

if [ "$status" -eq 0 ] && [ ! -s "$reports/verdict.json" ]; then
    echo "specproof.sh: the run ended well but left no verdict" >&2
    status=1
fi
exit "$status"
