#!/bin/sh
# powerdns.sh: the authoritative server of PowerDNS from Debian (apt-get install pdns-server pdns-backend-sqlite3
# sqlite3) on 127.0.0.1:8906; its document is at /api/docs, behind the key
set -eu
home=${REAL_SERVERS:-.real-servers}/powerdns
key=${POWERDNS_KEY:?set it to any word}
mkdir -p "$home"
work=$(mktemp -d)
sqlite3 "$work/pdns.db" < /usr/share/doc/pdns-backend-sqlite3/schema.sqlite3.sql
(   # the document, for the run
    until curl -fsS -o "$home/openapi.yaml" -H "X-API-Key: $key" http://127.0.0.1:8906/api/docs 2>/dev/null; do sleep 1; done
) &
exec /usr/sbin/pdns_server --config-dir="$work" --socket-dir="$work" --launch=gsqlite3 \
    --gsqlite3-database="$work/pdns.db" --gsqlite3-dnssec=yes --local-address=127.0.0.1 --local-port=8953 \
    --webserver=yes --webserver-address=127.0.0.1 --webserver-port=8906 --webserver-allow-from=127.0.0.1 \
    --api=yes --api-key="$key" --daemon=no --guardian=no --setuid= --setgid= --write-pid=no
