"""Put a run together from what the user gave: document, profile, depth, seed."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from specproof.client.client import Client
from specproof.client.ledger import Ledger
from specproof.client.ledger_entries import Heading
from specproof.contract.contract import Contract, build_contract
from specproof.contract.load import Document
from specproof.contract.readable import readable
from specproof.environment.profile import Profile
from specproof.errors import OptionError, ProfileError, Stopped, Unreachable
from specproof.model.exchange import Exchange, Request
from specproof.model.promise import Promise
from specproof.suite.access import NotExercised
from specproof.suite.finding import find_values
from specproof.suite.own import Own
from specproof.suite.planning import DrySuite, RunPlan, plan_run
from specproof.suite.prove import Prover
from specproof.suite.result import NOBODY
from specproof.suite.scratch import Scratch, valid_request
from specproof.suite.session import Plan, Suite
from specproof.suite.setting_up import assume_set_up, check_setup
from specproof.suite.settings import client_settings
from specproof.suite.signing import stand_ins, variable_of
from specproof.suite.tokens import Tokens

DEPTHS = ("quick", "standard", "deep")
_HARMLESS = 5  # requests that are tried until one works
_DOWN = frozenset({502, 503, 504})  # said by what stands before a server (RFC 9110 section 15.6)


def read_contract(document: Document) -> Contract:
    """Read operations and promises out of a document, external references included.

    Raises:
        OptionError: It has no operation.
    """
    whole = readable(document)
    contract = build_contract(
        whole.data,
        source=document.source,
        sha256=document.sha256,
        place=whole.place,
        origin=whole.origin,
        notes=whole.notes,
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
    processes: int = 1,
    spent: int = 0,
    own: Own | None = None,
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
        processes: How many provers share the limits of the profile.
        spent: Requests of its budget that were sent before.
        own: Code of the user's.

    Raises:
        ProfileError: A credential cannot be sent.
    """
    contract, environment, own = contract or read_contract(document), profile.environment, own or Own()
    settings = client_settings(
        profile,
        contract,
        run_id=plan.run_id(environment.name),
        processes=processes,
        spent=spent,
        own=own,
    )
    heading = _heading(document, profile, plan, overlays=overlays, own_target=own_target)
    try:
        book = Ledger(ledger, heading)
    except OSError as error:
        raise OptionError(
            f"--reports-dir: {ledger.parent} cannot be written to ({error.strerror or error}); "
            "give another folder"
        ) from error
    client = Client(settings)
    suite = Suite(contract=contract, profile=profile, client=client, plan=plan, ledger=book, own=own)
    suite.stand_ins += stand_ins(profile)
    return Prover(suite=suite, document=document, tokens=Tokens(suite=suite))


def _heading(
    document: Document, profile: Profile, plan: Plan, *, overlays: tuple[str, ...], own_target: bool
) -> Heading:
    environment = profile.environment
    return Heading(
        run=plan.run_id(environment.name),
        environment=environment.name,
        base_url=environment.base_url,
        profile=profile.source,
        spec=document.source,
        overlays=overlays,
        exclusive=environment.exclusive,
        own_target=own_target,
    )


def make_plan(
    document: Document,
    profile: Profile,
    plan: Plan,
    *,
    contract: Contract,
    promises: Sequence[Promise],
    called: Container[str],
    elsewhere: Mapping[tuple[str, str], str] = NOBODY,
    own: Own | None = None,
) -> RunPlan:
    """Return what a run would send, without a connection.

    Args:
        document: The loaded document.
        profile: The environment.
        plan: Seed and depth.
        contract: What was read out of the document.
        promises: What is tested.
        called: Labels of the operations that get generated requests.
        elsewhere: Why a promise is left to another machine, by its key.
        own: Code of the user's; only what it leaves out is asked for.
    """
    environment = profile.environment
    settings = client_settings(profile, contract, run_id=plan.run_id(environment.name))
    heading = _heading(document, profile, plan, overlays=(), own_target=False)
    with TemporaryDirectory(prefix="specproof-plan-") as folder:
        suite = DrySuite(
            contract=contract,
            profile=profile,
            client=Client(replace(settings, max_requests=0)),  # whatever happens, nothing goes out
            plan=plan,
            ledger=Ledger(Path(folder) / "ledger.jsonl", heading),
            own=own or Own(),
        )
        check_setup(suite)
        assume_set_up(suite)
        prover = Prover(suite=suite, document=document, tokens=Tokens(suite=suite), is_set_up=True)
        find_values(suite, prover.scratch)
        found = plan_run(suite, prover, promises, called=called, elsewhere=elsewhere)
        suite.ledger.close()
    return found


def preflight(prover: Prover) -> None:
    """Send one harmless request, and say what is wrong before a run is made of it.

    One that answers with a 5xx is followed by others, for a single broken operation is for the run to find.

    Raises:
        ProfileError: The server cannot be reached or is down, the base URL leads to a web page, a credential
            is refused, no token can be obtained for one, or a set-up request cannot be sent here.
    """
    suite = prover.suite
    check_setup(suite)
    source, where = suite.profile.source, f"environment.base_url: {suite.client.base_url}"
    try:
        prover.tokens.obtain_all()
        exchange = _ask_harmlessly(suite)
    except Stopped as error:
        raise ProfileError(f"{error}, before anything was looked at; allow more requests") from error
    except Unreachable as error:
        reason, mend = str(error).rpartition(": ")[2], error.mend or "start the server or mend the URL"
        raise ProfileError(f"{source}: {where} cannot be reached ({reason}); {mend}") from error
    finally:
        suite.tally.leave_out()
    request, response = exchange.request, exchange.response
    if response.status in _DOWN:
        raise ProfileError(
            f"{source}: {where} answers {response.status} to every harmless request; wait until it is up"
        )
    if response.body.lstrip()[:15].lower().startswith((b"<!doctype html", b"<html")):
        raise ProfileError(
            f"{source}: {where} answers with a web page (status {response.status}); "
            "give the URL that the document's paths are appended to"
        )
    if response.status == 401 and request.credential is not None:
        variable = variable_of(suite.profile, request.credential)
        mend = f"renew what {variable} holds" if variable else "renew its secret"
        raise ProfileError(
            f'{source}: credentials "{request.credential}": refused with 401 by {request.operation}; '
            f"it may have expired: {mend}"
        )
    suite.harmless = request
    if response.status < 400:
        suite.client.feel_pulse_with(request)


def _ask_harmlessly(suite: Suite) -> Exchange:
    """Return the first answer that is no 5xx; else the last one."""
    for request in islice(harmless_requests(suite), _HARMLESS):
        exchange = suite.client.send(request)
        if exchange.response.status < 500:
            break
    return exchange


def harmless_requests(suite: Suite) -> Iterator[Request]:
    """Yield GETs that need nothing but the profile, of documented operations where there are any."""
    scratch, found = Scratch(suite=suite), False
    for operation in suite.contract.operations:
        item = operation.resource is not None and operation.parameter(operation.resource.parameter, "path")
        if operation.method != "GET" or item or operation.label in suite.own.left_out:
            continue
        try:
            request = valid_request(suite, scratch, operation, purpose="is anybody there?")
        except NotExercised:
            continue
        found = True
        yield request
    if not found:
        yield Request(method="GET", url=suite.client.base_url, purpose="is anybody there?")
