"""What git says over HTTP, said by hand: refusals, compressed, chunked and long bodies, and nonsense."""

from __future__ import annotations

import gzip
import http.client
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from target_client import Client, basic
from target_git import NO_GIT, TOKEN_USER, Git, address
from target_pushes import PUSHED, cloned, found, pack_of, push_body

HOME = "/acme/handbook.git"
REFERENCES = f"{HOME}/info/refs?service=git-upload-pack"
FETCH = f"{HOME}/git-upload-pack"
FETCHED = "application/x-git-upload-pack-request"
MIB = 1024 * 1024


def token(client: Client, name: str = "acme-workspace-token") -> str:
    """Return the Authorization value of an access token, as git sends it."""
    return basic(TOKEN_USER, client.secret(name))


def want(head: str) -> bytes:
    """Return the body of a clone."""
    line = f"want {head} multi_ack_detailed no-done side-band-64k thin-pack ofs-delta\n".encode()
    return f"{len(line) + 4:04x}".encode() + line + b"00000009done\n"


def head_of(client: Client) -> str:
    """Return the newest commit."""
    answer = client.get("/2.0/repositories/acme/handbook/commits?pagelen=1&fields=values.hash")
    return str(answer.json["values"][0]["hash"])


def fetch(client: Client, body: bytes, **headers: str) -> Any:
    """Ask for a pack."""
    fields = {"Content-Type": FETCHED, **{name.replace("_", "-"): value for name, value in headers.items()}}
    return client.send("POST", FETCH, body=body, headers=fields, authorization=token(client))


def test_the_references_are_announced_and_not_kept(shared: Client) -> None:
    answer = shared.get(REFERENCES, authorization=token(shared))
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/x-git-upload-pack-advertisement"
    assert "no-cache" in answer.headers["cache-control"]
    assert answer.body.startswith(b"001e# service=git-upload-pack\n0000")
    assert f"{head_of(shared)} refs/heads/main\n".encode() in answer.body
    assert b"symref=HEAD:refs/heads/main" in answer.body


def test_who_does_not_say_who_they_are_is_asked(shared: Client) -> None:
    answer = shared.get(REFERENCES, authorization=None)
    assert answer.status == 401
    assert answer.headers["www-authenticate"].startswith("Basic realm=")
    assert "Bearer" not in answer.headers["www-authenticate"]
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"


@pytest.mark.parametrize("path", [REFERENCES, FETCH, f"{HOME}/git-receive-pack"])
def test_every_address_asks_for_credentials(shared: Client, path: str) -> None:
    method = "GET" if "info" in path else "POST"
    for authorization in (None, basic("ada", "wrong"), basic(TOKEN_USER, ""), "Basic !!!", "Digest x"):
        assert shared.send(method, path, authorization=authorization).status == 401


def test_a_token_in_the_query_or_in_a_bearer_header_does_not_count(shared: Client) -> None:
    secret = shared.secret("acme-workspace-token")
    assert shared.get(f"{REFERENCES}&access_token={secret}", authorization=None).status == 401
    assert shared.get(REFERENCES, authorization=shared.bearer("acme-workspace-token")).status == 401


def test_what_is_out_of_reach_looks_like_nothing(shared: Client) -> None:
    paths = [
        REFERENCES.replace("handbook", "nothing"),
        REFERENCES.replace("acme", "nobody"),
        REFERENCES.replace("acme/handbook", "rival/anchor"),
        REFERENCES.replace("acme/handbook", "%7B7d0f5c1e-3b92-4e0a-8a67-c2b1d3e4f522%7D/anchor"),
    ]
    answers = [shared.get(path, authorization=token(shared)) for path in paths]
    answers.append(shared.get(REFERENCES, authorization=token(shared, "acme-project-token")))
    assert {answer.status for answer in answers} == {404}
    assert (
        len({(answer.body, tuple(sorted(answer.headers.items() - dated(answer)))) for answer in answers}) == 1
    )


