"""Faults of partial responses: the ``fields`` parameter."""
# ruff: noqa: D101, D102 - the decorator says what each class does

from __future__ import annotations

from specproof.target.faults.registry import fault
from specproof.target.partial import Fields, Hidden, Path, matching, shown
from specproof.target.problems import Problem

Document = dict[str, object]
INCLUDE = "partial-response.include"
EXCLUDE = "partial-response.exclude"
ADD = "partial-response.add"
WILDCARD = "partial-response.wildcard"
COMBINED = "partial-response.combined"
ORDER = "partial-response.order"
UNKNOWN = "partial-response.unknown"
ENVELOPE = ("page", "pagelen", "size")


def names(text: str | None) -> list[str]:
    """Return the single names of a list."""
    return [name for name in (text or "").split(",") if name]


def leads_somewhere(node: object, path: Path) -> bool:
    """Tell whether a path matches anything, hidden fields included."""
    if isinstance(node, Hidden):
        node = node.value
    if isinstance(node, list):
        return any(leads_somewhere(item, path) for item in node)
    if not path or not isinstance(node, dict):
        return not path
    return any(leads_somewhere(node[name], path[1:]) for name in matching(node, path[0]))


def visible(document: Document) -> Document:
    """Return a document as it is without ``fields``."""
    found = shown(document)
    return found if isinstance(found, dict) else document


def is_plain(name: str) -> bool:
    """Tell whether a name has no sign before it."""
    return name[0] not in "+-"


class Rewriting(Fields):
    """Obeys another list of names than the one that was given."""

    def select(self, text: str | None, document: Document) -> Document:
        given = names(text)
        kept = self.rewritten(given)
        return super().select(",".join(kept), document) if kept or not given else visible(document)

    def rewritten(self, given: list[str]) -> list[str]:
        """Return the names that are obeyed; where there are none, everything is shown."""
        raise NotImplementedError


@fault("fields", "fields-ignored", INCLUDE, "Plain names are ignored: everything is shown.")
class FieldsIgnored(Rewriting):
    def rewritten(self, given: list[str]) -> list[str]:
        return [name for name in given if not is_plain(name)]


@fault("fields", "fields-show-whole-parent", INCLUDE, "Of a deep path only the first two levels count.")
class FieldsShowWholeParent(Fields):
    def path(self, text: str) -> Path:
        return super().path(text)[:2]


@fault("fields", "fields-first-name-only", INCLUDE, "Only the first plain name counts.")
class FieldsFirstNameOnly(Rewriting):
    def rewritten(self, given: list[str]) -> list[str]:
        plain = [name for name in given if is_plain(name)]
        return [name for name in given if name not in plain[1:]]


@fault("fields", "fields-drop-empty-values", INCLUDE, "A named field is not shown if it counts as false.")
class FieldsDropEmptyValues(Fields):
    def add(self, have: object, source: object, path: Path, *, around: bool = False) -> object:
        if not path and not around and not isinstance(source, Hidden) and not source:
            return have
        return super().add(have, source, path, around=around)


@fault("fields", "fields-first-item-only", INCLUDE, "Only the first item of a list shows the named fields.")
class FieldsFirstItemOnly(Fields):
    def _add_to_list(self, have: object, source: list[object], path: Path, *, around: bool) -> object:
        found = super()._add_to_list(have, source, path, around=around)
        return [*found[:1], *({} for _ in found[1:])] if isinstance(found, list) and not around else found


@fault("fields", "fields-stop-at-inner-lists", INCLUDE, "Paths are not followed into lists inside of lists.")
class FieldsStopAtInnerLists(Fields):
    def add(self, have: object, source: object, path: Path, *, around: bool = False) -> object:
        inside = isinstance(source, list) and source and isinstance(source[0], dict) and "lines" in source[0]
        return None if inside and path else super().add(have, source, path, around=around)


