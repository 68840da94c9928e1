"""Write the shell lines that show a breach again."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Sequence
from urllib.parse import quote

from specproof.client.curl import Captured, curl
from specproof.model.exchange import Exchange
from specproof.model.oauth import passed_on
from specproof.model.operation import Resource
from specproof.suite.replay.steps import VALIDATORS, in_place_of, steps

ShellWords = Callable[[str | None], tuple[str, ...]]


def reproduction(
    evidence: Sequence[Exchange],
    *,
    words: ShellWords,
    resource: Resource | None,
    delete_template: str | None,
    stand_ins: tuple[Captured, ...] = (),
) -> tuple[str, ...]:
    """Return shell lines that send the evidence again.

    Args:
        evidence: Exchanges in the order of sending.
        words: Gives the curl words that add a credential, by its name.
        resource: Whose identities change from run to run; lines that create capture the new one.
        delete_template: URL with ``{}`` for the identity, to remove what the lines create; or ``None``.
        stand_ins: What stands in the lines in place of secrets.
    """
    captured: list[Captured] = list(stand_ins)
    lines: list[str] = []
    clean: list[str] = []
    for step in steps(evidence, resource):
        request = step.exchange.request
        signed = words(request.credential)
        line = curl(request, authorization=signed, captured=tuple(captured))
        if step.identity is not None and resource is not None:
            variable = f"ID_{step.number}"
            plain = curl(request, authorization=signed, captured=tuple(captured), include=False)
            line = f'{variable}=$({plain} | {_picker(resource.identity)}); echo "{variable}=${variable}"'
            line += f'; {variable}_PLAIN=$(printf %s "${variable}" | {_DECODE})'
            captured += in_place_of(step.identity, variable)
            if delete_template is not None:
                url = delete_template.replace("{}", f"${{{variable}}}")
                clean.append(" ".join(["curl -sS -o /dev/null -X DELETE", *signed, f'"{url}"']))
        if step.given:
            names = [name.upper() for name in step.given]
            line = _keeping(line, names, step.number)
            for name, value in step.given.items():
                captured += in_place_of(value, f"{name.upper()}_{step.number}")
        if step.validators:
            line = _telling(line, step.validators, step.number)
            for name, value in step.validators.items():
                variable = f"{name.upper()}_{step.number}"
                captured.append(Captured(value=value, variable=variable, headers_only=True))
        lines.append(line)
    return tuple(lines + clean[::-1])


def command_for(story: Sequence[Exchange], *, words: ShellWords, stand_ins: tuple[Captured, ...]) -> str:
    """Return one shell command that obtains a token as a story did, and prints it.

    Args:
        story: Exchanges with an authorization server; the last one brought the token.
        words: Gives the curl words that add a credential, by its name.
        stand_ins: What stands in the command in place of secrets.
    """
    captured = list(stand_ins)
    for exchange in story[:-1]:
        line = curl(
            exchange.request, authorization=words(exchange.request.credential), captured=tuple(captured)
        )
        for name, value in passed_on(exchange).items():
            command = f"{line} | {picker(name)}"
            captured.append(Captured(value=quote(value, safe=""), command=command))
    last = story[-1].request
    line = curl(last, authorization=words(last.credential), captured=tuple(captured))
    return f"{line} | {picker('access_token')}"


def _keeping(line: str, given: Iterable[str], number: int) -> str:
    """Return a line that keeps codes and tokens of its answer in variables, and does not show them."""
    steps = [f"ANSWER_{number}=$({line})"]
    for name in given:
        variable = f"{name}_{number}"
        steps.append(f'{variable}=$(printf %s "$ANSWER_{number}" | {picker(name.lower())})')
        steps.append(f'{variable}_PLAIN=$(printf %s "${variable}" | {_DECODE})')
        steps.append(f'echo "{variable}: ${{#{variable}}} characters"')
    return "; ".join(steps)


def _telling(line: str, names: Iterable[str], number: int) -> str:
    """Return a line that shows its answer, and keeps validators of it in variables."""
    answer = f"ANSWER_{number}"
    steps = [f"{answer}=$({line})", f"printf '%s\\n' \"${answer}\""]
    for name in names:
        pick = f"tr -d '\\r' | grep -i '^{VALIDATORS[name]}:' | head -n 1 | sed 's/^[^:]*: *//'"
        steps.append(f'{name.upper()}_{number}=$(printf %s "${answer}" | {pick})')
    return "; ".join(steps)


def picker(name: str) -> str:
    """Return a filter that prints a code or a token of an answer with its head, percent-encoded.

    It stands in the address that the answer leads to, or is a member of its JSON body.
    """
    code = (
        "import json, re, sys, urllib.parse as u; "
        'text = sys.stdin.buffer.read().decode().replace("\\r", ""); '
        'head, _, body = text.partition("\\n\\n"); '
        'led = re.search(r"(?im)^location:.*[?&#]" + sys.argv[1] + r"=([^&#\\s]+)", head); '
        "found = u.unquote_plus(led[1]) if led else json.loads(body)[sys.argv[1]]; "
        'print(u.quote(found, safe=""))'
    )
    return f"python3 -c {shlex.quote(code)} {name}"


_DECODE = "python3 -c 'import sys, urllib.parse as u; sys.stdout.write(u.unquote(sys.stdin.read()))'"


def _picker(pointer: str) -> str:
    """Return a filter that prints a member of a JSON body, percent-encoded; lists are entered by number."""
    code = (
        "import functools, json, sys, urllib.parse as u; "
        'steps = [s.replace("~1", "/").replace("~0", "~") for s in sys.argv[1].split("/")[1:]]; '
        "enter = lambda node, step: node[int(step)] if isinstance(node, list) else node[step]; "
        'print(u.quote(str(functools.reduce(enter, steps, json.load(sys.stdin))), safe=""))'
    )
    return f"python3 -c {shlex.quote(code)} {shlex.quote(pointer)}"
