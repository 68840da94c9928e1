#!/bin/sh
# prefect.sh: a Prefect server from PyPI with SQLite on 127.0.0.1:8905; its document is at /openapi.json
set -eu
home=${REAL_SERVERS:-.real-servers}/prefect
[ -x "$home/bin/prefect" ] || {
    python3 -m venv "$home"
    "$home/bin/pip" install -q 'prefect==3.9.1'
}
export PREFECT_HOME=$(mktemp -d) PREFECT_SERVER_ANALYTICS_ENABLED=false DO_NOT_TRACK=1
exec "$home/bin/prefect" server start --host 127.0.0.1 --port 8905 --no-ui
