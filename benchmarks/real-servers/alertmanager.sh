#!/bin/sh
# alertmanager.sh: Alertmanager from Debian (apt-get install prometheus-alertmanager) on 127.0.0.1:8904
# Its document is that of its sources.
set -eu
home=${REAL_SERVERS:-.real-servers}/alertmanager
mkdir -p "$home"
[ -f "$home/openapi.yaml" ] || curl -fsS -o "$home/openapi.yaml" \
    https://raw.githubusercontent.com/prometheus/alertmanager/v0.25.0/api/v2/openapi.yaml
printf 'route: {receiver: nobody}\nreceivers: [{name: nobody}]\n' > "$home/config.yml"
exec prometheus-alertmanager --config.file="$home/config.yml" --storage.path="$(mktemp -d)" \
    --web.listen-address=127.0.0.1:8904 --cluster.listen-address=
