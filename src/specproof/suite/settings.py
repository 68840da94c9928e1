"""What the client has to know about an environment."""

from __future__ import annotations

from specproof.client.connections import Network
from specproof.client.safety import Safety
from specproof.client.settings import Settings
from specproof.contract.contract import Contract
from specproof.environment.profile import Profile
from specproof.suite.negative import Negative
from specproof.suite.own import Own
from specproof.suite.signing import elsewhere, signatures


def safety_of(profile: Profile) -> Safety:
    """Return what an environment allows to be sent."""
    environment = profile.environment
    return Safety(
        base_url=environment.base_url,
        writes=environment.writes == "allowed",
        source=profile.source,
        elsewhere=elsewhere(profile),
        methods=frozenset(environment.methods) if environment.methods is not None else None,
        hosts=environment.hosts,
    )


def client_settings(
    profile: Profile,
    contract: Contract,
    *,
    run_id: str,
    processes: int = 1,
    spent: int = 0,
    own: Own | None = None,
) -> Settings:
    """Return the settings of a client.

    Args:
        profile: The environment.
        contract: What the document forbids is not sent where the profile says so.
        run_id: Sent with every request.
        processes: How many clients share the limits of the profile; each gets its part.
        spent: Requests of the budget that were sent before.
        own: Code of the user's; it may change a request before it is sent.
    """
    environment = profile.environment
    rate, most = environment.rate, environment.max_requests
    return Settings(
        safety=safety_of(profile),
        network=Network(
            timeout_s=environment.request_timeout_s,
            concurrency=max(1, environment.concurrency // processes),
            verify_tls=environment.verify_tls,
            ca_file=environment.ca_file,
            certificate=environment.client_certificate,
            key=environment.client_key,
            proxies=profile.proxies,
        ),
        rate=(rate[0], rate[1] * processes) if rate is not None else None,
        max_requests=max(0, most - spent) // processes if most is not None else None,
        budget=most,
        error_share=environment.stop_at_error_share,
        forbids=(
            Negative(contract=contract, base_url=environment.base_url)
            if environment.negative_data == "forbidden"
            else None
        ),
        prepare=own.preparation(contract, profile) if own is not None else None,
        signatures=signatures(profile),
        run_id=run_id,
    )
