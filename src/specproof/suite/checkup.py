"""Try every credential of a profile with one harmless request: is it what the profile says?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from specproof.environment.profile import Credential
from specproof.errors import TargetError
from specproof.generate.request import build_request
from specproof.model.exchange import Request
from specproof.model.operation import Operation
from specproof.suite.access import NotExercised
from specproof.suite.prove import Prover
from specproof.suite.rights import Rights
from specproof.suite.session import Suite
from specproof.suite.signing import variable_of

_REFUSED = frozenset({401, 403})


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What became of one credential."""

    credential: Credential
    fine: bool | None  # None: not tried
    sentence: str


def try_credentials(prover: Prover) -> Iterator[Trial]:
    """Yield a trial for each credential, in the order of the profile: a GET for each that can be tried."""
    suite = prover.suite
    rights = Rights(suite=suite)
    for credential in suite.profile.credentials:
        request = _harmless_for(suite, rights, credential)
        if request is None:
            why = "no operation that only reads is within its scopes and its reach"
            yield Trial(credential=credential, fine=None, sentence=f"not tried: {why}")
            continue
        try:
            status = suite.client.send(request).response.status
        except TargetError as error:
            yield Trial(credential=credential, fine=False, sentence=str(error))
            continue
        yield _judged(suite, credential, request, status)


def _judged(suite: Suite, credential: Credential, request: Request, status: int) -> Trial:
    refused, wanted = status in _REFUSED, credential.state == "valid"
    got = f"{status} from {request.operation}"
    if status == 404 or status >= 500:
        mend = "mend [parameters] in the profile" if status == 404 else "ask again when the server is well"
        return Trial(credential=credential, fine=False, sentence=f"cannot be told: got {got}; {mend}")
    if wanted and not refused:
        return Trial(credential=credential, fine=True, sentence=f"let in: {got}")
    if not wanted and refused:
        return Trial(credential=credential, fine=True, sentence=f"refused as it must be: {got}")
    if not wanted:
        mend = "if that is right, mend its state in the profile"
        return Trial(credential=credential, fine=False, sentence=f"must be refused, got {got}; {mend}")
    variable = variable_of(suite.profile, credential.name)
    renew = f"renew what {variable} holds" if variable else "renew its secret"
    mend = renew if status == 401 else "mend its scopes, reaches or refused_operations in the profile"
    return Trial(credential=credential, fine=False, sentence=f"must be let in, got {got}; {mend}")


def _harmless_for(suite: Suite, rights: Rights, credential: Credential) -> Request | None:
    """Return a GET of a collection that lets this credential in, if it is good."""
    good, foreign = credential.state == "valid", suite.profile.foreign
    for operation in suite.contract.operations:
        item = operation.resource is not None and operation.parameter(operation.resource.parameter, "path")
        if operation.method != "GET" or item or not rights.speaks(credential, operation):
            continue
        try:
            own = suite.access.parents(operation)
            for values in (own, {name: foreign.get(name, value) for name, value in own.items()}):
                if not good or (
                    rights.may(credential, operation) and rights.reaches(credential, values.values())
                ):
                    return _request(suite, operation, values, credential)
        except NotExercised:
            continue
    return None


def _request(
    suite: Suite, operation: Operation, values: Mapping[str, str], credential: Credential
) -> Request:
    return build_request(
        operation,
        base_url=suite.client.base_url,
        path=values,
        query=suite.access.required_query(operation),
        credential=credential.name,
        purpose="is this credential what the profile says?",
    )
