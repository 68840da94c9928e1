"""TLS is checked as the profile says, and what is wrong with it is one line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme
from certificates import tls_server

from specproof.client.client import Client
from specproof.client.connections import Network
from specproof.client.safety import Safety
from specproof.client.settings import Settings
from specproof.environment import load_profile
from specproof.errors import ProfileError, Unreachable
from specproof.model.exchange import Request


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """Who signs the certificates."""
    return trustme.CA(key_type=trustme.KeyType.ECDSA)


@pytest.fixture(scope="module")
def stranger() -> trustme.CA:
    """Another authority."""
    return trustme.CA(key_type=trustme.KeyType.ECDSA)


@pytest.fixture(scope="module")
def files(
    authority: trustme.CA, stranger: trustme.CA, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, str]:
    """PEM files by what they hold."""
    folder = tmp_path_factory.mktemp("tls")
    mine = authority.issue_cert("client.example", key_type=trustme.KeyType.ECDSA)
    blobs = {
        "authority": [authority.cert_pem],
        "stranger": [stranger.cert_pem],
        "certificate": mine.cert_chain_pems,
        "key": [mine.private_key_pem],
        "both": [mine.private_key_and_cert_chain_pem],
    }
    for name, parts in blobs.items():
        (folder / f"{name}.pem").write_bytes(b"".join(part.bytes() for part in parts))
    (folder / "garbage.pem").write_text("no certificate")
    return {name: str(folder / f"{name}.pem") for name in (*blobs, "garbage")}


@pytest.fixture(scope="module")
def origin(authority: trustme.CA) -> Iterator[str]:
    """A server that everybody may ask."""
    with tls_server(authority) as origin:
        yield origin


@pytest.fixture(scope="module")
def mutual(authority: trustme.CA) -> Iterator[str]:
    """A server that wants a certificate."""
    with tls_server(authority, clients=authority) as origin:
        yield origin


def status_of(origin: str, **network: object) -> int:
    """Ask a server once."""
    settings = Settings(
        safety=Safety(base_url=origin, writes=False),
        network=Network(**network),  # type: ignore[arg-type]
    )
    return Client(settings).send(Request(method="GET", url=f"{origin}/x")).response.status


def refusal_of(origin: str, **network: object) -> Unreachable:
    """Ask a server that cannot be asked so."""
    with pytest.raises(Unreachable, match=r"^GET https://localhost:\d+/x: ") as caught:
        status_of(origin, **network)
    assert "\n" not in str(caught.value)
    return caught.value


def test_a_certificate_of_the_named_authority_is_trusted(origin: str, files: dict[str, str]) -> None:
    assert status_of(origin, ca_file=files["authority"]) == 200


@pytest.mark.parametrize("ca_file", [None, "stranger"])
def test_another_one_is_not(origin: str, files: dict[str, str], ca_file: str | None) -> None:
    """The line says why, and what to do."""
    error = refusal_of(origin, ca_file=files[ca_file] if ca_file else None)
    assert "its certificate is not trusted, " in str(error)
    assert error.mend == "name the authority that signed it in ca_file, or mend the certificate"


def test_a_certificate_for_another_host_is_not_trusted(origin: str, files: dict[str, str]) -> None:
    settings = Settings(
        safety=Safety(base_url=origin.replace("localhost", "127.0.0.1"), writes=False),
        network=Network(ca_file=files["authority"]),
    )
    with pytest.raises(Unreachable, match=r"its certificate is not trusted, .*127\.0\.0\.1"):
        Client(settings).send(Request(method="GET", url=origin.replace("localhost", "127.0.0.1")))


def test_any_certificate_is_trusted_only_on_request(origin: str) -> None:
    with pytest.warns(match="Unverified HTTPS request"):
        assert status_of(origin, verify_tls=False) == 200


@pytest.mark.parametrize("shown", [("certificate", "key"), ("both", None)])
def test_a_client_certificate_is_shown(
    mutual: str, files: dict[str, str], shown: tuple[str, str | None]
) -> None:
    key = files[shown[1]] if shown[1] else None
    assert status_of(mutual, ca_file=files["authority"], certificate=files[shown[0]], key=key) == 200


def test_a_server_that_wants_a_certificate_says_so(mutual: str, files: dict[str, str]) -> None:
    error = refusal_of(mutual, ca_file=files["authority"])
    assert "TLS failed, " in str(error)
    assert error.mend == "where it wants to know its client, give client_certificate and client_key"


@pytest.mark.parametrize("key", ["ca_file", "certificate"])
def test_a_file_that_holds_no_certificate_is_one_line(origin: str, files: dict[str, str], key: str) -> None:
    assert "TLS failed, " in str(refusal_of(origin, **{key: files["garbage"]}))


def test_the_files_are_found_beside_the_profile(tmp_path: Path, files: dict[str, str]) -> None:
    (tmp_path / "tls").mkdir()
    (tmp_path / "tls" / "ca.pem").write_bytes(Path(files["authority"]).read_bytes())
    path = tmp_path / "staging.toml"
    text = '[environment]\nname = "s"\nbase_url = "https://api.example.com"\nca_file = "%s"\n'
    path.write_text(text % "tls/ca.pem")
    assert load_profile(path, environ={}).environment.ca_file == str(tmp_path / "tls" / "ca.pem")
    path.write_text(text % "tls/cb.pem")
    with pytest.raises(
        ProfileError, match=r"environment\.ca_file: .*cb\.pem\" cannot be read \(No such file"
    ):
        load_profile(path, environ={})
