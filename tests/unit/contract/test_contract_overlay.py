"""Overlays change a document as OpenAPI Overlay 1.0 and 1.1 say, and their lines stay known."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from specproof.contract.load import Document, load_document
from specproof.errors import DocumentError

BASE = """\
openapi: 3.0.3
info:
  title: Before
tags: [{name: one}]
paths:
  /a:
    get: {x-old: 1, tags: [one]}
    post: {tags: [two]}
  /b:
    get: {tags: [three]}
"""
Apply = Callable[..., Document]


@pytest.fixture
def apply(tmp_path: Path) -> Apply:
    """Apply actions (the YAML below ``actions:``) to the base document."""
    (tmp_path / "base.yaml").write_text(BASE, encoding="utf-8")

    def apply(actions: str, version: str = "1.0.0") -> Document:
        head = f"overlay: {version}\ninfo: {{title: Test, version: '1'}}\nactions:\n"
        overlay = tmp_path / "over.yaml"
        overlay.write_text(head + actions, encoding="utf-8")
        return load_document(str(tmp_path / "base.yaml"), overlays=[str(overlay)])

    return apply


def place(document: Document, pointer: str) -> str:
    return document.place(pointer).rpartition("/")[2]


def test_an_update_is_merged_member_by_member(apply: Apply) -> None:
    document = apply("- target: $.info\n  update:\n    title: After\n    version: '2'\n")
    assert document.data["info"] == {"title": "After", "version": "2"}
    assert place(document, "#/info/title") == "over.yaml:6"
    assert place(document, "#/info/version") == "over.yaml:7"
    assert place(document, "#/info") == "base.yaml:2"
    assert place(document, "#/openapi") == "base.yaml:1"


def test_lists_inside_an_update_are_joined(apply: Apply) -> None:
    document = apply("- target: $\n  update:\n    tags:\n      - {name: two}\n")
    assert document.data["tags"] == [{"name": "one"}, {"name": "two"}]
    assert place(document, "#/tags/0") == "base.yaml:4"
    assert place(document, "#/tags/1/name") == "over.yaml:7"


@pytest.mark.parametrize("update", ["{name: two}", "[{name: two}]"], ids=["entry", "list"])
def test_an_update_of_a_list_appends(apply: Apply, update: str) -> None:
    document = apply(f"- target: $.tags\n  update: {update}\n")
    assert document.data["tags"] == [{"name": "one"}, {"name": "two"}]


def test_every_match_is_changed(apply: Apply) -> None:
    document = apply("- target: $.paths.*.get\n  update: {x-new: true}\n")
    paths = document.data["paths"]
    assert [paths[path]["get"]["x-new"] for path in ("/a", "/b")] == [True, True]
    assert "x-new" not in paths["/a"]["post"]
    paths["/a"]["get"]["x-new"] = False
    assert paths["/b"]["get"]["x-new"] is True


def test_filters_of_rfc_9535_select(apply: Apply) -> None:
    document = apply("- target: $.paths.*[?@['x-old']]\n  update: {x-found: true}\n")
    assert document.data["paths"]["/a"]["get"]["x-found"] is True
    assert "x-found" not in document.data["paths"]["/b"]["get"]


def test_removal_takes_out_members_and_items(apply: Apply) -> None:
    actions = "- {target: '$.paths[\"/a\"].post', remove: true}\n- {target: '$.tags[0]', remove: true}\n"
    document = apply(actions + "- {target: $.paths, update: {/c: {x-last: 1}}}\n")
    assert list(document.data["paths"]["/a"]) == ["get"]
    assert document.data["tags"] == []
    assert place(document, "#/paths/~1b/get") == "base.yaml:10"
    assert place(document, "#/paths/~1c") == "over.yaml:6"


def test_removing_several_items_keeps_the_lines_of_the_others(apply: Apply) -> None:
    more = "- target: $.tags\n  update:\n    - {name: two}\n    - {name: three}\n    - {name: four}\n"
    document = apply(more + "- {target: '$.tags[0,2]', remove: true}\n")
    assert [tag["name"] for tag in document.data["tags"]] == ["two", "four"]
    assert [place(document, f"#/tags/{index}") for index in (0, 1)] == ["over.yaml:6", "over.yaml:8"]


def test_actions_see_what_earlier_actions_did(apply: Apply) -> None:
    actions = "- {target: $, update: {x-new: {a: 1}}}\n- {target: $.x-new, update: {b: 2}}\n"
    assert apply(actions.replace("$.x-new", "'$[\"x-new\"]'")).data["x-new"] == {"a": 1, "b": 2}


def test_an_action_that_matches_nothing_is_a_warning(apply: Apply) -> None:
    document = apply("- target: $.paths['/nope']\n  update: {x: 1}\n")
    [warning] = document.warnings
    assert warning.place.endswith("over.yaml:4")
    assert warning.message == "$.paths['/nope'] matches nothing"


def test_copy_is_part_of_overlay_1_1(apply: Apply) -> None:
    copy = "- {target: '$.paths[\"/b\"].get', copy: '$.paths[\"/a\"].get'}\n"
    document = apply(copy, version="1.1.0")
    assert document.data["paths"]["/b"]["get"] == {"x-old": 1, "tags": ["three", "one"]}
    assert place(document, "#/paths/~1b/get/x-old") == "base.yaml:7"
    with pytest.raises(
        DocumentError, match=r"over\.yaml:4: #/actions/0/copy: copy is not part of Overlay 1\.0"
    ):
        apply(copy)


def test_single_values_can_be_replaced_in_overlay_1_1_only(apply: Apply) -> None:
    action = "- {target: $.info.title, update: After}\n"
    assert apply(action, version="1.1.0").data["info"]["title"] == "After"
    with pytest.raises(DocumentError, match=r"Overlay 1\.0 cannot change a single value; select the object"):
        apply(action)


@pytest.mark.parametrize(
    ("actions", "message"),
    [
        ("- {target: '$..[', update: {}}", "over.yaml:4: #/actions/0/target: $..[ is no RFC 9535 JSONPath"),
        ("- {target: paths, update: {}}", "#/actions/0/target: paths is no RFC 9535 JSONPath"),
        ("- {update: {}}", "#/actions/0: target is missing or no text"),
        ("- {target: $}", "#/actions/0: there is neither update nor remove"),
        (
            "- {target: $, remove: yes}",
            "#/actions/0/remove: remove is neither true nor false; write remove: true",
        ),
        ("- {target: $, remove: true}", "the whole document would be removed"),
        ("- {target: $, updat: {}}", "#/actions/0/updat: 'updat' is not known; Did you mean 'update'?"),
        ("- {target: $.info, update: [1]}", "a list cannot be merged into a mapping"),
        ("- {target: $, update: {info: text}}", "'info': a single value cannot be merged into a mapping"),
        ("- text", "#/actions/0: is not a mapping"),
        ("- {target: $, update: {}, description: 1}", "#/actions/0/description: description is no text"),
        (
            "- {target: $, update: {}}\n- {target: $, update: {}}",
            "over.yaml:5: #/actions/1: says the same as action 0; leave one of them out",
        ),
        ("  []", "#/actions: is not a list of actions; write at least one"),
    ],
)
def test_a_wrong_action_is_refused_in_one_line(apply: Apply, actions: str, message: str) -> None:
    with pytest.raises(DocumentError) as caught:
        apply(actions + "\n")
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_copy_and_update_are_actions_of_their_own(apply: Apply) -> None:
    """Which of them counts, Overlay 1.1 says in two ways; its schema wants one of them."""
    with pytest.raises(DocumentError, match=r"there are both update and copy; write two actions"):
        apply("- {target: $.info, update: {}, copy: $.info}\n", version="1.1.0")


@pytest.mark.parametrize("copy", ["$.paths.*", "$.nowhere"], ids=["several", "none"])
def test_a_copy_has_exactly_one_source(apply: Apply, copy: str) -> None:
    with pytest.raises(DocumentError, match=r"#/actions/0/copy: copy matches \d nodes; select exactly one"):
        apply(f"- {{target: $.info, copy: {copy}}}\n", version="1.1.0")


def test_a_copy_does_not_change_with_its_source(apply: Apply) -> None:
    actions = "- {target: '$.paths[\"/b\"]', copy: '$.paths[\"/a\"]'}\n"
    actions += "- {target: '$.paths[\"/a\"].post', update: {x-later: 1}}\n"
    assert apply(actions, version="1.1.0").data["paths"]["/b"]["post"] == {"tags": ["two"]}


@pytest.mark.parametrize(
    ("head", "message"),
    [
        ("infos: {}", "over.yaml:4: #/infos: 'infos' is not known; Did you mean 'info'?"),
        ("extends: 7", "over.yaml:4: #/extends: is no text; name the document"),
        ("x-anything: {a: 1}", ""),
        ("extends: openapi.yaml", ""),
    ],
)
def test_the_head_of_an_overlay_obeys_its_schema(apply: Apply, head: str, message: str) -> None:
    """Known members and extensions alone."""
    if not message:
        assert apply("- {target: $.info, update: {title: After}}\n" + head).data["info"]["title"] == "After"
        return
    with pytest.raises(DocumentError, match=re.escape(message.replace("over.yaml:4", "over.yaml:5"))):
        apply("- {target: $, update: {}}\n" + head + "\n")


@pytest.mark.parametrize(
    ("info", "message"),
    [
        ("{title: a, version: 1}", "#/info/version: is no text; put it in quotes: '1'"),
        ("{title: a, version: '1', name: b}", "#/info/name: 'name' is not known; Known: title, version."),
        ("{title: a}", "#/info: title or version is missing; give the overlay both"),
    ],
)
def test_the_info_of_an_overlay_obeys_its_schema(tmp_path: Path, info: str, message: str) -> None:
    (tmp_path / "base.yaml").write_text(BASE, encoding="utf-8")
    overlay = tmp_path / "over.yaml"
    overlay.write_text(f"overlay: 1.0.0\ninfo: {info}\nactions: [{{target: $, update: {{}}}}]\n", "utf-8")
    with pytest.raises(DocumentError, match=re.escape(f"over.yaml:2: {message}")):
        load_document(str(tmp_path / "base.yaml"), overlays=[str(overlay)])


@pytest.mark.parametrize("version", ["2.0.0", "1.2.0", "1"])
def test_other_overlay_versions_are_refused(apply: Apply, version: str) -> None:
    with pytest.raises(
        DocumentError, match=r"over\.yaml:1: #/overlay: version .* is not known; write overlay"
    ):
        apply("- {target: $, update: {}}\n", version=version)


def test_a_document_is_no_overlay(tmp_path: Path) -> None:
    path = tmp_path / "base.yaml"
    path.write_text(BASE, encoding="utf-8")
    with pytest.raises(DocumentError, match=r"base\.yaml:1: is no OpenAPI Overlay; an overlay begins with"):
        load_document(str(path), overlays=[str(path)])


def test_overlays_are_applied_in_their_order(tmp_path: Path, apply: Apply) -> None:
    apply("- {target: $, update: {}}\n")
    names: list[Any] = []
    for title in ("first", "second"):
        path = tmp_path / f"{title}.yaml"
        action = f"actions: [{{target: $.info, update: {{title: {title}}}}}]\n"
        path.write_text(f"overlay: 1.0.0\ninfo: {{title: a, version: '1'}}\n{action}", encoding="utf-8")
        names.append(str(path))
    base = str(tmp_path / "base.yaml")
    assert load_document(base, overlays=names).data["info"]["title"] == "second"
    assert load_document(base, overlays=names).sha256 != load_document(base, overlays=names[::-1]).sha256
