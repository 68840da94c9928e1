"""Things in memory behind tokens: ann may change them, her guests may look, and some tokens are dead."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from proving import prover_of
from recording import Answer, Recorder, Seen, recording_server
from things import Things, document

from specproof.model.verdict import Outcome

GUESTS, DEAD = ("ben", "cleo", "dora"), ("old", "older", "stolen", "lost")
TOKENS = {name.upper(): f"token-of-{name}" for name in ("ann", *GUESTS, *DEAD)}
PROFILE = """
[environment]
name = "guarded"
base_url = "ORIGIN"
writes = "allowed"
exclusive = true
"""
_WRITES = 'refused_operations = ["POST *", "PUT *", "DELETE *"]'
_MORE = {
    **dict.fromkeys(GUESTS, _WRITES),
    **dict.fromkeys(("old", "older"), 'state = "expired"'),
    **dict.fromkeys(("stolen", "lost"), 'state = "revoked"'),
}
CREDENTIALS = "".join(
    f"""
[[credentials]]
name = "{name}"
scheme = "bearer"
secret = "${{{name.upper()}}}"
{_MORE.get(name, "")}
"""
    for name in ("ann", *GUESTS, *DEAD)
)


class Guarded:
    """Asks for a token: who is ``trusted`` is refused after it was done, ``forgiven`` let in though dead."""

    def __init__(self, trusted: str = "", forgiven: str = "", *, any_case: bool = True) -> None:
        self.things = Things()
        self.trusted, self.forgiven, self.any_case = trusted, forgiven, any_case

    def respond(self, seen: Seen) -> Answer:
        """Answer one request."""
        scheme, _, token = "".join(seen.values("Authorization")).partition(" ")
        name = next((name.lower() for name, value in TOKENS.items() if value == token), None)
        spelt = scheme == "Bearer" or (self.any_case and scheme.lower() == "bearer")
        if not spelt or name is None or (name in DEAD and self.forgiven != f"{seen.method} {name}"):
            return Answer(401, (("WWW-Authenticate", "Bearer"),), b"{}")
        may = name not in GUESTS or seen.method in {"GET", "HEAD", "OPTIONS"}
        answer = self.things.respond(seen) if may or name == self.trusted else Answer(403)
        return answer if may else Answer(403)


def _described() -> dict[str, object]:
    """Return the document, with tokens; every operation documents their refusals."""
    described = document()
    described["security"] = [{"token": []}]
    described["components"] = {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}}
    for item in described["paths"].values():
        for method in {"get", "post", "put", "delete"} & item.keys():
            item[method]["responses"] |= {code: {"description": "no"} for code in ("401", "403")}
    change = described["paths"]["/things/{id}"]["put"]["requestBody"]["content"]["application/json"]
    change["example"] = {"note": "of copper"}
    return described


@contextmanager
def proven(
    folder: Path, guarded: Guarded, operation: str, area: str
) -> Iterator[tuple[dict[str, Outcome], Recorder]]:
    """Give what a quick run finds out about an operation, and what the server sees meanwhile."""
    with recording_server(guarded.respond) as server:
        guarded.things.base = server.origin
        profile = PROFILE.replace("ORIGIN", server.origin) + CREDENTIALS
        prover = prover_of(folder, _described(), profile, variables=TOKENS)
        try:
            prover.begin()
            before = len(server.seen)
            asked = [p for p in prover.suite.contract.promises if p.operation == operation]
            outcomes = {each.id: prover.prove(each) for each in asked if each.kind.area == area}
            del server.seen[:before]
            yield outcomes, server
        finally:
            prover.suite.clear()
