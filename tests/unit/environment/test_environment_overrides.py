"""What is given for one run comes before the profile, and makes no run less careful than it wants."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from specproof.environment import Profile, load_profile
from specproof.environment.overrides import OVERRIDES, overrides_help, read_overrides, variable_for
from specproof.environment.server import Environment
from specproof.errors import ProfileError

STAGING = '[environment]\nname = "staging"\nbase_url = "https://api.example.com"\n'
PROTECTED = STAGING + 'protected = true\nmax_requests = 100\nrate_limit = "10/s"\n'
ROOT = Path(__file__).parents[3]


def load(folder: Path, text: str, *pairs: str, **environ: str) -> Profile:
    """Load a profile with what is given for one run."""
    path = folder / "staging.toml"
    path.write_text(text, encoding="utf-8")
    return load_profile(path, environ=environ, overrides=read_overrides(pairs, environ))


def refusal(folder: Path, text: str, *pairs: str, **environ: str) -> str:
    """Return the line with which something is refused, without the folder."""
    with pytest.raises(ProfileError, match=":") as caught:
        load(folder, text, *pairs, **environ)
    return str(caught.value).replace(f"{folder}/", "")


def test_an_option_comes_before_a_variable_before_the_profile_before_the_default(tmp_path: Path) -> None:
    text = STAGING + 'request_timeout_s = 4\nmax_requests = 40\nrate_limit = "4/s"\n'
    variables = {"SPECPROOF_MAX_REQUESTS": "30", "SPECPROOF_RATE_LIMIT": "3/s", "SPECPROOF_PROXY": ""}
    profile = load(tmp_path, text, "rate_limit=2/s", **variables)
    environment, origins = profile.environment, profile.origins
    assert (environment.rate_limit, origins["rate_limit"]) == ("2/s", "--set rate_limit")
    assert (environment.max_requests, origins["max_requests"]) == (30, "SPECPROOF_MAX_REQUESTS")
    assert (environment.request_timeout_s, origins["request_timeout_s"]) == (4, profile.source)
    assert (environment.concurrency, origins["concurrency"]) == (8, "default")
    assert (environment.proxy, origins["proxy"]) == (None, "default")


@pytest.mark.parametrize(
    ("pair", "value"),
    [
        ("base_url=https://pr-7.example.com", "https://pr-7.example.com"),
        ("methods=GET, HEAD", ("GET", "HEAD")),
        ("verify_tls=false", False),
        ("stop_at_error_share=0.25", 0.25),
        ("concurrency=2", 2),
    ],
)
def test_each_kind_of_value_is_read(tmp_path: Path, pair: str, value: object) -> None:
    key = pair.partition("=")[0]
    assert getattr(load(tmp_path, STAGING, pair).environment, key) == value


def test_a_variable_of_the_profile_need_not_be_set_where_its_value_is_given(tmp_path: Path) -> None:
    text = STAGING.replace("https://api.example.com", "${DEPLOYED}")
    assert load(tmp_path, text, "base_url=https://b.example").environment.base_url == "https://b.example"


def test_what_is_wrong_names_the_option_or_variable(tmp_path: Path) -> None:
    assert refusal(tmp_path, STAGING, "max_requests=many") == (
        '--set max_requests: "many" must be a whole number, without quotes'
    )
    assert refusal(tmp_path, STAGING, SPECPROOF_RATE_LIMIT="fast") == (
        'SPECPROOF_RATE_LIMIT: "fast" is no rate; write for example "50/s", "100/min" or "1000/h"'
    )


@pytest.mark.parametrize(
    ("pair", "line"),
    [
        ("rate_limit", '--set: "rate_limit" is no KEY=VALUE; write for example --set rate_limit=10/s'),
        ("rate_limt=1/s", '--set: "rate_limt" is no key; did you mean "rate_limit"?; known: base_url, '),
        ("protected=false", '--set: "protected" can be changed in the profile only; known: base_url, '),
        ("hosts=https://x.example", '--set: "hosts" can be changed in the profile only; known: '),
    ],
)
def test_what_cannot_be_given_is_refused(pair: str, line: str) -> None:
    with pytest.raises(ProfileError, match=f"^{re.escape(line)}"):
        read_overrides([pair], {})


@pytest.mark.parametrize(
    ("text", "pair"),
    [
        (STAGING, "writes=allowed"),
        (STAGING + 'negative_data = "forbidden"\n', "negative_data=allowed"),
        (STAGING + 'methods = ["GET"]\n', "methods=GET,HEAD"),
        (PROTECTED, "base_url=https://other.example.com"),
        (PROTECTED, "verify_tls=false"),
        (PROTECTED, "max_requests=101"),
        (PROTECTED, "rate_limit=11/s"),
        (PROTECTED, "concurrency=9"),
        (PROTECTED, "stop_at_error_share=0.6"),
    ],
)
def test_nothing_makes_a_run_less_careful(tmp_path: Path, text: str, pair: str) -> None:
    """By an option or by a variable."""
    key, _, value = pair.partition("=")
    cure = "an option may only be stricter; change the profile"
    assert re.fullmatch(f"--set {key}: the profile .*{cure}", refusal(tmp_path, text, pair))
    variable = variable_for(key)
    assert re.fullmatch(f"{variable}: the profile .*{cure}", refusal(tmp_path, text, **{variable: value}))


@pytest.mark.parametrize(
    "pair",
    ["max_requests=99", "rate_limit=599/min", "concurrency=1", "stop_at_error_share=0.1",
     "negative_data=forbidden", "methods=GET", "writes=forbidden", "request_timeout_s=60", "proxy=none"],
)  # fmt: skip
def test_a_protected_run_may_become_more_careful(tmp_path: Path, pair: str) -> None:
    key = pair.partition("=")[0]
    assert load(tmp_path, PROTECTED, pair).origins[key] == f"--set {key}"


def test_a_server_that_one_profile_protects_is_written_to_by_none_beside_it(tmp_path: Path) -> None:
    """However its address got there: copied, by a variable, or given for the run."""
    (tmp_path / "production.toml").write_text(PROTECTED.replace("https://api.example.com", "${PRODUCTION}"))
    text = STAGING.replace("api.example", "staging.example") + 'writes = "allowed"\n'
    url = "base_url=https://API.example.com:443/v2"
    assert load(tmp_path, text, url).environment.writes == "allowed"  # nobody knows where production is
    assert load(tmp_path, text, PRODUCTION="https://api.example.com").environment.writes == "allowed"
    line = refusal(tmp_path, text, url, PRODUCTION="https://api.example.com")
    assert line == (
        'staging.toml: environment.writes: "allowed", but production.toml protects the same server; '
        "mend base_url, or forbid writes"
    )


@pytest.mark.parametrize(
    ("written", "line"),
    [
        ('methods = ["GET", "POST"]', 'environment: methods: POST may change data and writes = '),
        ('methods = ["HEAD"]', "environment: methods: without GET nothing can be looked at; add it"),
        ('methods = ["GTE"]', 'environment.methods[0]: "GTE" is not one of GET, HEAD, '),
        ('hosts = ["https://eu.example.com/v1"]', 'environment.hosts[0]: "https://eu.example.com/v1" must '),
        ("max_requests = 0", "environment.max_requests: 0: input should be greater than 0"),
        ("concurrency = 0", "environment.concurrency: 0: input should be greater than 0"),
        ("stop_at_error_share = 50", "environment.stop_at_error_share: 50: input should be less than or"),
        ('proxy = "proxy:3128"', "environment.proxy: is no URL of a proxy; write for example "),
        ('client_key = "key.pem"', 'environment.client_key: "'),
    ],
)  # fmt: skip
def test_limits_that_cannot_be_meant_are_refused(tmp_path: Path, written: str, line: str) -> None:
    assert refusal(tmp_path, STAGING + written).startswith(f"staging.toml: {line}")


def test_the_password_of_a_proxy_is_a_secret(tmp_path: Path) -> None:
    profile = load(tmp_path, STAGING + 'proxy = "http://ci:${PW}@proxy.example:3128"\n', PW="hush%2Fhush")
    assert {"hush%2Fhush", "hush/hush"} <= {secret.value for secret in profile.secrets}


@pytest.mark.parametrize("key", OVERRIDES)
def test_every_key_that_can_be_given_is_one_of_the_profile_and_is_named_to_people(key: str) -> None:
    page = (ROOT / "docs" / "environments.md").read_text(encoding="utf-8")
    [listed] = re.findall(r"These keys can be given so: (.*?)\. A list", page)
    assert key in Environment.model_fields
    assert re.search(rf"\b{key}\b", overrides_help())
    assert f"`{key}`" in listed