@fault("fields", "fields-keep-page-numbers", INCLUDE, "The numbers of a page are shown, asked for or not.")
class FieldsKeepPageNumbers(Fields):
    def select(self, text: str | None, document: Document) -> Document:
        kept = {name: document[name] for name in ENVELOPE if name in document}
        found = super().select(text, document)
        return kept | found if names(text) and all(map(is_plain, names(text))) else found


@fault("fields", "fields-hidden-not-nameable", INCLUDE, "Hidden fields can be added, but not named alone.")
class FieldsHiddenNotNameable(Fields):
    def add(self, have: object, source: object, path: Path, *, around: bool = False) -> object:
        unnamed = isinstance(source, Hidden) and not around
        return have if unnamed else super().add(have, source, path, around=around)


@fault("fields", "fields-hidden-never", ADD, "Hidden fields are shown to nobody, however they are asked for.")
class FieldsHiddenNever(Fields):
    def select(self, text: str | None, document: Document) -> Document:
        usual = shown(document)
        return super().select(text, usual if isinstance(usual, dict) else document)


@fault("fields", "exclude-takes-parent", EXCLUDE, "-a.b leaves out all of a.")
class ExcludeTakesParent(Fields):
    def remove(self, node: object, path: Path) -> None:
        inner = len(path) > 1 and path[-1] != "*" and not isinstance(node, list)
        super().remove(node, path[:-1] if inner and path[0] != "values" else path)


@fault("fields", "exclude-top-level-only", EXCLUDE, "Exclusion reaches the first level of an object alone.")
class ExcludeTopLevelOnly(Fields):
    def remove(self, node: object, path: Path) -> None:
        if len(path) == 1 or path[0] == "values" or path[-1] == "*":
            super().remove(node, path)


@fault("fields", "exclude-spares-last-item", EXCLUDE, "Exclusion does not reach the last item of a list.")
class ExcludeSparesLastItem(Fields):
    def remove(self, node: object, path: Path) -> None:
        super().remove(node[:-1] if isinstance(node, list) and path != ("*",) else node, path)


@fault("fields", "exclude-by-beginning", EXCLUDE, "-page leaves out everything whose name begins so.")
class ExcludeByBeginning(Fields):
    def remove(self, node: object, path: Path) -> None:
        if isinstance(node, dict) and len(path) == 1 and path[0] != "*":
            for name in [name for name in node if name.startswith(path[0])]:
                del node[name]
        else:
            super().remove(node, path)


@fault("fields", "exclude-leaves-null", EXCLUDE, "An excluded field is shown as null.")
class ExcludeLeavesNull(Fields):
    def remove(self, node: object, path: Path) -> None:
        if isinstance(node, dict) and len(path) == 1 and path[0] != "*":
            node.update(dict.fromkeys(matching(node, path[0])))
        else:
            super().remove(node, path)


@fault("fields", "add-means-only", ADD, "+a shows a and nothing else.")
class AddMeansOnly(Rewriting):
    def rewritten(self, given: list[str]) -> list[str]:
        added = all(name[0] == "+" for name in given)
        return [name[1:] for name in given] if added else given


@fault("fields", "add-ignored", ADD, "Additions are ignored.")
class AddIgnored(Fields):
    def add(self, have: object, source: object, path: Path, *, around: bool = False) -> object:
        hidden = around and isinstance(source, Hidden)
        return have if hidden else super().add(have, source, path, around=around)


@fault("fields", "add-shows-all-hidden", ADD, "Any addition brings everything that is hidden.")
class AddShowsAllHidden(Rewriting):
    def rewritten(self, given: list[str]) -> list[str]:
        added = any(name[0] == "+" for name in given)
        return [*given, "+values.file.commit"] if added else given


@fault(
    "fields", "add-drops-empty-values", ADD, "With an addition, usual fields that count as false are lost."
)
class AddDropsEmptyValues(Fields):
    def select(self, text: str | None, document: Document) -> Document:
        found = super().select(text, document)
        if not any(name[0] == "+" for name in names(text)) or any(name[0] == "-" for name in names(text)):
            return found
        items = found.get("values")
        for item in items if isinstance(items, list) else [found]:
            for name in [name for name, value in item.items() if value is False or value == ""]:
                del item[name]
        return found


