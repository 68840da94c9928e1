"""A profile is read as written, and every mistake in it is named with its key and its mend."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from specproof.environment import Profile, find_profile, load_profile
from specproof.errors import ProfileError

ENVIRONMENT = '[environment]\nname = "staging"\nbase_url = "https://api.example.com/2.0"\n'
SHIPPED = Path(__file__).parents[2] / "environments"


def load(tmp_path: Path, text: str | bytes, **environ: str) -> Profile:
    """Load a profile of that text from ``staging.toml``."""
    path = tmp_path / "staging.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return load_profile(path, environ=environ)


def problems_of(tmp_path: Path, text: str | bytes, **environ: str) -> list[str]:
    """Return the lines of the refusal, without the folder."""
    with pytest.raises(ProfileError, match=r"staging\.toml") as caught:
        load(tmp_path, text, **environ)
    return [line.replace(f"{tmp_path}/", "") for line in str(caught.value).splitlines()]


def test_the_defaults_are_the_careful_ones(tmp_path: Path) -> None:
    """A profile that says nothing forbids writes, trusts nobody and waits ten seconds."""
    environment = load(tmp_path, ENVIRONMENT).environment
    assert (environment.writes, environment.exclusive, environment.protected) == ("forbidden", False, False)
    assert (environment.request_timeout_s, environment.verify_tls, environment.rate) == (10, True, None)


@pytest.mark.parametrize(
    ("written", "rate"), [("50/s", (50, 1.0)), ("100/min", (100, 60.0)), ("1000 / h", (1000, 3600.0))]
)
def test_rates_have_a_period(tmp_path: Path, written: str, rate: tuple[int, float]) -> None:
    assert load(tmp_path, f'{ENVIRONMENT}rate_limit = "{written}"').environment.rate == rate


def test_variables_are_put_into_texts_and_only_once(tmp_path: Path) -> None:
    """A value that looks like a variable itself stays as it is; ``$${`` is an escape."""
    text = ENVIRONMENT + '[parameters]\na = "<${A}/${B}>"\nb = "$${A}"\nc = "$A {A}"\nd = 5\ne = true\n'
    assert load(tmp_path, text, A="1${B}", B="").parameters == {
        "a": "<1${B}/>", "b": "${A}", "c": "$A {A}", "d": "5", "e": "true",
    }  # fmt: skip


def test_all_missing_variables_are_named_at_once(tmp_path: Path) -> None:
    text = ENVIRONMENT + '[parameters]\nusername = "${WHO}-${WHERE}"\n[queries]\nq = ["a", "${WHAT}"]\n'
    assert problems_of(tmp_path, text, WHERE="here") == [
        "staging.toml: parameters.username: environment variable WHO is not set; "
        "export it before the run, as in: export WHO=…",
        "staging.toml: queries.q[1]: environment variable WHAT is not set; "
        "export it before the run, as in: export WHAT=…",
    ]


@pytest.mark.parametrize("written", ["${}", "${A-B}", "${open"])
def test_what_looks_like_a_variable_but_is_none_is_refused(tmp_path: Path, written: str) -> None:
    [line] = problems_of(tmp_path, f'{ENVIRONMENT}[parameters]\na = "{written}"\n')
    assert line.startswith(f'staging.toml: parameters.a: "{written}" names no environment variable; write ')


BASIC = '[[credentials]]\nname = "a"\nscheme = "basic"\nusername = "ada"\nsecret = "${S}"\n'


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[environment\n", r":1:13: is not TOML: Expected '\]' .*"),
        ("[environment]\nname = staging\n", r":2:8: is not TOML: Invalid value; texts need quotes"),
        (b'[environment]\nname = "\xff"', r":2: byte 0xff is not UTF-8; save the file as UTF-8"),
        ("", r": environment: is missing; every profile needs it"),
        ('[environment]\nname = "x"', r": environment\.base_url: is missing; every \[environment\] .*"),
        (ENVIRONMENT + 'wirtes = "allowed"', r': environment\.wirtes: unknown key; did you mean "writes"\?'),
        (ENVIRONMENT + "[quack]", r": quack: unknown key; known: environment, parameters, .*"),
        (ENVIRONMENT + 'writes = "alowed"',
         r': environment\.writes: "alowed" is not one of forbidden, allowed; did you mean "allowed"\?'),
        (ENVIRONMENT + 'exclusive = "yes"', r': environment\.exclusive: "yes" must be true or false, .*'),
        (ENVIRONMENT + "request_timeout_s = 0", r": environment\.request_timeout_s: 0: input should be .*"),
        (ENVIRONMENT + 'rate_limit = "50"', r': environment\.rate_limit: "50" is no rate; write .*"50/s".*'),
        (ENVIRONMENT + 'protected = true\nwrites = "allowed"',
         r': environment: protected = true refuses writes = "allowed"; remove one of the two'),
        (ENVIRONMENT + '[aliases]\nusername = "x"',
         r': aliases\.username: "x" must be a list; write \["x"\]'),
        (ENVIRONMENT + "[parameters]\na = [1]", r": parameters\.a: a list must be a text in quotes"),
        (ENVIRONMENT + BASIC.replace("basic", "basics"),
         r': credentials\[0\]\.scheme: "basics" is not one of basic, .*; did you mean "basic"\?'),
        (ENVIRONMENT + BASIC + BASIC,
         r': credentials\[1\]\.name: "a" is the name of credentials\[0\] already; names must differ'),
        (ENVIRONMENT + BASIC.replace("username", "kind"),
         r': credentials\[0\]: scheme "basic" needs username; add username = "…"'),
        (ENVIRONMENT + BASIC.replace("ada", "a:b"),
         r": credentials\[0\]: username must not hold a colon .*"),
        (ENVIRONMENT + BASIC.replace("basic", "header"),
         r': credentials\[0\]: scheme "header" needs header; add header = "…"'),
        (ENVIRONMENT + BASIC.replace("basic", "oauth2"),
         r': credentials\[0\]\.scheme: "oauth2" needs \[oauth\] with one of \[\[oauth\.clients\]\] .*'),
        (ENVIRONMENT + BASIC.replace("username", "base_url"),
         r": credentials\[0\]\.base_url: unknown key; it belongs under \[environment\]"),
        (ENVIRONMENT + '[oauth]\nclients = []', r": oauth\.token_url: is missing; every \[oauth\] needs it"),
        (ENVIRONMENT + '[oauth]\ntoken_url = "https://x/t"\n'
         'jwt = {issuer = "i", secret = "ssss", algorithm = "HS25"}',
         r': oauth\.jwt\.algorithm: "HS25" is not one of HS256, .*; did you mean "HS256"\?'),
    ],
)  # fmt: skip
def test_each_mistake_is_one_line_with_its_key_and_mend(tmp_path: Path, text: str | bytes, line: str) -> None:
    lines = problems_of(tmp_path, text, S="a-long-secret")
    assert re.fullmatch(r"staging\.toml" + line, lines[0]), lines
    assert all(one.startswith("staging.toml") for one in lines)


def test_all_mistakes_are_named_at_once(tmp_path: Path) -> None:
    text = ENVIRONMENT + 'exclusive = 1\nwrites = "no"\n[[credentials]]\nname = "a"\n'
    assert len(problems_of(tmp_path, text)) == 3


@pytest.mark.parametrize(
    "url",
    ["api.example.com", "ftp://x/", "/2.0", "https://", "https://x/?a=1", "https://x/#a", "https://x/ y",
     "https://u:canary@x/", "https://x:port/"],
)  # fmt: skip
def test_the_base_url_is_absolute_and_bare(tmp_path: Path, url: str) -> None:
    [line] = problems_of(tmp_path, f'[environment]\nname = "x"\nbase_url = "{url}"\n')
    assert line.startswith("staging.toml: environment.base_url: ")
    assert "canary" not in line


@pytest.mark.parametrize("secret", ["", "canary\n", "canary\0"])
def test_secrets_that_no_header_can_carry_are_refused_unseen(tmp_path: Path, secret: str) -> None:
    [line] = problems_of(tmp_path, ENVIRONMENT + BASIC, S=secret)
    assert line.startswith("staging.toml: credentials[0].secret: ")
    assert "canary" not in line


def test_a_secret_knows_its_variable_and_is_not_shown(tmp_path: Path) -> None:
    """Only a secret that is the variable as a whole can be written as ``$NAME`` in a shell line."""
    text = ENVIRONMENT + BASIC + BASIC.replace('"a"', '"b"').replace("${S}", "x-${S}")
    profile = load(tmp_path, text, S="canary")
    assert profile.variables == {"canary": "S"}
    assert [secret.variable for secret in profile.secrets] == ["S", None]
    assert profile.warnings == ()
    for shown in (repr(profile), str(profile), repr(profile.secrets), profile.model_dump_json()):
        assert "canary" not in shown


def test_doubtful_but_usable_profiles_warn(tmp_path: Path) -> None:
    text = ENVIRONMENT.replace("https", "http") + "verify_tls = false\n" + BASIC.replace("${S}", "abc")
    warnings = [line.partition(": ")[2].replace(str(tmp_path), "") for line in load(tmp_path, text).warnings]
    assert [line.partition(":")[0] for line in warnings] == [
        "credentials[0].secret", "credentials[0].secret", "environment.base_url", "environment.verify_tls",
    ]  # fmt: skip
    assert "${NAME}" in warnings[0]


def test_a_local_server_may_have_its_secrets_in_the_file(tmp_path: Path) -> None:
    text = ENVIRONMENT.replace("https://api.example.com", "http://127.0.0.1:8080") + BASIC
    assert load(tmp_path, text.replace("${S}", "literal")).warnings == ()


def test_the_first_folder_that_has_a_profile_wins(tmp_path: Path) -> None:
    mine, theirs = tmp_path / "mine", tmp_path / "theirs"
    for folder in (mine, theirs):
        folder.mkdir()
        (folder / "staging.toml").write_text("")
    (theirs / "production.toml").write_text("")
    assert find_profile("staging", folders=[tmp_path / "none", mine, theirs]) == mine / "staging.toml"
    assert find_profile(str(theirs / "staging.toml"), folders=[mine]) == theirs / "staging.toml"
    message = (
        r'no environment "stagin" in .*mine, .*theirs; did you mean "staging"\?; known: production, staging$'
    )
    with pytest.raises(ProfileError, match=message):
        find_profile("stagin", folders=[mine, theirs])
    with pytest.raises(ProfileError, match=r'no environment "x" in [^,]*none; write x\.toml there$'):
        find_profile("x", folders=[tmp_path / "none", tmp_path / "none"])
    with pytest.raises(
        ProfileError, match=r'product\.toml: there is no such file; did you mean "production"\?'
    ):
        find_profile(str(theirs / "product.toml"), folders=[])


def test_a_folder_is_no_profile(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match="cannot be read"):
        load_profile(tmp_path, environ={})


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.toml")), ids=lambda path: path.stem)
def test_the_profiles_that_ship_are_sound(path: Path) -> None:
    """They load with nothing but their variables, warn of nothing and are named like their file."""
    names = re.findall(r"\$\{(\w+)\}", path.read_text())
    urls = {name: "http://127.0.0.1:1/2.0" for name in names if name.endswith("_URL")}
    environ = {name: f"value-of-{name}" for name in names} | urls
    profile = load_profile(path, environ=environ)
    assert profile.environment.name == path.stem
    assert profile.warnings == ()
