"""Put a run together from what the user gave: document, profile, depth, seed."""

from __future__ import annotations

from pathlib import Path

from specproof.client.client import Client, Settings
from specproof.client.ledger import Ledger
from specproof.client.ledger_entries import Heading
from specproof.client.safety import Safety
from specproof.contract.contract import Contract, build_contract
from specproof.contract.load import Document, bundle
from specproof.environment.profile import Profile
from specproof.errors import OptionError, ProfileError, TargetError
from specproof.model.exchange import Request
from specproof.suite.access import NotExercised
from specproof.suite.prove import Prover
from specproof.suite.scratch import Scratch, valid_request
from specproof.suite.session import Plan, Suite
from specproof.suite.signing import elsewhere, signatures, stand_ins, variable_of
from specproof.suite.tokens import Tokens

DEPTHS = ("quick", "standard", "deep")


def read_contract(document: Document) -> Contract:
    """Read operations and promises out of a document, external references included.

    Raises:
        OptionError: It has no operation.
    """
    if "swagger" in document.data:
        raise OptionError(
            f"{document.source}: swagger: OpenAPI 2.0 can be validated, but not run yet; convert it to 3.0"
        )
    contract = build_contract(
        bundle(document), source=document.source, sha256=document.sha256, place=document.place
    )
    if not contract.operations:
        raise OptionError(f"{document.source}: paths: the document has no operation; nothing can be proven")
    return contract


def build_prover(
    document: Document,
    profile: Profile,
    plan: Plan,
    *,
    ledger: Path,
    overlays: tuple[str, ...] = (),
    own_target: bool = False,
    contract: Contract | None = None,
) -> Prover:
    """Return everything that is needed to prove the promises of a document in an environment.

    Args:
        document: The loaded document.
        profile: The environment.
        plan: Seed and depth.
        ledger: File that notes what the run creates; where there is one, another name is taken.
        overlays: What was applied to the document; the ledger names them.
        own_target: The run started the server itself, and its data end with it.
        contract: What was read out of the document already.

    Raises:
        ProfileError: A credential cannot be sent.
    """
    contract = contract or read_contract(document)
    environment = profile.environment
    settings = Settings(
        safety=Safety(
            base_url=environment.base_url,
            writes=environment.writes == "allowed",
            source=profile.source,
            elsewhere=elsewhere(profile),
        ),
        rate=environment.rate,
        timeout_s=environment.request_timeout_s,
        verify_tls=environment.verify_tls,
        signatures=signatures(profile),
        run_id=plan.run_id(environment.name),
    )
    try:
        heading = Heading(
            run=plan.run_id(environment.name),
            environment=environment.name,
            base_url=environment.base_url,
            profile=profile.source,
            spec=document.source,
            overlays=overlays,
            exclusive=environment.exclusive,
            own_target=own_target,
        )
        book = Ledger(ledger, heading)
    except OSError as error:
        raise OptionError(
            f"--reports-dir: {ledger.parent} cannot be written to ({error.strerror or error}); "
            "give another folder"
        ) from error
    suite = Suite(contract=contract, profile=profile, client=Client(settings), plan=plan, ledger=book)
    suite.stand_ins += stand_ins(profile)
    return Prover(suite=suite, document=document, tokens=Tokens(suite=suite))


def preflight(prover: Prover) -> None:
    """Send one harmless request, and say what is wrong before a run is made of it.

    Raises:
        ProfileError: The server cannot be reached, the base URL leads to a web page, the credential is
            refused, or no token can be obtained for one.
    """
    suite = prover.suite
    prover.tokens.obtain_all()
    source = suite.profile.source
    request = _harmless(suite)
    try:
        exchange = suite.client.send(request)
    except TargetError as error:
        reason = str(error).rpartition(": ")[2]
        raise ProfileError(
            f"{source}: environment.base_url: {suite.client.base_url} cannot be reached ({reason}); "
            "start the server or mend the URL"
        ) from error
    finally:
        suite.statuses.clear()
        suite.durations.clear()
    response = exchange.response
    if response.body.lstrip()[:15].lower().startswith((b"<!doctype html", b"<html")):
        raise ProfileError(
            f"{source}: environment.base_url: {suite.client.base_url} answers with a web page (status "
            f"{response.status}); give the URL that the document's paths are appended to"
        )
    if response.status == 401 and request.credential is not None:
        variable = variable_of(suite.profile, request.credential)
        mend = f"renew what {variable} holds" if variable else "renew its secret"
        raise ProfileError(
            f'{source}: credentials "{request.credential}": refused with 401 by {request.operation}; '
            f"it may have expired: {mend}"
        )
    suite.harmless = request


def _harmless(suite: Suite) -> Request:
    """Return a GET that needs nothing but the profile, of a documented operation where there is one."""
    scratch = Scratch(suite=suite)
    for operation in suite.contract.operations:
        item = operation.resource is not None and operation.parameter(operation.resource.parameter, "path")
        if operation.method != "GET" or item:
            continue
        try:
            return valid_request(suite, scratch, operation, purpose="is anybody there?")
        except NotExercised:
            continue
    return Request(method="GET", url=suite.client.base_url, purpose="is anybody there?")
