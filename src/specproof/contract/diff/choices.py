"""Rules about alternatives: ``oneOf`` and ``anyOf``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from specproof.contract.diff.pair import Found, Inner, Pair, Rule
from specproof.contract.diff.view import Choice, Sub, View, canonical, name_of

Branch = tuple[Sub, ...]
Look = Callable[[Branch], View]


def choices_rule(old_view: Look, new_view: Look) -> Rule:
    """Return the rule about alternatives: which one was which is found by name, then by shape."""

    def choices(pair: Pair) -> Iterator[Found | Inner]:
        old, new = pair.old.choices, pair.new.choices
        if len(old) == len(new):
            for before, after in zip(old, new, strict=True):
                yield from _compare(before, after, old_view, new_view)
            return
        more, fewer = (new, old) if len(new) > len(old) else (old, new)
        for choice in more[len(fewer) :]:
            said = f"{choice.keyword} with {len(choice.branches)} alternatives is "
            if more is new:
                yield Found(aspect="choice-added", said=f"{said}new", new=choice.pointer)
            else:
                yield Found(aspect="choice-removed", said=f"{said}gone", old=choice.pointer)

    return choices


def lifted(old: View, new: View, old_subs: Branch, new_subs: Branch) -> tuple[View, View] | None:
    """Return both as lists of alternatives, where one is a list and the other is a plain schema."""
    if old.is_choice == new.is_choice or not (old_subs and new_subs) or (old.choices and new.choices):
        return None
    if old.is_choice:
        return old, _single(new, new_subs, old.choices[0].keyword)
    return _single(old, old_subs, new.choices[0].keyword), new


def _single(view: View, subs: Branch, keyword: str) -> View:
    choice = Choice(keyword=keyword, pointer=view.pointer, branches=(subs,))
    return View(pointer=view.pointer, choices=(choice,))


def _compare(old: Choice, new: Choice, old_view: Look, new_view: Look) -> Iterator[Found | Inner]:
    before, after = list(old.branches), list(new.branches)
    for key in (_by_name, _by_title, _by_whole, _by_shape):
        yield from _matched(before, after, key, old_view, new_view)
    if len(before) == len(after) == 1:
        yield Inner(step="", old=before.pop(), new=after.pop())
    for branch in before:
        said = f"the alternative {_words(branch, old_view)} is gone"
        yield Found(aspect="alternative-removed", said=said, old=branch[0].pointer)
    for branch in after:
        said = f"the alternative {_words(branch, new_view)} is new"
        yield Found(aspect="alternative-added", said=said, new=branch[0].pointer)


def _matched(
    before: list[Branch],
    after: list[Branch],
    key: Callable[[Branch, View], str],
    old_view: Look,
    new_view: Look,
) -> Iterator[Inner]:
    """Take out of both lists what has the same key, in order."""
    for branch in tuple(before):
        name = key(branch, old_view(branch))
        same = next((b for b in after if name and key(b, new_view(b)) == name), None)
        if same is not None:
            before.remove(branch)
            after.remove(same)
            yield Inner(step="", old=branch, new=same)


def _by_name(branch: Branch, _: View) -> str:
    return name_of(branch)


def _by_title(branch: Branch, _: View) -> str:
    node: Any = branch[0].node
    title = node.get("title") if isinstance(node, Mapping) else None
    return title if isinstance(title, str) else ""


def _by_whole(branch: Branch, _: View) -> str:
    return canonical([sub.node for sub in branch])


def _by_shape(_: Branch, view: View) -> str:
    """The types, the members and the values, without the words."""
    return canonical([sorted(view.types or ()), sorted(view.properties), sorted(view.values or ())])


def _words(branch: Branch, look: Look) -> str:
    name = name_of(branch) or _by_title(branch, look(branch))
    return repr(name) if name else " or ".join(sorted(look(branch).types or ())) or "without a name"
