"""Who may import whom, and which door each dependency comes in by."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SRC = ROOT / "src" / "specproof"
MODULES = sorted(SRC.rglob("*.py"))
LEAF = {"model", "errors"}
MAY = {
    "model": set[str](),
    "errors": set[str](),
    "shipped": set[str](),
    "aside": set[str](),
    "strict": {"errors"},
    "target": {"errors"},
    "serving": {"errors"},
    "contract": LEAF,
    "environment": LEAF | {"strict"},
    "gate": LEAF | {"strict"},
    "reports": LEAF | {"aside"},
    "coverage": LEAF | {"contract", "environment"},
    "generate": LEAF | {"contract"},
    "checks": LEAF | {"contract"},
    "invariants": LEAF | {"contract"},
    "client": LEAF | {"environment"},
    "suite": LEAF
    | {"contract", "environment", "client", "coverage", "generate", "checks", "invariants", "serving"},
}
FREE = {"plugin", "cli", "init", "merging", "sensitivity", "__init__", "__main__"}
DOORS: dict[str, str | tuple[str, ...]] = {
    "schemathesis": "generate/",
    "hypothesis": "generate/",
    "redis": "generate/examples.py",
    "urllib3": "client/",
    "joserfc": ("generate/assertions.py", "target/"),  # the judge and the judged each sign for themselves
    "openapi_spec_validator": "contract/validate.py",
    "allure": "reports/allure.py",
    "allure_commons": "reports/allure.py",
    "allure_pytest": "reports/allure.py",
    "jinja2": "reports/page/render.py",
    "markupsafe": "reports/page/render.py",
    "pytest": "plugin/",
    "pluggy": "plugin/",
    "granian": ("serving/", "target/"),
    "tomlkit": "gate/waiver_file.py",
    "dulwich": "target/git/",
    "_pytest": "nowhere",
}
TARGET_WORDS = re.compile(r"bitbucket|team|variable|username", re.IGNORECASE)


def name_of(path: Path) -> str:
    """Return the path inside the package, for people."""
    return path.relative_to(SRC).as_posix()


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Yield line and dotted name of everything imported: deferred and type-only imports too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: a relative import"
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_follow_the_data(path: Path) -> None:
    me = name_of(path).partition("/")[0].removesuffix(".py")
    for line, imported in imports(path):
        package, _, rest = imported.partition(".")
        other = rest.partition(".")[0]
        if package == "specproof" and other != me:
            assert me in FREE or other in MAY[me], f"{name_of(path)}:{line}: {me} may not import {other}"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_every_dependency_has_one_door(path: Path) -> None:
    for line, imported in imports(path):
        door = DOORS.get(imported.partition(".")[0])
        inside = door is None or name_of(path).startswith(door)
        assert inside, f"{name_of(path)}:{line}: {imported} is imported outside {door}"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_fits_into_a_head(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


def test_a_function_fits_onto_a_screen() -> None:
    """None has more than 60 lines, its docstring included."""
    functions = (
        (path, node)
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    long = [f"{name_of(p)}: {f.name}" for p, f in functions if (f.end_lineno or 0) - f.lineno >= 60]
    assert long == []


def test_every_package_has_a_rule() -> None:
    """A new package must be put into the picture before it may import anything."""
    found = {name_of(path).partition("/")[0].removesuffix(".py") for path in MODULES}
    assert found - FREE <= set(MAY)


def test_no_two_modules_import_each_other() -> None:
    """Not even inside a package."""
    edges: dict[str, set[str]] = {}
    names = {"specproof." + name_of(path).removesuffix(".py").replace("/", "."): path for path in MODULES}
    for name, path in names.items():
        found = {imported for _, imported in imports(path)}
        found |= {imported.rpartition(".")[0] for imported in found}
        edges[name] = (found & set(names)) - {name}
    done: set[str] = set()

    def visit(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, f"a cycle: {' -> '.join((*trail, name))}"
        if name not in done:
            for other in sorted(edges[name]):
                visit(other, (*trail, name))
            done.add(name)

    for name in sorted(edges):
        visit(name, ())


@pytest.mark.parametrize(
    "path", sorted((ROOT / "tests" / "contract").glob("*.py")), ids=lambda path: path.name
)
def test_the_contract_tests_know_no_api(path: Path) -> None:
    """They prove any document; a word of the shipped target would be a leak."""
    assert TARGET_WORDS.findall(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "path",
    [
        path
        for path in MODULES
        if name_of(path).partition("/")[0] in {"checks", "invariants", "generate", "suite"}
    ],
    ids=name_of,
)
def test_the_judges_know_no_api(path: Path) -> None:
    assert re.findall(r"(?i)bitbucket|pagelen|teams/|pipelines", path.read_text(encoding="utf-8")) == []
