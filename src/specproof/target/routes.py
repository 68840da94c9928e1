"""Which request leads to which operation, and what each one asks of a credential."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from flask import Flask, Response, request

from specproof.target.access import Gate
from specproof.target.access_log import CREDENTIAL
from specproof.target.accounts import Need
from specproof.target.health import health
from specproof.target.incoming import Call, Query, origin_of
from specproof.target.operations import Operations
from specproof.target.presented import presented
from specproof.target.resources import Resources

READ_VARIABLES = Need(scope="pipeline", whole_team=True)
WRITE_VARIABLES = Need(scope="pipeline:variable", whole_team=True)
FORGE_READ_VARIABLES = Need(scope="pipeline", forge="read:pipeline:bitbucket", whole_team=True)
FORGE_WRITE_VARIABLES = Need(scope="pipeline:variable", forge="admin:pipeline:bitbucket", whole_team=True)
READ_CODE = Need(scope="repository")
FORGE_READ_CODE = Need(scope="repository", forge="read:repository:bitbucket")
DELETE_REPOSITORY = Need(scope="repository:delete", forge="delete:repository:bitbucket")
READ_PROJECTS = Need(scope="project", forge="read:project:bitbucket")
READ_TEAM = Need(scope=None, whole_team=True)
READ_USER = Need(scope=None, forge="read:user:bitbucket")
READ_WORKSPACE = Need(scope=None, forge="read:workspace:bitbucket", whole_team=True)

TEAM = "/2.0/teams/<username>"
TEAM_VARIABLES = f"{TEAM}/pipelines_config/variables"
WORKSPACE = "/2.0/workspaces/<username>"
WORKSPACE_VARIABLES = f"{WORKSPACE}/pipelines-config/variables"
REPOSITORIES = "/2.0/repositories/<username>"
REPOSITORY = f"{REPOSITORIES}/<repo_slug>"
ANY_TEAM = "{}"
"""Stands for the team of a repository that is named by its UUID (narrative, section on URI and UUID)."""
USER = "/2.0/users/<selected_user>"


@dataclass(frozen=True, slots=True)
class Route:
    """One method on one path.

    Args:
        method: HTTP method; HEAD comes with GET.
        path: Rule of the path.
        operation: Name of the method of ``Operations`` or ``Resources`` that answers.
        need: What it asks of a credential.
    """

    method: str
    path: str
    operation: str
    need: Need


ROUTES = (
    Route("GET", TEAM_VARIABLES, "list_variables", READ_VARIABLES),
    Route("POST", TEAM_VARIABLES, "create_variable", WRITE_VARIABLES),
    Route("GET", f"{TEAM_VARIABLES}/<variable_uuid>", "read_variable", READ_VARIABLES),
    Route("PUT", f"{TEAM_VARIABLES}/<variable_uuid>", "update_variable", WRITE_VARIABLES),
    Route("DELETE", f"{TEAM_VARIABLES}/<variable_uuid>", "delete_variable", WRITE_VARIABLES),
    Route("GET", f"{TEAM}/search/code", "search_code", READ_CODE),
    Route("GET", WORKSPACE_VARIABLES, "list_variables", FORGE_READ_VARIABLES),
    Route("POST", WORKSPACE_VARIABLES, "create_variable", FORGE_WRITE_VARIABLES),
    Route("GET", f"{WORKSPACE_VARIABLES}/<variable_uuid>", "read_variable", FORGE_READ_VARIABLES),
    Route("PUT", f"{WORKSPACE_VARIABLES}/<variable_uuid>", "update_variable", FORGE_WRITE_VARIABLES),
    Route("DELETE", f"{WORKSPACE_VARIABLES}/<variable_uuid>", "delete_variable", FORGE_WRITE_VARIABLES),
    Route("GET", f"{WORKSPACE}/search/code", "search_code", FORGE_READ_CODE),
    Route("GET", TEAM, "read_team", READ_TEAM),
    Route("GET", WORKSPACE, "read_workspace", READ_WORKSPACE),
    Route("GET", f"{WORKSPACE}/projects", "list_projects", READ_PROJECTS),
    Route("GET", f"{WORKSPACE}/projects/<project_key>", "read_project", READ_PROJECTS),
    Route("GET", REPOSITORIES, "list_repositories", FORGE_READ_CODE),
    Route("GET", REPOSITORY, "read_repository", FORGE_READ_CODE),
    Route("DELETE", REPOSITORY, "delete_repository", DELETE_REPOSITORY),
    Route("GET", f"{REPOSITORY}/commits", "list_commits", FORGE_READ_CODE),
    Route("GET", f"{REPOSITORY}/commit/<commit>", "read_commit", FORGE_READ_CODE),
    Route("GET", f"{REPOSITORY}/src/<commit>/<path:path>", "read_source", FORGE_READ_CODE),
)
ALIASES = {f"{REPOSITORY}/commits": f"{REPOSITORY}/commits/"}
"""Other spellings that clients of the original use."""
REPLACED = "/2.0/teams/", "/pipelines_config/"
SUCCESSOR = "/2.0/workspaces/", "/pipelines-config/"


def install(app: Flask, operations: Operations, resources: Resources) -> None:
    """Add every route to the application. Endpoints are ``base.operation``: ``teams.list_variables``."""
    for route in ROUTES:
        base = route.path.split("/")[2]
        endpoint = f"{base}.{route.operation}"
        view = _view(operations, resources, route, base)
        for path in filter(None, (route.path, ALIASES.get(route.path))):
            app.add_url_rule(path, endpoint, view, methods=[route.method], strict_slashes=True)
    app.add_url_rule(USER, "users.read_user", _user_view(operations.gate, resources), strict_slashes=True)
    app.add_url_rule("/2.0/health", "health", lambda: operations.answers.json(health(operations.gate.store)))


def operation_name(endpoint: str | None) -> str:
    """Return the operation behind an endpoint, empty where no route matched."""
    return (endpoint or "").rpartition(".")[2]


def successor_of(path: str) -> str | None:
    """Return the path that replaces a deprecated one, percent-encoded; ``None`` where nothing does.

    Args:
        path: Decoded path of the request.
    """
    if not path.startswith(REPLACED[0]) or REPLACED[1] not in path:
        return None
    moved = path.replace(REPLACED[0], SUCCESSOR[0], 1).replace(REPLACED[1], SUCCESSOR[1], 1)
    return quote(moved, errors="surrogatepass")


def _user_view(gate: Gate, resources: Resources) -> Callable[[str], Response]:
    def view(selected_user: str) -> Response:
        query = Query(request.environ.get("QUERY_STRING", ""))
        credential = gate.identify("read_user", gate.authorization(presented(request, query)))
        request.environ[CREDENTIAL] = credential.name
        gate.require(credential, None, READ_USER)
        return resources.read_user(credential, selected_user, origin_of(request.environ), query)

    return view


def _view(operations: Operations, resources: Resources, route: Route, base: str) -> Callable[..., Response]:
    owner = operations if hasattr(operations, route.operation) else resources
    answer: Callable[[Call], Response] = getattr(owner, route.operation)
    gate = operations.gate

    def view(username: str, **path: str) -> Response:
        query = Query(request.environ.get("QUERY_STRING", ""))
        credential = gate.identify(route.operation, gate.authorization(presented(request, query)))
        request.environ[CREDENTIAL] = credential.name
        if username == ANY_TEAM and "repo_slug" in path:
            username = resources.home_of(path["repo_slug"]) or username
        team = gate.admit(credential, username, route.need)
        return answer(Call(route.operation, origin_of(request.environ), query, credential, team, path, base))

    return view