@fault("fields", "wildcard-matches-nothing", WILDCARD, "The asterisk is taken for the name of a field.")
class WildcardMatchesNothing(Rewriting):
    def rewritten(self, given: list[str]) -> list[str]:
        return [name.replace("*", "asterisk") for name in given]


@fault("fields", "wildcard-shows-internals", WILDCARD, "fields=* shows a number that nobody documented.")
class WildcardShowsInternals(Fields):
    def select(self, text: str | None, document: Document) -> Document:
        found = super().select(text, document)
        return found | {"row": 7} if text == "*" else found


@fault("fields", "wildcard-takes-parent", WILDCARD, "-links.* leaves out links itself.")
class WildcardTakesParent(Fields):
    def remove(self, node: object, path: Path) -> None:
        deep = len(path) > 1 and path[-1] == "*" and path[:-1] != ("values",)
        super().remove(node, path[:-1] if deep else path)


@fault(
    "fields", "wildcard-skips-objects", WILDCARD, "The asterisk does not stand for fields that are objects."
)
class WildcardSkipsObjects(Fields):
    def add(self, have: object, source: object, path: Path, *, around: bool = False) -> object:
        if path == ("*",) and isinstance(source, dict):
            source = {name: value for name, value in source.items() if not isinstance(value, dict)}
        return super().add(have, source, path, around=around)


@fault("fields", "exclude-wins-over-add", COMBINED, "What is left out is not added again.")
class ExcludeWinsOverAdd(Fields):
    def select(self, text: str | None, document: Document) -> Document:
        found = super().select(text, document)
        for name in names(text):
            if name[0] == "-":
                self.remove(found, self.path(name[1:]))
        return found


@fault("fields", "plain-names-stop-exclusions", COMBINED, "Exclusions are ignored beside plain names.")
class PlainNamesStopExclusions(Rewriting):
    def rewritten(self, given: list[str]) -> list[str]:
        plain = any(map(is_plain, given))
        return [name for name in given if name[0] != "-"] if plain else given


@fault("fields", "fields-twice-is-never", ORDER, "A name that is given twice cancels itself.")
class FieldsTwiceIsNever(Rewriting):
    def rewritten(self, given: list[str]) -> list[str]:
        return [name for name in given if given.count(name) == 1]


@fault("fields", "fields-deep-before-shallow", ORDER, "A deep path is ignored behind a shallow one.")
class FieldsDeepBeforeShallow(Rewriting):
    def rewritten(self, given: list[str]) -> list[str]:
        kept: list[str] = []
        for name in given:
            if not kept or not is_plain(name) or name.count(".") <= kept[-1].count("."):
                kept.append(name)
        return kept


@fault("fields", "unknown-field-400", UNKNOWN, "A path that leads nowhere is refused.")
class UnknownField400(Fields):
    def select(self, text: str | None, document: Document) -> Document:
        for name in names(text):
            if not leads_somewhere(document, self.path(name.lstrip("+-"))):
                raise Problem(400, "There is no such field", data={"key": "fields.unknown"})
        return super().select(text, document)


@fault(
    "fields", "unknown-field-shows-everything", UNKNOWN, "Where no name leads anywhere, everything is shown."
)
class UnknownFieldShowsEverything(Fields):
    def select(self, text: str | None, document: Document) -> Document:
        return super().select(text, document) or visible(document)


@fault("fields", "unknown-field-is-null", UNKNOWN, "A name that is not there is shown as null.")
class UnknownFieldIsNull(Fields):
    def select(self, text: str | None, document: Document) -> Document:
        plain = [name for name in names(text) if name.isidentifier() and name not in document]
        return super().select(text, document) | dict.fromkeys(plain)
