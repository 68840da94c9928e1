"""The configuration that Allure is run with."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from specproof.reports.site.front import Source
from specproof.reports.text import one_line

_NAME = 64  # characters that Allure allows the name of an environment


def configuration(
    sources: Sequence[Source], *, output: Path, history: Path, history_limit: int, single_file: bool
) -> str:
    """Return ``allurerc.mjs``: data, and the functions that tell results of one environment from another.

    Args:
        sources: The reports folders, the first of which gives the title.
        output: Where the site is made.
        history: Read, and a line is added.
        history_limit: How many lines it keeps.
        single_file: Make one page instead of a folder of files.
    """
    first = sources[0]
    verdicts = ", ".join(f"{each.environment} {each.verdict}" for each in sources)
    data: dict[str, Any] = {
        "name": one_line(f"{first.title}: {verdicts}"),
        "output": str(output),
        "historyPath": str(history),
        "historyLimit": history_limit,
        "appendHistory": True,
        "resultsDir": [str(each.results.absolute()) for each in sources],
        "globalAttachments": [str(path.absolute()) for each in sources for path in each.attached],
        "variables": first.variables
        if len(sources) == 1
        else {f"Verdict of {each.environment}": each.verdict for each in sources},
        "categories": {"rules": _rules(sources)},
        "plugins": {
            "awesome": {
                "options": {
                    "singleFile": single_file,
                    "groupBy": ["epic", "feature", "story"],
                    "publish": False,
                }
            }
        },
    }
    environments = "".join(_environment(number, each) for number, each in enumerate(sources))
    return (
        f"const data = {_script(data)};\n"
        "const of = (wanted) => ({ labels }) =>\n"
        '  labels.some(({ name, value }) => name === "host" && value === wanted);\n'
        f"export default {{ ...data, environments: {{\n{environments}}} }};\n"
    )


def _environment(number: int, source: Source) -> str:
    """Return one environment: an id that Allure allows, the name for people, and how its results are told."""
    name = one_line(source.environment).replace("/", "-").replace("\\", "-").strip(". ")[:_NAME]
    named = _script({"name": name or "environment", "variables": source.variables})
    return f"  env{number}: {{ ...{named}, matcher: of({_script(one_line(source.environment))}) }},\n"


def _rules(sources: Sequence[Source]) -> list[dict[str, Any]]:
    """Return the categories of all results, each once; Allure 3 does not read them from the results."""
    rules: dict[str, dict[str, Any]] = {}
    for source in sources:
        file = source.results / "categories.json"
        for rule in json.loads(file.read_text(encoding="utf-8")) if file.is_file() else ():
            rules.setdefault(rule["name"], rule)
    return list(rules.values())


def _script(value: object) -> str:
    """Return a value as JavaScript; JSON in ASCII is that, whatever stands in its texts."""
    return json.dumps(value, ensure_ascii=True)
