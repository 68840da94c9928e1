"""Build the Allure site at the end of a run, where the user asked for it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from specproof.errors import SiteError
from specproof.reports.site.build import build_site


def site_line(reports_dir: Path, environ: Mapping[str, str]) -> str:
    """Build the site of a reports folder; return one line: where it is and how large, or why it is not there.

    That there is no site changes neither verdict nor exit status: the other reports are there.
    """
    try:
        return f"Site: {build_site([reports_dir], environ=environ)}"
    except SiteError as error:
        return f"Site: not built, {error}; {reports_dir / 'index.html'} is there"
