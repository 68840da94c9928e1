"""Throw requests at the mock target and count the answers with 5xx: there must be none.

Two sources: requests that schemathesis generates from the shipped documents, valid and invalid, and bytes:
valid requests with bits flipped, pieces repeated, cut out, or replaced by what parsers stumble over. Usage::

    python benchmarks/fuzz_target.py [--requests 200000] [--seed 1]

Exit status 1 if an answer had 5xx, or the target no longer answers at the end.
"""

from __future__ import annotations

import argparse
import base64
import contextlib
import itertools
import json
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from multiprocessing import Pool
from pathlib import Path
from urllib.parse import urlsplit

from specproof.target.process import start

ROOT = Path(__file__).resolve().parents[1]
SPECS = ("bitbucket-teams.yaml", "bitbucket-workspaces.yaml")
GENERATED_SHARE = 0.1
NASTY = (
    b"\x00", b"\xff\xfe", b"%00", b"%zz", b"%c0%af", b"../", b"{}", b"'", b'"', b"\\", b"\r\n",
    b"\xf0\x9f\x98\x80", b"\xed\xa0\x80", b"9" * 400, b"A" * 9000, b"[" * 2000, b'{"a":' * 500, b"1e999",
    b"-0", b"NaN", b"null",
    b"; DROP TABLE variable", b"(" * 50, b"NOT NOT NOT", b"*" * 100, b"\xe2\x80\xae",
    b" OR 1=1", b"q=", b"&&&",
)  # fmt: skip


def corpus(authorization: str, bearer: str) -> list[bytes]:
    """Return valid requests of every operation, without the blank line at the end of a body."""
    reads = [
        "/2.0/teams/acme/pipelines_config/variables?page=2&pagelen=5&sort=-key&q=key+~+%22a%22+AND+secured=true",
        "/2.0/teams/acme/pipelines_config/variables?fields=values.uuid,-values.links,%2Bvalues.*",
        "/2.0/workspaces/acme/pipelines-config/variables?q=(created_on+%3E+2024-01-01)",
        "/2.0/teams/acme/search/code?search_query=%22open+file%22+ext:py+NOT+repo:x&fields=%2Bvalues.file.commit",
        "/2.0/workspaces/%7B2a6c8a3a-8b14-4b53-9f4e-5f0a0a1d9c11%7D/search/code?search_query=path:src+lang:python",
        "/2.0/repositories/acme/handbook/commits?pagelen=3", "/2.0/repositories/acme", "/2.0/health",
        "/2.0/teams/acme/pipelines_config/variables/%7B5a0e9b3d-7c1f-4f3c-9d62-0c1f0b7e2a11%7D",
        "/site/oauth2/authorize?client_id=acme-consumer&response_type=code&state=x",
        "/acme/handbook.git/info/refs?service=git-upload-pack",
    ]  # fmt: skip
    head = f"Host: 127.0.0.1\r\nAuthorization: {authorization}\r\n"
    found = [f"GET {path} HTTP/1.1\r\n{head}\r\n".encode() for path in reads]
    found.append(f"GET {reads[0]} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {bearer}\r\n\r\n".encode())
    variables = "/2.0/teams/acme/pipelines_config/variables"
    one, form = f"{variables}/%7B5a0e9b3d-7c1f-4f3c-9d62-0c1f0b7e2a11%7D", "application/x-www-form-urlencoded"
    writes = [
        ("POST", variables, "application/json", '{"key":"FUZZ","value":"v","secured":true}'),
        ("PUT", one, "application/json", '{"value":"w"}'),
        ("POST", variables, form, "key=FUZZ&value=%C3%BC&secured=false"),
        ("POST", "/site/oauth2/access_token", form, "grant_type=client_credentials"),
        ("DELETE", one, "text/plain", ""),
        ("PATCH", variables, "application/json", "[]"),
    ]  # fmt: skip
    for method, path, media, body in writes:
        sized = f"Content-Type: {media}\r\nContent-Length: {len(body.encode())}\r\n"
        found.append(f"{method} {path} HTTP/1.1\r\n{head}{sized}\r\n{body}".encode())
    return found


def mutated(request: bytes, chance: random.Random) -> bytes:
    """Damage a request in one to four places."""
    data = bytearray(request)
    for _ in range(chance.randint(1, 4)):
        place = chance.randrange(len(data) + 1)
        how = chance.random()
        if how < 0.25 and data:
            data[place % len(data)] ^= 1 << chance.randrange(8)
        elif how < 0.45:
            data[place:place] = chance.randbytes(chance.randint(1, 8))
        elif how < 0.6:
            del data[place : place + chance.randint(1, 20)]
        elif how < 0.7:
            data[place:place] = data[place : place + chance.randint(1, 40)] * chance.randint(1, 5)
        else:
            data[place:place] = chance.choice(NASTY)
    return bytes(data)


