"""The profile of an environment for it, and the variables with its secrets."""

from __future__ import annotations

import json

from antipode.granting import revoked_refresh
from antipode.world import ADDON, ADDON_SECRET, CLIENTS, PASSWORD, TEAMS, USER, World

_HEAD = """
[environment]
name = "antipode"
base_url = "{base}"
writes = "{writes}"
exclusive = true
[parameters]
username = "lund"
"""
_MORE = """
[aliases]
username = ["{lund}"]
[foreign]
username = "moss"
variable_uuid = "{item}"
[foreign_aliases]
username = ["{moss}"]
[empty]
username = "heath"
[queries]
search_query = ["ferry", "\\"open gate\\"", "lantern ext:py", "gate repo:atlas", "berth lang:go"]
[oauth]
authorize_url = "{root}/authorize"
token_url = "{root}/token"
user = {{username = "{user}", password = "${{ANTIPODE_{password}}}"}}
refresh_tokens = [{{token = "${{ANTIPODE_REFRESH}}", client_id = "lund-app", state = "revoked"}}]
[oauth.jwt]
issuer = "{addon}"
secret = "${{ANTIPODE_ADDON}}"
[cloning]
url = "{root}/git/lund/atlas.git"
foreign_url = "{root}/git/moss/bog.git"
"""
PIPELINES = ["* */pipelines_config/*"]


def profile(world: World, *, writes: str = "allowed", minimal: bool = False, few: bool = False) -> str:
    """Return the profile as TOML.

    Args:
        world: The server.
        writes: What ``writes`` says.
        minimal: Without aliases, foreign and empty teams, queries, OAuth and cloning.
        few: With the first credential alone.
    """
    text = _HEAD.format(base=world.base, writes=writes)
    if not minimal:
        item = next(iter(world.variables["moss"]))
        text += _MORE.format(
            root=world.root, item=item, user=USER, password=PASSWORD.upper(), addon=ADDON, **TEAMS
        )
        for name, (secret, back, scopes) in CLIENTS.items():
            if secret or not world.manner.lean:
                text += f'[[oauth.clients]]\nclient_id = "{name}"\nredirect_uri = "{back}"\n'
                text += f"scopes = {json.dumps(sorted(scopes))}\n"
                text += f'client_secret = "${{ANTIPODE_{_variable(name)}}}"\n' if secret else ""
    for who in world.people[: 1 if few else None]:
        text += f'[[credentials]]\nname = "{who.name}"\nscheme = "{who.scheme}"\nkind = "{who.kind}"\n'
        text += f'state = "{who.state}"\nsecret = "${{ANTIPODE_{_variable(who.name)}}}"\n'
        teams = [team for team in who.teams if not minimal or team == "lund"]
        text += f"reaches = {json.dumps(teams)}\n" if teams else "reaches = []\n"
        text += f'username = "{who.user}"\n' if who.user else ""
        text += f"scopes = {json.dumps(sorted(who.scopes))}\n" if who.scopes is not None else ""
        text += 'satisfies = "api_key"\n' if who.kind == "api_key" else ""
    return text


def variables(world: World) -> dict[str, str]:
    """Return the environment variables that the profile names."""
    secrets = {_variable(who.name): who.secret for who in world.people}
    secrets |= {_variable(name): secret for name, (secret, *_) in CLIENTS.items() if secret}
    secrets |= {"REFRESH": revoked_refresh(), "ADDON": ADDON_SECRET}
    return {f"ANTIPODE_{name}": value for name, value in secrets.items()}


def _variable(name: str) -> str:
    return name.upper().replace("-", "_")
