#!/bin/sh
# todo.sh: the to-do list of LoopBack from npm on 127.0.0.1:8903; its document is at /openapi.json
set -eu
home=${REAL_SERVERS:-.real-servers}/todo
[ -d "$home/node_modules/@loopback/example-todo" ] || {
    mkdir -p "$home"
    (cd "$home" && npm install --no-audit --no-fund --silent '@loopback/example-todo@6')
}
cd "$home/node_modules/@loopback/example-todo"
HOST=127.0.0.1 PORT=8903 exec node -e "require('./dist').main({rest: {host: '127.0.0.1', port: 8903}})"
