"""Ask for each documented media type by itself, and for one that nobody has."""

from __future__ import annotations

from dataclasses import replace

from specproof.contract.negotiation import offered
from specproof.invariants.negotiation import honoured, is_telling, refused
from specproof.model.exchange import Request
from specproof.model.operation import Operation
from specproof.suite.access import NotExercised
from specproof.suite.judgement import Judgement
from specproof.suite.listing import promised
from specproof.suite.scratch import Scratch, valid_request
from specproof.suite.session import Suite
from specproof.suite.skipping import skipping

PROMISES = ("negotiation.honoured", "negotiation.refused")
_NOBODY = "application/vnd.specproof.nothing"


def judge_negotiation(suite: Suite, scratch: Scratch, operation: Operation, _again: bool) -> Judgement:
    """Ask one operation for its media types, and judge by every promise about that."""
    judgement = Judgement()
    promises = promised(suite, operation, "negotiation")
    with skipping(judgement, promises):
        plain = valid_request(suite, scratch, operation, purpose="whatever media type there is")
        status = suite.send(plain).response.status
        if not 200 <= status < 300:
            raise NotExercised(f"the plain request is answered with status {status}")
        if "negotiation.honoured" in promises:
            _ask_for_each(suite, operation, plain, judgement)
        if "negotiation.refused" in promises:
            exchange = suite.send(_accepting(plain, _NOBODY))
            status = exchange.response.status
            if status == 406 or 200 <= status < 300:
                judgement.judge("negotiation.refused", refused(operation, exchange))
            judgement.skip("negotiation.refused", f"it is answered with status {status}")
    return judgement


def _ask_for_each(suite: Suite, operation: Operation, plain: Request, judgement: Judgement) -> None:
    offers = offered(suite.contract.document, operation)
    answers = [(media, suite.send(_accepting(plain, media.name))) for media in offers]
    telling = [(media, each) for media, each in answers if is_telling(operation, media, each)]
    if telling:
        judgement.judge("negotiation.honoured", honoured(operation, telling), times=len(telling))
    judgement.skip("negotiation.honoured", "no answer has a body of a documented media type")


def _accepting(plain: Request, name: str) -> Request:
    headers = tuple(pair for pair in plain.headers if pair[0].lower() != "accept")
    return replace(plain, headers=(*headers, ("Accept", name)), purpose=f"accepting {name} alone")
