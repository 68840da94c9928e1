"""Searches with a credential that is bound to a part: it finds what lies in the part, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from specproof.contract.searching import search_parameter
from specproof.environment.profile import Credential
from specproof.generate.search_answers import Asker
from specproof.generate.search_language import Language
from specproof.generate.walks import Collection, Send
from specproof.invariants.doors import beyond
from specproof.model.finding import Breach
from specproof.model.operation import Operation, Parameter
from specproof.model.search import Answer, Query
from specproof.suite.session import Suite

_KNOWN = {"quick": 1, "standard": 2, "deep": 5}  # how many of the profile's queries are asked


def searched_beyond(
    suite: Suite, operation: Operation, bound: Credential, free: Credential, *, send: Send
) -> Iterator[Breach]:
    """Yield what a bound credential finds outside its part.

    Where a modifier of the search has the name that the binding has in the profile (``only``), a credential
    that sees everything can ask for exactly this part: the same query, narrowed by the modifier. Nothing is
    judged where that finds nothing at all, since the modifier may then know the part by another name.
    """
    found = search_parameter(operation)
    kinds = sorted(set(bound.only) & set(found[1].modifiers)) if found else []
    if found is None or not kinds:
        return
    parameter, rules = found
    everything, part = (
        Asker(
            collection=_collection(suite, operation, parameter, each),
            parameter=parameter.name,
            rules=rules,
            send=send,
            depth=suite.plan.depth,
        )
        for each in (free, bound)
    )
    language = Language(rules=rules)
    for kind in kinds:
        look = _Look(suite=suite, operation=operation, language=language, kind=kind, bound=bound)
        known = look.known(parameter)
        if any(look.inside(everything, query).found for query in known):
            yield from look.judge(everything, part, known)


@dataclass(frozen=True, kw_only=True)
class _Look:
    suite: Suite
    operation: Operation
    language: Language
    kind: str  # of modifier
    bound: Credential

    def known(self, parameter: Parameter) -> list[Query]:
        """Return the first queries of the profile, or of the document, that say nothing compound."""
        texts = [str(t) for t in self.suite.profile.queries.get(parameter.name) or parameter.examples]
        simple = [self.language.read(text) for text in texts if not self.language.is_compound(text)]
        return simple[: _KNOWN[self.suite.plan.depth]]

    def judge(self, everything: Asker, part: Asker, known: list[Query]) -> Iterator[Breach]:
        """Ask each query as somebody who is bound, and the same about the part as somebody who is not."""
        for query in self._queries(known):
            seen, wanted = part.ask(query), self.inside(everything, query)
            if wanted.complete and seen.found:
                what, evidence = f'"{self.bound.name}"', (*wanted.pages[-1:], *seen.pages[-1:])
                sets = set(seen.identities), set(wanted.identities)
                most = f"what others find in its {self.kind}"
                yield from beyond(self.operation, what, *sets, *evidence, most=most)

    def inside(self, everything: Asker, query: Query) -> Answer:
        """Return what there is to be found in the part."""
        answers = [everything.ask(each) for each in self._narrowed(query, self.bound.only[self.kind])]
        return Answer(
            query=query,
            pages=tuple(page for answer in answers for page in answer.pages),
            found=tuple(found for answer in answers for found in answer.found),
            complete=bool(answers) and all(answer.complete for answer in answers),
        )

    def _queries(self, known: list[Query]) -> Iterator[Query]:
        yield from known
        for query in known[:1]:
            either = self.language.either(*known[:2]) if len(known) > 1 else None
            grouped = self.language.grouped(either)
            yield from (grouped,) if grouped is not None else ()
            yield from self._narrowed(query, self._elsewhere())

    def _elsewhere(self) -> list[str]:
        """Return the parts that other credentials are bound to."""
        others = {v for c in self.suite.profile.credentials for v in c.only.get(self.kind, ())}
        return sorted(others - set(self.bound.only[self.kind]))

    def _narrowed(self, query: Query, values: Iterable[str]) -> list[Query]:
        made = (self.language.narrowed(query, self.kind, value) for value in values)
        return [query for query in made if query is not None]


def _collection(
    suite: Suite, operation: Operation, parameter: Parameter, credential: Credential
) -> Collection:
    return Collection(
        operation=operation,
        base_url=suite.client.base_url,
        path=suite.access.parents(operation),
        query=tuple(p for p in suite.access.required_query(operation) if p[0] != parameter.name),
        credential=credential.name,
    )
