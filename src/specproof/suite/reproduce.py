"""Write the shell lines that show a breach again."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from urllib.parse import quote

from specproof.client.curl import Captured, curl
from specproof.model.exchange import Exchange, Request, resolve_pointer
from specproof.model.operation import Resource

ShellWords = Callable[[str | None], tuple[str, ...]]


def reproduction(
    evidence: Sequence[Exchange], *, words: ShellWords, resource: Resource | None, delete_template: str | None
) -> tuple[str, ...]:
    """Return shell lines that send the evidence again.

    Args:
        evidence: Exchanges in the order of sending.
        words: Gives the curl words that add a credential, by its name.
        resource: Whose identities change from run to run; lines that create capture the new one.
        delete_template: URL with ``{}`` for the identity, to remove what the lines create; or ``None``.
    """
    captured: list[Captured] = []
    lines: list[str] = []
    clean: list[str] = []
    for index, exchange in enumerate(evidence):
        request = exchange.request
        line = curl(request, authorization=words(request.credential), captured=tuple(captured))
        identity = _made(exchange, resource)
        later = evidence[index + 1 :]
        if identity is not None and resource is not None:
            variable = f"ID_{len(lines) + 1}"
            used = any(
                identity in _reach(each.request) or quote(identity, safe="") in each.request.url
                for each in later
            )
            if used:
                plain = curl(
                    request, authorization=words(request.credential), captured=tuple(captured), include=False
                )
                line = f'{variable}=$({plain} | {_picker(resource.identity)}); echo "{variable}=${variable}"'
                captured += [
                    Captured(value=quote(identity, safe=""), variable=variable),
                    Captured(value=identity, variable=f"{variable}_PLAIN"),
                ]
                line += f'; {variable}_PLAIN=$(printf %s "${variable}" | {_DECODE})'
            if delete_template is not None and used:
                url = delete_template.replace("{}", f"${{{variable}}}")
                clean.append(
                    " ".join(["curl -sS -o /dev/null -X DELETE", *words(request.credential), f'"{url}"'])
                )
        lines.append(line)
    return tuple(lines + clean[::-1])


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


def _made(exchange: Exchange, resource: Resource | None) -> str | None:
    if resource is None or exchange.request.operation != resource.create:
        return None
    if not 200 <= exchange.response.status < 300:
        return None
    found = resolve_pointer(exchange.response.document, resource.identity)
    return str(found) if isinstance(found, str | int) else None


def _reach(request: Request) -> str:
    return request.url + (request.body or b"").decode("utf-8", "replace")
