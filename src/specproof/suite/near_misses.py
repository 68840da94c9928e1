"""The secrets that a client of the profile must not get through with, each in the two ways to send one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from specproof.client.settings import Signature
from specproof.environment.fields import revealed
from specproof.environment.profile import OAuth
from specproof.generate.authorizing import NearMiss
from specproof.model.oauth import NOBODY, Party
from specproof.suite.almost import Almost, almost, turned
from specproof.suite.session import Suite
from specproof.suite.signing import over_basic, shell_variable, variable_with

_WRONG = frozenset({"invalid_client"})


def near_misses(suite: Suite, oauth: OAuth, party: Party) -> Callable[[], Iterator[NearMiss]]:
    """Return what yields them for the first client, which is ``party``.

    They come in pairs: over Basic, then in the form (RFC 6749 section 2.3.1).
    """

    def make() -> Iterator[NearMiss]:
        for each in _secrets(suite, oauth):
            yield from _both_ways(suite, party, each)

    return make


def _secrets(suite: Suite, oauth: OAuth) -> Iterator[Almost]:
    secret = revealed(oauth.clients[0].client_secret)
    if not secret:
        return
    variable = variable_with(suite.profile, secret)
    others = [
        found for client in oauth.clients[1:] if (found := revealed(client.client_secret)) not in {"", secret}
    ]
    for other in others[:1]:
        shown = shell_variable(variable_with(suite.profile, other))
        yield Almost(what="with the secret of another client", value=other, shown=shown)
    yield from almost(secret, variable)
    if (each := turned(secret, variable)) is not None:
        yield each
    yield Almost(what="with an empty secret", value="", shown="")


def _both_ways(suite: Suite, party: Party, each: Almost) -> Iterator[NearMiss]:
    if each.value:
        suite.secrets[each.value] = None
    words = ("--data-urlencode", f'client_secret="{each.shown}"')
    in_form = Signature(where="form", name="client_secret", value=each.value, shell=words)
    ways = (("", over_basic(party.client_id, each.value, each.shown)), (" in the form", in_form))
    for where, signature in ways:
        what = f"{each.what}{where}"
        name = f"{party.credential}, {what}"
        suite.client.know(name, signature)
        yield NearMiss(
            what=what,
            party=replace(party, credential=name),
            form={"client_id": party.client_id} if where else {},
            errors=NOBODY if where or not each.value else _WRONG,
        )
