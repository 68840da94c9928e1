"""Write a pytest file that sends the requests of a finding again and fails as long as it can be seen."""

from __future__ import annotations

import inspect
import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from specproof.client.curl import Captured
from specproof.client.target import split_target
from specproof.model.exchange import Exchange
from specproof.model.finding import Finding
from specproof.model.operation import Resource
from specproof.suite.replay import standalone
from specproof.suite.replay.expressions import signed, text_of, word
from specproof.suite.replay.steps import VALIDATORS, Step, in_place_of, steps
from specproof.suite.replay.symptoms import Symptom
from specproof.suite.reproduce import ShellWords

_SHORTEST = 4  # characters: shorter values may stand in a body by chance
_VARIABLE = re.compile(r"""\$\{([A-Za-z_]\w*)|\bsecret\('(\w+)'\)""")
_CUT = "# --- copied from here"


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What the requests of a run have in common.

    Args:
        base_url: Of the environment; another origin can be given when the file is run.
        words: Gives the curl words that add a credential, by its name.
        stand_ins: What stands in place of secrets that requests hold.
        planted: The secrets that the run made up itself; each time a file is run it makes up another one.
    """

    base_url: str
    words: ShellWords
    stand_ins: tuple[Captured, ...] = ()
    planted: tuple[str, ...] = ()


def pytest_file(
    finding: Finding,
    symptom: Symptom,
    surroundings: Surroundings,
    *,
    resource: Resource | None,
    removable: bool,
) -> str:
    """Return the text of the file.

    Args:
        finding: With evidence.
        symptom: How it judges what it sees.
        surroundings: What the requests have in common.
        resource: Whose identities change from run to run.
        removable: What is created can be deleted again.
    """
    body = _Body(surroundings=surroundings, origin=_origin(surroundings.base_url))
    lines = body.lines(finding.evidence, resource if removable else None, resource)
    name = re.sub(r"\W", "_", finding.promise)
    test = [f"def test_{name}() -> None:", "    answers = []", "    with ExitStack() as clean_up:"]
    test += [f"        {line}" for line in (*lines, *symptom.lines)]
    test_text = "\n".join(test)
    imports, helpers = _standalone(makes_up=any("secrets.choice" in line for line in lines))
    if any("hashlib." in helper for helper in symptom.helpers):
        imports = imports.replace("import http", "import hashlib\nimport http")
    imports = "\n\n".join(filter(None, (imports, "\n".join(symptom.imports))))
    how = f"Sends the shortest sequence of requests that showed it. It fails as long as\n{symptom.says}."
    needs = "specproof" if symptom.imports else "nothing but pytest"
    last = "SPECPROOF_ORIGIN sends the requests to another server than the one that showed it."
    head = docstring(finding, f"{how} It needs {needs}.", sorted(_variables(test_text)), last)
    origin = f'ORIGIN = os.environ.get("SPECPROOF_ORIGIN", {body.origin!a})'
    constants = f"{origin}\nFINDING = {finding.summary!a}"
    return "\n\n\n".join([f"{head}\n\n{imports}\n\n{constants}", test_text, helpers, *symptom.helpers]) + "\n"


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _standalone(*, makes_up: bool) -> tuple[str, str]:
    """Return the imports and the functions that every file holds; some make up a secret as well."""
    before, _, after = inspect.getsource(standalone).partition(_CUT)
    imports = before.partition('"""\n\n')[2].partition("\n\nPairs")[0]
    imports = imports.replace("from functools", "from contextlib import ExitStack\nfrom functools")
    if makes_up:
        imports = imports.replace("import subprocess\n", "import secrets\nimport string\nimport subprocess\n")
    return imports, "Pairs = Sequence[tuple[str, str]]\n\n\n" + after.partition("\n")[2].strip()


def _variables(text: str) -> set[str]:
    return {one or other for one, other in _VARIABLE.findall(text)}


def docstring(finding: Finding, how: str, variables: Sequence[str] = (), last: str = "") -> str:
    """Return the docstring of a file: the finding, and what the file does about it."""
    exported = f"\n\nExport {', '.join(variables)} first." if variables else ""
    text = (
        f"{finding.severity.value}: {finding.promise}, {_one_line(finding.about)}\n\n"
        f"{_one_line(finding.summary)}\n"
        f"promised at {_one_line(' '.join((finding.place, finding.source)))}\n"
        f"fingerprint {finding.fingerprint}\n\n"
        f"{how}{exported}\n{last}"
    )
    safe = text.rstrip().replace("\\", "\\\\").replace('"""', '""\'').encode("ascii", "backslashreplace")
    return f'"""{safe.decode()}\n"""'