def throw(task: tuple[int, str, int, int, str, str]) -> Counter[str]:
    """Send mutated requests, several to a connection; return the counts of statuses."""
    seed, host, port, number, authorization, bearer = task
    chance, requests, seen = random.Random(seed), corpus(authorization, bearer), Counter[str]()
    connection: socket.socket | None = None
    for _ in range(number):
        damaged = mutated(chance.choice(requests), chance)
        try:
            if connection is None:
                connection = socket.create_connection((host, port), timeout=5)
                connection.settimeout(0.25)
            connection.sendall(damaged)
            answer = connection.recv(65_536)
        except TimeoutError:
            answer = b""  # the server still waits for the rest: nothing is wrong with that
        except OSError:
            answer = b""
        words = answer.split(b" ", 2)
        status = (
            words[1][:3].decode("latin-1") if answer.startswith(b"HTTP/1.") and len(words) > 1 else "none"
        )
        seen[status] += 1
        if status != "200" or b"chunked" in answer.lower():
            if connection is not None:
                connection.close()
            connection = None
        if status.startswith("5"):
            seen["first 5xx: " + repr(damaged[:300])] += 1
    return seen


def generated(variables: Mapping[str, str], wanted: int, seed: int) -> tuple[int, list[str]]:
    """Let the suite send what schemathesis generates, run after run with other seeds.

    Returns:
        How many requests were sent, and the findings of server errors.
    """
    sent, found = 0, list[str]()
    with tempfile.TemporaryDirectory() as folder:
        for turn in itertools.count():
            if sent >= wanted:
                return sent, found
            command = [sys.executable, "-m", "pytest", "tests/contract", "-q", "-p", "no:cacheprovider"]
            command += ["--depth", "deep", "--seed", str(seed + turn), "--reports-dir", folder]
            command += ["--spec", str(ROOT / "spec" / SPECS[turn % 2])]
            environ = {**os.environ, **variables}
            subprocess.run(command, cwd=ROOT, env=environ, stdout=subprocess.DEVNULL, check=False)
            verdict = json.loads((Path(folder) / "verdict.json").read_text(encoding="utf-8"))
            sent += verdict["requests"]
            errors = [each for each in verdict["findings"] if each["promise"] == "status.no-server-error"]
            found += [f"5xx generated: {each['reproduce'][-1]}" for each in errors]
    return sent, found


def main() -> None:
    """Fuzz, and say what came back."""
    parser = argparse.ArgumentParser(description=str(__doc__).partition("\n")[0])
    parser.add_argument("--requests", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    with start() as target:
        parts = urlsplit(target.base_url)
        pair = f"ada:{target.variables['SPECPROOF_TARGET_ACME_ADMIN']}".encode()
        authorization = "Basic " + base64.b64encode(pair).decode()
        bearer = target.variables["SPECPROOF_TARGET_ACME_WORKSPACE_TOKEN"]
        began = time.monotonic()
        wanted = int(options.requests * GENERATED_SHARE)
        made, failures = generated(target.variables, wanted, options.seed)
        left = max(0, options.requests - made)
        each, tasks = 2_000, []
        for number in range(-(-left // each)):
            place = (str(parts.hostname), int(parts.port or 0))
            tasks.append((options.seed * 100_000 + number, *place, min(each, left - number * each)))
        seen: Counter[str] = Counter()
        with Pool(options.processes) as pool:
            for counts in pool.imap_unordered(throw, [(*task, authorization, bearer) for task in tasks]):
                seen.update(counts)
        alive = False
        with contextlib.suppress(OSError):
            connection = socket.create_connection((str(parts.hostname), int(parts.port or 0)), timeout=5)
            connection.sendall(b"GET /2.0/health HTTP/1.1\r\nHost: x\r\n\r\n")
            alive = b" 200 " in connection.recv(4096)
    failures += [text for text in seen if text.startswith(("5", "first 5xx"))]
    statuses = {status: count for status, count in sorted(seen.items()) if not status.startswith("first")}
    print(f"generated: {made:,} requests; bytes: {statuses}")
    for text in failures:
        print(text)
    took = time.monotonic() - began
    print(f"{made + sum(statuses.values()):,} requests in {took:.0f} s; {len(failures)} answers with 5xx")
    print("the target still answers" if alive else "the target does not answer any more")
    sys.exit(bool(failures) or not alive)


if __name__ == "__main__":
    main()
