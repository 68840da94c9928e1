"""Write all reports of a run, or none."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

from specproof.aside import Aside
from specproof.errors import OptionError
from specproof.model.verdict import Decision, Run
from specproof.reports import allure, badge, code_insights, har, page, run_json, sarif, scripts
from specproof.reports.clean import Mask, clean
from specproof.reports.folder import staged
from specproof.reports.junit import write_junit
from specproof.reports.page.compare import previous_verdict
from specproof.reports.site.build import SITE
from specproof.reports.summary_md import write_summary
from specproof.reports.verdict_json import write_verdict

OWNED = (
    page.NAME, "verdict.json", run_json.NAME, "junit.xml", "summary.md", sarif.NAME, har.NAME,
    code_insights.REPORT, code_insights.ANNOTATIONS, badge.JSON, badge.SVG, scripts.FOLDER, allure.FOLDER,
    SITE,
)  # fmt: skip
"""What a run leaves; entries of these names are replaced, all others are left alone."""

_NO_CI: Mapping[str, str] = MappingProxyType({})


def write_all(
    run: Run,
    decision: Decision,
    folder: Path,
    *,
    mask: Mask,
    environ: Mapping[str, str] = _NO_CI,
    compare_with: Path | None = None,
) -> None:
    """Replace the reports in a folder by those of this run, once all of them are written.

    Args:
        run: What was seen; every text of it passes the mask before anything is written.
        decision: The gate's answer.
        folder: The reports folder; made if there is none.
        mask: Takes the secrets out of a text.
        environ: Variables by which a CI server can be told, for Allure's ``executor.json``.
        compare_with: The ``verdict.json`` of another run; default: the one that lies in the folder.

    Raises:
        OptionError: The folder cannot be written to; what was in it is still there. Or there is nothing to
            compare with.
    """
    previous = previous_verdict(compare_with or folder, asked=compare_with is not None)
    run, decision = clean(run, decision, mask)
    try:
        with staged(folder, owned=OWNED) as fresh:
            others = Aside({
                "page": partial(_write_page, run, decision, fresh, mask, previous),
                "junit": partial(write_junit, run, decision, fresh),
            })
            with closing(others):
                allure.write_allure(run, decision, fresh, mask, environ)
                write_summary(run, decision, fresh)
                scripts.write_scripts(run, fresh)
                sarif.write_sarif(run, decision, fresh, mask)
                har.write_har(run, fresh)
                code_insights.write_code_insights(run, decision, fresh)
                badge.write_badges(run, decision, fresh)
                run_json.write_run(run, fresh, mask)
                write_verdict(run, decision, fresh, mask)
                others.take("page")
                others.take("junit")
    except OSError as error:
        raise OptionError(
            f"--reports-dir: the reports cannot be written to {folder} ({error.strerror or error}); "
            "those of the previous run are still there"
        ) from error


def _write_page(
    run: Run, decision: Decision, folder: Path, mask: Mask, previous: Mapping[str, Any] | None
) -> None:
    from specproof.reports.page.render import write_page  # noqa: PLC0415  # jinja2, for the other process alone

    write_page(run, decision, folder, mask, previous)
