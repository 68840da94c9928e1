"""Who ran the suite, as CI servers say it in their environment variables."""

from __future__ import annotations

from collections.abc import Mapping

_SERVERS: tuple[tuple[str, str, str, str, str, str], ...] = (
    # type, variable that gives it away, build name, build number, build URL, name for people
    ("github", "GITHUB_ACTIONS", "{GITHUB_WORKFLOW}", "GITHUB_RUN_NUMBER",
     "{GITHUB_SERVER_URL}/{GITHUB_REPOSITORY}/actions/runs/{GITHUB_RUN_ID}", "GitHub Actions"),
    ("gitlab", "GITLAB_CI", "{CI_JOB_NAME}", "CI_PIPELINE_IID", "{CI_JOB_URL}", "GitLab CI"),
    ("bitbucket", "BITBUCKET_BUILD_NUMBER", "{BITBUCKET_REPO_FULL_NAME}", "BITBUCKET_BUILD_NUMBER",
     "{BITBUCKET_GIT_HTTP_ORIGIN}/pipelines/results/{BITBUCKET_BUILD_NUMBER}", "Bitbucket Pipelines"),
    ("jenkins", "JENKINS_URL", "{JOB_NAME}", "BUILD_NUMBER", "{BUILD_URL}", "Jenkins"),
)  # fmt: skip


def executor(environ: Mapping[str, str]) -> dict[str, str | int] | None:
    """Return the content of Allure's ``executor.json``, or ``None`` outside of CI.

    Parts that the server does not say are left out.
    """
    for kind, sign, name, number, url, shown in _SERVERS:
        if environ.get(sign):
            found: dict[str, str | int] = {"name": shown, "type": kind}
            order = environ.get(number, "")
            if order.isascii() and order.isdigit():
                found["buildOrder"] = int(order)
            if build := _filled(name, environ):
                found["buildName"] = f"{build} #{order}" if order else build
            if link := _filled(url, environ):
                found["buildUrl"] = link
            return found
    return None


def _filled(template: str, environ: Mapping[str, str]) -> str:
    try:
        return template.format_map(environ)
    except KeyError:
        return ""