def dated(answer: Any) -> set[tuple[str, str]]:
    """Return the header that changes by itself."""
    return {("date", answer.headers["date"])}


def test_the_order_of_refusals(shared: Client) -> None:
    """Who asks comes first, then the team, the scope, the repository, and the request last."""
    foreign, nothing = REFERENCES.replace("acme", "rival"), REFERENCES.replace("handbook", "nothing")
    unscoped = shared.app_password("ada", "acme-pipeline")
    assert shared.get(foreign, authorization=basic("ada", "wrong")).status == 401
    assert shared.get(foreign, authorization=unscoped).status == 404
    assert shared.get(nothing, authorization=unscoped).status == 403
    assert (
        shared.send("POST", FETCH.replace("handbook", "nothing"), authorization=token(shared)).status == 404
    )
    assert shared.send("POST", FETCH, authorization=token(shared)).status == 415


def test_reading_does_not_allow_to_announce_a_push(shared: Client) -> None:
    path = REFERENCES.replace("upload", "receive")
    assert shared.get(path, authorization=token(shared)).status == 403
    writer = shared.app_password("ben", "acme-pusher")
    assert shared.get(path, authorization=writer).status == 200


@pytest.mark.parametrize("service", ["", "?service=", "?service=git-upload-archive", "?service=x"])
def test_only_the_smart_protocol_is_spoken(shared: Client, service: str) -> None:
    path = REFERENCES.partition("?")[0] + service
    assert shared.get(path, authorization=token(shared)).status == 403
    for file in ("HEAD", "objects/info/packs", "config"):
        assert shared.get(f"{HOME}/{file}", authorization=token(shared)).status == 404


@pytest.mark.parametrize(("method", "path"), [("POST", f"{HOME}/info/refs"), ("GET", FETCH), ("PUT", FETCH)])
def test_other_methods_are_refused(shared: Client, method: str, path: str) -> None:
    answer = shared.send(method, path, authorization=token(shared))
    assert answer.status == 405
    assert answer.headers["allow"]


def test_a_pack_comes_back(shared: Client) -> None:
    answer = fetch(shared, want(head_of(shared)))
    assert (answer.status, answer.headers["content-type"]) == (200, "application/x-git-upload-pack-result")
    assert b"NAK\n" in answer.body
    assert b"PACK" in answer.body


def test_a_request_may_be_compressed(shared: Client) -> None:
    plain = fetch(shared, want(head_of(shared)))
    for name in ("gzip", "x-gzip", "GZIP"):
        packed = fetch(shared, gzip.compress(want(head_of(shared))), Content_Encoding=name)
        assert (packed.status, len(packed.body)) == (200, len(plain.body))


@pytest.mark.parametrize(
    ("body", "encoding", "status"),
    [
        (b"no gzip at all", "gzip", 400),
        (gzip.compress(b"x" * 1000)[:-9], "gzip", 400),
        (b"", "gzip", 400),
        (b"x", "br", 415),
        (b"x", "deflate", 415),
        (gzip.compress(bytes(65 * MIB)), "gzip", 413),
    ],
    ids=["not-gzip", "cut-off", "empty", "brotli", "deflate", "unpacks-to-too-much"],
)
def test_what_cannot_be_unpacked_is_refused(shared: Client, body: bytes, encoding: str, status: int) -> None:
    assert fetch(shared, body, Content_Encoding=encoding).status == status


@pytest.mark.parametrize("media_type", ["", "text/plain", "application/x-git-receive-pack-request"])
def test_another_media_type_is_refused(shared: Client, media_type: str) -> None:
    headers = {"Content-Type": media_type} if media_type else {}
    answer = shared.send("POST", FETCH, body=b"0000", headers=headers, authorization=token(shared))
    assert answer.status == 415


