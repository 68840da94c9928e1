#!/bin/sh
# kinto.sh: Kinto from PyPI on 127.0.0.1:8902, everything in memory; its document is at /v1/__api__
set -eu
home=${REAL_SERVERS:-.real-servers}/kinto
[ -x "$home/bin/kinto" ] || {
    python3 -m venv "$home"
    "$home/bin/pip" install -q 'kinto==26.5.0' 'setuptools<81'
}
cat > "$home/kinto.ini" <<'INI'
[server:main]
use = egg:waitress#main
host = 127.0.0.1
port = 8902
[app:main]
use = egg:kinto
kinto.storage_backend = kinto.core.storage.memory
kinto.permission_backend = kinto.core.permission.memory
kinto.cache_backend = kinto.core.cache.memory
kinto.userid_hmac_secret = a-word
kinto.includes = kinto.plugins.accounts
multiauth.policies = account
multiauth.policy.account.use = kinto.plugins.accounts.authentication.AccountsAuthenticationPolicy
kinto.account_create_principals = system.Everyone
kinto.bucket_create_principals = system.Authenticated
kinto.paginate_by = 10
INI
(   # the account and the bucket that the profile names
    until curl -fsS -o "$home/openapi.json" http://127.0.0.1:8902/v1/__api__ 2>/dev/null; do sleep 1; done
    curl -fsS -o "$home/account.json" -X PUT -H 'Content-Type: application/json' \
        -d "{\"data\": {\"password\": \"${KINTO_PASSWORD:?set it to any word}\"}}" http://127.0.0.1:8902/v1/accounts/owner
    curl -fsS -o "$home/bucket.json" -X PUT -u "owner:$KINTO_PASSWORD" http://127.0.0.1:8902/v1/buckets/blog
) &
exec "$home/bin/pserve" "$home/kinto.ini"
