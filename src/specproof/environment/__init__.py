"""The environment profile: where the server is, what may be done to it, and who asks.

``find_profile`` and ``load_profile`` turn a TOML file into a ``Profile``; ``credentials`` chooses who
sends a request; ``Masker`` keeps what is secret out of everything that people read.
"""

from specproof.environment.credentials import (
    Placement,
    authorization,
    credentials_for,
    default_credential,
    expand_scopes,
    fits,
    is_enough,
    reaches,
)
from specproof.environment.load import find_profile, load_profile
from specproof.environment.profile import (
    JWT,
    Client,
    Cloning,
    Credential,
    OAuth,
    Profile,
    RefreshToken,
    Setup,
    User,
)
from specproof.environment.secrets import MASK, Masker, Secret
from specproof.environment.server import Environment

__all__ = [
    "JWT",
    "MASK",
    "Client",
    "Cloning",
    "Credential",
    "Environment",
    "Masker",
    "OAuth",
    "Placement",
    "Profile",
    "RefreshToken",
    "Secret",
    "Setup",
    "User",
    "authorization",
    "credentials_for",
    "default_credential",
    "expand_scopes",
    "find_profile",
    "fits",
    "is_enough",
    "load_profile",
    "reaches",
]
