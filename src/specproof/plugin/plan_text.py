"""What ``--plan`` prints."""

from __future__ import annotations

from collections.abc import Iterator

from specproof.environment.profile import Profile
from specproof.model.verdict import Shard
from specproof.suite.planning import RunPlan
from specproof.suite.session import Plan

_REASONS = 3  # shown for each area


def plan_lines(
    plan: RunPlan, profile: Profile, options: Plan, title: str, shard: Shard | None = None
) -> Iterator[str]:
    """Yield the lines: looks with the most requests of each, then what may be sent and by whom."""
    environment = profile.environment
    part = f", shard {shard}" if shard is not None else ""
    yield f"PLAN  {title} on {environment.name}, seed {options.seed}, depth {options.depth}{part}"
    yield "  nothing was sent"
    yield ""
    subjects: dict[str, list[tuple[str, int, int]]] = {}
    for look in plan.looks:
        if look.most:
            subjects.setdefault(look.subject, []).append((look.kind, look.most, len(look.promises)))
    for subject, looks in sorted(subjects.items()):
        yield f"  {subject or 'the API as a whole'}"
        for kind, most, promises in looks:
            about = f"for {promises} promises" if promises > 1 else "for 1 promise" if promises else ""
            yield f"    {kind:<20}{most:>8} requests at most  {about}".rstrip()
    yield ""
    yield f"  {plan.most} requests at most in all, with {plan.before} before the first look"
    if environment.max_requests is not None and environment.max_requests < plan.most:
        yield f"  the run stops after {environment.max_requests} (max_requests), clean-up not counted"
    yield ""
    yield from permission_lines(plan, profile)
    yield ""
    yield from area_lines(plan)


def permission_lines(plan: RunPlan, profile: Profile) -> Iterator[str]:
    """Yield what may be sent, where to, how fast, and by whom."""
    environment = profile.environment
    yield f"  methods      {', '.join(plan.methods)}"
    yield f"  servers      {', '.join((environment.base_url, *environment.hosts))}"
    beside = [url for url in _beside(profile) if url]
    if beside:
        yield f"  beside them  {', '.join(beside)}"
    wrong = (
        "never what the document forbids" if environment.negative_data == "forbidden" else "valid and invalid"
    )
    yield f"  data         {wrong}"
    pace = [environment.rate_limit or "no rate limit", f"{environment.concurrency} at the same time"]
    yield f"  pace         {', '.join(pace)}"
    names = [credential.name for credential in profile.credentials]
    made_up = ", and wrong secrets that are made up" if names else "none"
    yield f"  credentials  {', '.join(names)}{made_up}"


def _beside(profile: Profile) -> Iterator[str | None]:
    if profile.oauth is not None:
        yield profile.oauth.authorize_url
        yield profile.oauth.token_url
    if profile.cloning is not None:
        yield profile.cloning.url
        yield profile.cloning.foreign_url


def area_lines(plan: RunPlan) -> Iterator[str]:
    """Yield for each area how many promises can be looked at, and why others cannot."""
    yield "  area                can be looked at"
    for area, (able, whole, why) in plan.areas.items():
        reasons = [f"{number} not: {reason}" for reason, number in why.most_common(_REASONS)]
        more = [f"and {len(why) - _REASONS} more reasons"] if len(why) > _REASONS else []
        yield f"  {area:<20}{able:>4} of {whole:<4} {'; '.join([*reasons, *more])}".rstrip()
