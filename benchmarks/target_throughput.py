"""Requests per second and latency of the mock target, beside Prism's mock on the same machine.

Needs ``wrk`` and ``npm`` on the PATH; Prism is installed into a folder that is removed afterwards, or taken
from ``--prism FOLDER``. Everything runs on loopback. Usage::

    python benchmarks/target_throughput.py [--seconds 10] [--connections 8] [--requests 100000]
"""

from __future__ import annotations

import argparse
import base64
import contextlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from specproof.target.process import RunningTarget, start

ROOT = Path(__file__).resolve().parents[1]
SPEC = ROOT / "spec" / "bitbucket-teams.yaml"
LIST = "/teams/acme/pipelines_config/variables"
ONE = f"{LIST}/%7B5a0e9b3d-7c1f-4f3c-9d62-0c1f0b7e2a11%7D"
SEARCH = "/teams/acme/search/code?search_query=parser"
POST = """
local n = 0
request = function()
  n = n + 1
  local key = string.format("BENCH_%s_%d", id, n)
  return wrk.format("POST", nil, nil, string.format('{"key":"%s","value":"v"}', key))
end
function setup(thread)
  thread:set("id", tostring(os.time()) .. tostring(math.random()))
end
"""
UNITS_MS = {"us": 0.001, "ms": 1.0, "s": 1000.0}


@dataclass(frozen=True)
class Figure:
    """What one run of wrk measured."""

    name: str
    per_second: float
    p99_ms: float
    failed: int  # answers that are no 2xx or 3xx, and socket errors


def measure(name: str, url: str, authorization: str, options: argparse.Namespace, script: str = "") -> Figure:
    """Load one address and read what wrk says."""
    command = ["wrk", "-t1", f"-c{options.connections}", f"-d{options.seconds}s", "--latency"]
    command += ["-H", f"Authorization: {authorization}", "-H", "Content-Type: application/json"]
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as lua:
        lua.write(script)
        lua.flush()
        command += ["-s", lua.name] if script else []
        said = subprocess.run([*command, url], capture_output=True, text=True, check=True).stdout
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1])  # type: ignore[index]
    number, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", said).groups()  # type: ignore[union-attr]
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", said)
    return Figure(name, rate, float(number) * UNITS_MS[unit], int(bad[1]) if bad else 0)


def resident_mb(pid: int) -> float:
    """Return the memory of a process and its children (Linux)."""
    pids = [pid, *map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]
    kilobytes = 0
    for each in pids:
        found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{each}/status").read_text())
        kilobytes += int(found[1]) if found else 0
    return kilobytes / 1024


def first_item(target: RunningTarget, authorization: str) -> str:
    """Return the URL of a variable that exists."""
    command = ["curl", "-s", "-H", f"Authorization: {authorization}", f"{target.base_url}{LIST}?pagelen=1"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return re.search(r'"href":"([^"]+)"', said)[1]  # type: ignore[index]


def measure_target(options: argparse.Namespace) -> list[Figure]:
    """Measure reading, searching and creating, and the memory before and after many requests."""
    with start() as target:
        pair = f"ada:{target.variables['SPECPROOF_TARGET_ACME_ADMIN']}".encode()
        authorization = "Basic " + base64.b64encode(pair).decode()
        base = target.base_url
        figures = [
            measure("target GET list", base + LIST, authorization, options),
            measure("target GET one", first_item(target, authorization), authorization, options),
            measure("target search", base + SEARCH, authorization, options),
            measure("target POST", base + LIST, authorization, options, POST),
        ]
    with start() as target:
        pair = f"ada:{target.variables['SPECPROOF_TARGET_ACME_ADMIN']}".encode()
        authorization = "Basic " + base64.b64encode(pair).decode()
        before, sent = resident_mb(target.pid), 0
        while sent < options.requests:
            figure = measure("memory", target.base_url + LIST, authorization, options)
            sent += int(figure.per_second * options.seconds)
        after = resident_mb(target.pid)
        print(f"memory: {before:.0f} MB at the start, {after:.0f} MB after {sent:,} requests")
    return figures


@contextlib.contextmanager
def prism(folder: Path, *, dynamic: bool) -> Iterator[str]:
    """Run Prism's mock of the same document; yields its base URL."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(folder / "node_modules" / ".bin" / "prism"), "mock", "-p", str(port), "-v", "silent"]
    command += ["--dynamic"] if dynamic else []
    process = subprocess.Popen([*command, str(SPEC)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 60
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def measure_prism(options: argparse.Namespace) -> list[Figure]:
    """Measure the same list with static and with dynamic answers."""
    if options.prism:
        return _prism_figures(Path(options.prism), options)
    with tempfile.TemporaryDirectory() as folder:
        install = ["npm", "install", "--silent", "--no-fund", "--no-audit", "@stoplight/prism-cli@5"]
        subprocess.run(install, cwd=folder, check=True)
        return _prism_figures(Path(folder), options)


def _prism_figures(folder: Path, options: argparse.Namespace) -> list[Figure]:
    figures = []
    for dynamic in (False, True):
        name = "Prism dynamic GET list" if dynamic else "Prism static GET list"
        with prism(folder, dynamic=dynamic) as url:
            figures.append(measure(name, url + LIST, "Basic YWRhOng=", options))
    return figures


def main() -> None:
    """Print one line per measurement, and the ratios."""
    parser = argparse.ArgumentParser(description=str(__doc__).partition("\n")[0])
    parser.add_argument("--seconds", type=int, default=10, help="how long each measurement lasts")
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--requests", type=int, default=100_000, help="after how many to look at the memory")
    parser.add_argument("--prism", help="folder with node_modules/.bin/prism")
    options = parser.parse_args()
    for program in ("wrk", "curl", *(() if options.prism else ("npm",))):
        if shutil.which(program) is None:
            sys.exit(f"{program} is not installed; on Debian: apt-get install {program}")
    figures = [*measure_target(options), *measure_prism(options)]
    for figure in figures:
        failed = f", {figure.failed} refused" if figure.failed else ""
        print(f"{figure.name:24} {figure.per_second:8.0f} requests/s  p99 {figure.p99_ms:7.1f} ms{failed}")
    ours = figures[0].per_second
    for figure in figures[-2:]:
        print(f"target / {figure.name}: {ours / figure.per_second:.2f}")


if __name__ == "__main__":
    main()
