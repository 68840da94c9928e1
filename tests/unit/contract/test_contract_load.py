"""Documents are read from files and URLs, keep their lines, and bad ones are refused in one line."""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from specproof.contract.load import bundle, load_document
from specproof.contract.syntax import parse
from specproof.contract.validate import problems
from specproof.errors import DocumentError
from specproof.model.exchange import MISSING, resolve_pointer

Write = Callable[[str, str | bytes], str]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a file below the test's folder and return its path."""

    def write(name: str, content: str | bytes) -> str:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        return str(path)

    return write


@pytest.fixture
def serve() -> Iterator[Callable[..., str]]:
    """Serve fixed answers on a free loopback port: path -> (status, body, headers)."""
    servers: list[ThreadingHTTPServer] = []

    def serve(**answers: tuple[int, bytes] | tuple[int, bytes, dict[str, str]]) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                status, body, *headers = answers.get(self.path.strip("/").partition(".")[0], (404, b""))
                self.send_response(status)
                for name, value in (headers[0] if headers else {}).items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}"

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


def test_yaml_and_json_say_the_same(write: Write) -> None:
    data = {"openapi": "3.0.3", "paths": {"/a": {"x": [1, 2.5, None, True, "text ü 😀"]}}}
    as_json = load_document(write("a.json", json.dumps(data, indent=1)))
    as_yaml = load_document(write("a.yaml", yaml.safe_dump(data, allow_unicode=True)))
    assert as_json.data == as_yaml.data == data


@pytest.mark.parametrize(
    "text", ["no", "on", "Yes", "12:30:45", "2001-12-14", "1_000", "0o9", "0x", "1e", "<<"]
)
def test_what_yaml_1_1_would_turn_into_something_else_stays_text(write: Write, text: str) -> None:
    assert load_document(write("a.yaml", f"value: {text}\n{text}: key\n")).data == {
        "value": text,
        text: "key",
    }


@pytest.mark.parametrize(
    ("text", "value"),
    [("017", 17), ("0o17", 15), ("0x1F", 31), ("-3", -3), ("1e3", 1000.0), (".5", 0.5), ("~", None),
     ("", None), ("TRUE", True), ("'5'", "5"), ("!!str 5", "5")],
)  # fmt: skip
def test_plain_scalars_follow_the_core_schema(write: Write, text: str, value: object) -> None:
    found = load_document(write("a.yaml", f"value: {text}")).data["value"]
    assert (found, type(found)) == (value, type(value))


def test_unquoted_statuses_become_text_without_complaint(write: Write) -> None:
    document = load_document(write("a.yaml", "responses:\n  200: {description: Fine}\n"))
    assert document.data == {"responses": {"200": {"description": "Fine"}}}
    assert document.problems == ()
    assert document.place("/responses/200").endswith("a.yaml:2")


def test_json_may_use_tabs_and_escaped_surrogate_pairs(write: Write) -> None:
    assert load_document(write("a.json", '{\n\t"a": "\\ud83d\\ude00 \\/"\n}')).data == {"a": "😀 /"}


def test_gzipped_documents_are_unpacked(write: Write) -> None:
    assert load_document(write("a.yaml.gz", gzip.compress(b"openapi: 3.0.3"))).data == {"openapi": "3.0.3"}


def test_a_byte_order_mark_is_no_part_of_the_text(write: Write) -> None:
    assert load_document(write("a.yaml", "openapi: '3'".encode("utf-8-sig"))).data == {"openapi": "3"}
    assert load_document(write("b.yaml", "openapi: '3'".encode("utf-16"))).data == {"openapi": "3"}


def test_merge_keys_are_resolved(write: Write) -> None:
    text = "base: &b {p: 1, q: 2}\nmine:\n  <<: *b\n  q: 3\n"
    assert load_document(write("a.yaml", text)).data["mine"] == {"p": 1, "q": 3}


