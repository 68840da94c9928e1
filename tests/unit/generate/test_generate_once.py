"""What was asked already is not asked again, as long as it is the same and changes nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from builders import make_request, make_response

from specproof.generate.once import Once
from specproof.model.exchange import Exchange, Request

READ = replace(make_request("GET", "/things/1"), credential="ann")


class Server:
    """Counts what it is asked."""

    def __init__(self) -> None:
        self.asked: list[Request] = []

    def send(self, request: Request) -> Exchange:
        """Answer with another number each time."""
        self.asked.append(request)
        return Exchange(request=request, response=make_response(200), number=len(self.asked))


def test_the_same_question_gets_the_answer_that_is_known() -> None:
    server = Server()
    once = Once(send=server.send)

    answers = [once(replace(READ, purpose=purpose)) for purpose in ("first", "again")]

    assert [answer.number for answer in answers] == [1, 1]
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "other",
    [
        replace(READ, method="HEAD"),
        replace(READ, url=f"{READ.url}?page=2"),
        replace(READ, credential="ben"),
        replace(READ, headers=(("Accept", "text/plain"),)),
    ],
    ids=["method", "address", "credential", "header"],
)
def test_another_question_is_asked(other: Request) -> None:
    server = Server()
    once = Once(send=server.send)

    assert [once(READ).number, once(other).number] == [1, 2]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_what_may_change_something_is_done_each_time(method: str) -> None:
    server = Server()
    once, change = Once(send=server.send), replace(READ, method=method)

    assert [once(change).number, once(change).number] == [1, 2]
