#!/bin/sh
# jupyter.sh: a Jupyter server from PyPI on 127.0.0.1:8901, with the document that its package holds
set -eu
home=${REAL_SERVERS:-.real-servers}/jupyter
[ -x "$home/bin/jupyter-server" ] || {
    python3 -m venv "$home"
    "$home/bin/pip" install -q 'jupyter_server>=2.14,<3' 'ipykernel>=6,<8'
}
cp "$("$home/bin/python" -c 'import jupyter_server, pathlib; print(pathlib.Path(jupyter_server.__file__).parent)')/services/api/api.yaml" "$home/api.yaml"
work=$(mktemp -d)
mkdir "$work/files" && echo '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}' > "$work/files/note.ipynb"
export HOME="$work" JUPYTER_CONFIG_DIR="$work/config" JUPYTER_DATA_DIR="$work/data" JUPYTER_RUNTIME_DIR="$work/runtime"
exec "$home/bin/python" -m jupyter_server --ServerApp.ip=127.0.0.1 --ServerApp.port=8901 --ServerApp.port_retries=0 \
    --IdentityProvider.token="${JUPYTER_TOKEN:?set it to any word}" --ServerApp.root_dir="$work/files" --allow-root --no-browser