def test_a_key_that_stands_twice_is_a_problem_on_its_line(write: Write) -> None:
    source = write("a.yaml", "openapi: 3.0.3\npaths: {}\ninfo: {}\npaths: {}\n")
    [problem] = load_document(source).problems
    assert str(problem) == (
        f"{source}:4: #/paths: the key 'paths' stands here twice; keep one of them; here the last one counts"
    )


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.yaml", "a: [1, 2\nb: 3\n", ":2: is not YAML: while parsing a flow sequence, did not find"),
        ("a.yaml", "a: 'x\n", "is not YAML: while scanning a quoted scalar"),
        (
            "a.yaml",
            "a: b: c\n",
            ":1: is not YAML: mapping values are not allowed in this context; look at column",
        ),
        ("a.yaml", "x: 1\ny: \x07\n", ":2: is not YAML: control characters are not allowed"),
        ("a.json", '{"a": 1,\n"b" 2}', ":2: is not JSON: expecting ':' delimiter"),
        ("a.json", '{"a": NaN}', ":1: is not JSON: NaN is no JSON number"),
        ("a.yaml", "", ": is empty; give a file or URL"),
        ("a.yaml", "# nothing\n", ":1: holds nothing; an OpenAPI document is a mapping"),
        ("a.yaml", "- a\n", ":1: holds a list; an OpenAPI document is a mapping"),
        ("a.yaml", "just text", ":1: holds plain text;"),
        ("a.yaml", "a: 1\n---\nb: 1\n", ":2: it holds several YAML documents"),
        ("a.yaml", b"\x89PNG\r\n\x1a\n", ":1: is not text: invalid start byte at byte 0"),
        ("a.yaml", b"PK\x03\x04\x00\x00", ":1: is binary, not YAML or JSON"),
        ("a.html", "<!DOCTYPE html><p>", ": is an HTML or XML page, not an OpenAPI document"),
        ("a.gz", b"\x1f\x8bbroken", ": is a broken gzip file"),
        ("a.yaml", "a: *b\n", ":1: the alias *b names no finished anchor"),
        ("a.yaml", "a: &b [*b]\n", ":1: the alias *b names no finished anchor"),
        ("a.yaml", "[" * 100_000, "it is nested more than 200 levels deep"),
        ("a.json", '{"a":' + "[" * 100_000, "a.json:1: "),
        ("a.yaml", f"a: &a {'[' * 150}{']' * 150}\nb: {'[' * 60}*a{']' * 60}", "more than 200 levels deep"),
        ("a.yaml", "? [a, b]\n: 1\n", "a list or a mapping is used as a key"),
        ("a.yaml", "a: " + "9" * 5000, "a number has too many digits"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_line(
    write: Write, name: str, content: str | bytes, message: str
) -> None:
    source = write(name, content)
    with pytest.raises(DocumentError) as caught:
        load_document(source)
    assert str(caught.value).startswith(source)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_alias_bomb_is_refused(write: Write) -> None:
    lines = ["a: &a [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"{c}: &{c} [{', '.join([f'*{p}'] * 10)}]" for p, c in zip("abcdefgh", "bcdefghi", strict=True)]
    with pytest.raises(DocumentError, match="its aliases stand for more than 500,000 values; write out"):
        load_document(write("bomb.yaml", "\n".join(lines)))


@pytest.mark.parametrize(("name", "message"), [("nowhere.yaml", "does not exist"), (".", "is a folder")])
def test_missing_files_and_folders_are_named(tmp_path: Path, name: str, message: str) -> None:
    with pytest.raises(DocumentError, match=message):
        load_document(str(tmp_path / name))


def test_documents_are_fetched_over_http(serve: Callable[..., str]) -> None:
    url = serve(spec=(200, b"openapi: 3.0.3\ninfo: {}\n")) + "/spec.yaml"
    document = load_document(url)
    assert document.data == {"openapi": "3.0.3", "info": {}}
    assert document.place("#/info") == f"{url}:2"


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ((404, b"no"), "the server answers 404 Not Found; check the URL"),
        ((200, b"<html><body>Sign in</body></html>"), "is an HTML or XML page"),
        ((302, b"", {"Location": "file:///etc/passwd"}), "the server answers 302"),
        ((200, b""), "is empty"),
    ],
)
def test_answers_that_are_no_document_are_named(
    serve: Callable[..., str], answer: tuple[int, bytes], message: str
) -> None:
    with pytest.raises(DocumentError, match=message):
        load_document(serve(spec=answer) + "/spec.yaml")


def test_an_unreachable_server_is_named() -> None:
    with pytest.raises(DocumentError, match=r"http://127\.0\.0\.1:1/a: cannot be fetched: .*refused"):
        load_document("http://127.0.0.1:1/a")


def test_references_to_other_files_are_bundled(write: Write) -> None:
    root = """\
openapi: 3.0.3
info: {title: Parts, version: '1'}
paths:
  /a:
    get:
      responses:
        '200':
          description: Fine
          content: {application/json: {schema: {$ref: 'parts/a.yaml#/Thing'}}}
"""
    write(
        "parts/a.yaml", "Thing: {type: object, properties: {b: {$ref: 'b.json#/B'}, me: {$ref: '#/Thing'}}}"
    )
    write("parts/b.json", '{"B": {"type": "array",\n "items": {"$ref": "a.yaml#/Thing"}}}')
    document = load_document(write("root.yaml", root))
    whole = bundle(document)
    schema = whole["paths"]["/a"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    thing = resolve_pointer(whole, schema["$ref"])
    inner = resolve_pointer(whole, thing["properties"]["b"]["$ref"])
    assert resolve_pointer(whole, inner["items"]["$ref"]) is thing
    assert resolve_pointer(whole, thing["properties"]["me"]["$ref"]) is thing
    assert document.place("#/x-external/d2/B/items").endswith("b.json:2")
    assert problems(document) == []
    assert "x-external" not in document.data


def test_a_dangling_reference_in_another_file_is_named_there(write: Write) -> None:
    other = write("other.yaml", "Thing:\n  type: object\n  allOf:\n    - $ref: '#/Thin'\n")
    root = "openapi: 3.0.3\ninfo: {title: a, version: '1'}\npaths: {}\ncomponents:\n  schemas:\n    A:\n"
    found = problems(load_document(write("root.yaml", root + "      $ref: other.yaml#/Thing\n")))
    assert [(p.place, p.message) for p in found] == [(f"{other}:4", "the reference '#/Thin' leads nowhere")]


def test_a_document_from_a_server_cannot_read_files_or_call_others(serve: Callable[..., str]) -> None:
    body = b"a: {$ref: 'file:///etc/passwd#/x'}\nb: {$ref: 'http://127.0.0.1:1/x'}\nc: {$ref: part.yaml#/C}\n"
    document = load_document(serve(spec=(200, body), part=(200, b"C: {}")) + "/spec.yaml")
    assert list(document.unloaded.values()) == ["it is on another server"] * 2
    assert resolve_pointer(bundle(document), bundle(document)["c"]["$ref"]) == {}


def test_the_digest_covers_everything_that_was_read(write: Write) -> None:
    one = load_document(write("a.yaml", "x: {$ref: b.yaml}"))
    write("b.yaml", "y: 1")
    two = load_document(one.source)
    write("b.yaml", "y: 2")
    assert len({one.sha256, two.sha256, load_document(one.source).sha256}) == 3


def test_place_falls_back_to_the_nearest_thing_above(write: Write) -> None:
    document = load_document(write("a.yaml", "a:\n  b:\n    - x\n    - y: 1\n"))
    places = {p: document.place(p) for p in ("#/a/b/1/y/nothing/here", "/a/b/7", "/a/c", "", "#/a~1b")}
    assert [int(place.rpartition(":")[2]) for place in places.values()] == [4, 2, 1, 1, 1]


NAMES = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=6)
TREES = st.recursive(
    st.none() | st.booleans() | st.integers() | NAMES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=20,
)


def numbered(node: Any, names: Iterator[int]) -> Any:
    """Give every member a name that occurs once."""
    if isinstance(node, dict):
        return {f"{key}<{next(names)}>": numbered(child, names) for key, child in node.items()}
    return [numbered(child, names) for child in node] if isinstance(node, list) else node


def members(node: Any, pointer: str = "") -> Iterator[tuple[str, str]]:
    for key, child in node.items() if isinstance(node, dict) else ():
        inner = f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}"
        yield inner, key[key.rindex("<") :]
        yield from members(child, inner)
    for index, child in enumerate(node if isinstance(node, list) else ()):
        yield from members(child, f"{pointer}/{index}")


@pytest.mark.parametrize("style", ["block", "flow", "json"])
@given(tree=st.dictionaries(NAMES, TREES, min_size=1, max_size=5))
def test_every_member_is_placed_on_the_line_of_its_key(style: str, tree: dict[str, Any]) -> None:
    data = numbered(tree, iter(range(10_000)))
    if style == "json":
        text = json.dumps(data, indent=1, ensure_ascii=False)
    else:
        text = yaml.safe_dump(data, default_flow_style=style == "flow", allow_unicode=True, width=40)
    lines = text.split("\n")
    parsed = parse(text, "a.json" if style == "json" else "a.yaml")
    for pointer, mark in members(data):
        line = parsed.spot.nearest(pointer).line
        assert resolve_pointer(parsed.data, pointer) is not MISSING
        assert any(mark in near for near in lines[line - 1 : line + 2]), (pointer, line, text)
        assert mark in lines[line - 1] or style == "flow", (pointer, line, text)