def _one_line(text: str) -> str:
    """Return a text without line breaks and other characters that are not shown as they are."""
    return " ".join(re.sub(r"[\x00-\x1f\x7f]", " ", text).split())


@dataclass(kw_only=True)
class _Body:
    """Writes the requests down, one after the other."""

    surroundings: Surroundings
    origin: str

    def lines(
        self, evidence: Sequence[Exchange], removed: Resource | None, resource: Resource | None
    ) -> list[str]:
        captured = list(self.surroundings.stand_ins)
        known: dict[str, str] = {}
        found = [planted for planted in self.surroundings.planted if _stands_in(planted, evidence)]
        lines = [_made_up(number, each) for number, each in enumerate(found)]
        for number, each in enumerate(found):
            captured.append(Captured(value=each, variable=f"planted {number}"))
            known[f"planted {number}"] = _planted(number)
        for step in steps(evidence, resource):
            lines += self._step(step, removed, captured, known)
            if step.number < len(evidence) and step.exchange.response.status < 400:
                lines.append(f"go_on(answers[{step.number - 1}])")
            lines += _keep(step, resource, captured, known)
        return lines

    def _step(
        self, step: Step, removed: Resource | None, captured: list[Captured], known: dict[str, str]
    ) -> list[str]:
        request, place = step.exchange.request, f"answers[{step.number - 1}]"
        words = self.surroundings.words(request.credential)
        credential, url = signed(words, self._url(request.url, captured, known))
        headers = [
            f"({name!a}, {text_of(value, captured, known, latin=True)})" for name, value in request.headers
        ]
        headers = [each for each in (credential, *headers) if each]
        arguments = [f"{request.method!a}, {url}"]
        if headers or request.body is not None:
            arguments.append(f"[{', '.join(headers)}]")
        if request.body is not None:
            form = f"form({word(words[1])}) + " if words[:1] == ("--data-urlencode",) else ""
            arguments.append(form + _sent(request.body, captured, known))
        purpose = ascii(request.purpose)[1:-1]
        lines = [*([f"# {purpose}"] if purpose else []), "answers.append(send("]
        lines += [*(f"    {argument}," for argument in arguments), "))"]
        if removed is not None and step.creates:
            item = self._url(request.url.partition("?")[0].rstrip("/") + "/{}", captured, known, raw=True)
            by = f", [{credential}]" if credential else ""
            lines.append(f"clean_up.callback(remove, {place}, {removed.identity!a}, {item}{by})")
        return lines

    def _url(self, url: str, captured: list[Captured], known: dict[str, str], *, raw: bool = False) -> str:
        origin, target = split_target(url) if not raw else (_origin(url), url[len(_origin(url)) :])
        rest = text_of(target, [each for each in captured if not each.headers_only], known)
        return f"ORIGIN + {rest}" if origin == self.origin else f"{origin!a} + {rest}"


def _keep(
    step: Step, resource: Resource | None, captured: list[Captured], known: dict[str, str]
) -> list[str]:
    """Return lines that keep what later requests hold."""
    place, lines = f"answers[{step.number - 1}]", []
    kept = {}
    if step.identity is not None and resource is not None:
        kept[f"id_{step.number}"] = (step.identity, f"kept({place}, {resource.identity!a})")
    for name, value in step.given.items():
        kept[f"{name}_{step.number}"] = (value, f"needed({place}, {name!a})")
    for name, value in step.validators.items():
        variable = f"{name}_{step.number}"
        lines.append(f"{variable} = told({place}, {VALIDATORS[name]!a})")
        captured.append(Captured(value=value, variable=variable, headers_only=True))
        known[variable] = variable
    for variable, (value, expression) in kept.items():
        lines.append(f"{variable} = {expression}")
        captured += in_place_of(value, variable)
        known |= {variable: f"quoted({variable})", f"{variable}_PLAIN": variable}
    return lines


def _sent(body: bytes, captured: Sequence[Captured], known: dict[str, str]) -> str:
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return ascii(body)
    fitting = [each for each in captured if len(each.value) >= _SHORTEST and not each.headers_only]
    return text_of(text, fitting, known)


def _stands_in(planted: str, evidence: Sequence[Exchange]) -> bool:
    return any(planted.encode() in (each.request.body or b"") for each in evidence)


def _planted(number: int) -> str:
    return f"planted_{number + 1}" if number else "planted"


def _made_up(number: int, secret: str) -> str:
    letters = "secrets.choice(string.ascii_letters)"
    return f'{_planted(number)} = "".join({letters} for _ in range({len(secret)}))'