NONSENSE = {
    "text": b"hello, is anybody there?",
    "zeros": bytes(100),
    "high": b"\xff" * 100,
    "too-short-a-length": b"0003",
    "too-long-a-length": b"ffffwant",
    "cut": b"0032want 00",
    "unknown-commit": want("1" * 40),
    "short-hash": want("1" * 7),
    "no-hash": want("refs/heads/main"),
    "unknown-capability": b"003bwant " + b"1" * 40 + b" strange\n0000",
    "unknown-command": b"0009helo\n0000",
    "only-done": b"0009done\n",
    "deepen-nothing": want("1" * 40).replace(b"0000", b"000bdeepen\n0000"),
    "flushes": b"0000" * 50,
}


@pytest.mark.parametrize("name", NONSENSE)
@pytest.mark.parametrize("service", ["git-upload-pack", "git-receive-pack"])
def test_nonsense_is_the_fault_of_the_client(shared: Client, name: str, service: str) -> None:
    headers = {"Content-Type": f"application/x-{service}-request"}
    writer = shared.app_password("ben", "acme-pusher")
    path = f"{HOME}/{service}"
    answer = shared.send("POST", path, body=NONSENSE[name], headers=headers, authorization=writer)
    assert answer.status in {200, 400}
    assert b"PACK" not in answer.body
    assert b"ok refs" not in answer.body


def test_long_bodies_are_taken_from_git_alone(shared: Client) -> None:
    long = b"0000" + bytes(2 * MIB)
    headers = {"Content-Type": PUSHED}
    writer = shared.app_password("ben", "acme-pusher")
    path = "/acme/handbook.git/git-receive-pack"
    assert shared.send("POST", path, body=long, headers=headers, authorization=writer).status == 200
    variables = "/2.0/teams/acme/pipelines_config/variables"
    json = {"Content-Type": "application/json"}
    assert shared.send("POST", variables, body=long, headers=json).status == 413


def test_too_long_a_push_is_refused(shared: Client) -> None:
    writer = shared.app_password("ben", "acme-pusher")
    path = "/acme/handbook.git/git-receive-pack"
    answer = shared.send(
        "POST", path, body=bytes(65 * MIB), headers={"Content-Type": PUSHED}, authorization=writer
    )
    assert (answer.status, answer.body) == (413, b"The pack is too large\n")


@NO_GIT
def test_a_push_may_come_in_chunks(serve: Callable[..., Client], git: Git) -> None:
    client = serve()
    cloned(client, git)
    old = git.run("rev-parse", "HEAD", at="clone")
    git.write("clone/new.md", "quasar\n")
    new = git.commit("clone")
    body = push_body((old, new, "refs/heads/main"), pack=pack_of(git, f"{new}\n^{old}\n"))

    def pieces() -> Iterator[bytes]:
        for at in range(0, len(body), 50):
            yield body[at : at + 50]

    connection = http.client.HTTPConnection(client.host, client.port, timeout=10)
    headers = {
        "Content-Type": PUSHED,
        "Authorization": token(client, "acme-push-token"),
        "Transfer-Encoding": "chunked",
    }
    connection.request(
        "POST", "/acme/deploy.git/git-receive-pack", body=pieces(), headers=headers, encode_chunked=True
    )
    answer = connection.getresponse().read()
    connection.close()
    assert b"ok refs/heads/main" in answer
    assert found(client, "quasar") == ["new.md"]


@NO_GIT
def test_git_itself_pushes_much_in_chunks(serve: Callable[..., Client], git: Git) -> None:
    """Beyond http.postBuffer git does not know the length of what it sends."""
    client = serve()
    cloned(client, git)
    git.write("clone/noise.bin", bytes(value * 7919 % 251 ^ value >> 8 & 255 for value in range(3 * MIB)))
    git.write("clone/new.md", "quasar\n")
    git.commit("clone")
    git.run("-c", "http.postBuffer=65536", "-c", "core.compression=0", "push", "--quiet", at="clone")
    assert found(client, "quasar") == ["new.md"]
    git.run("clone", "--quiet", address(client, "acme/deploy", "acme-push-token"), "again")
    assert (git.folder / "again/noise.bin").stat().st_size == 3 * MIB
