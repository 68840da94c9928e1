"""What reports cost: time and size of the page, of all reports and of the site, by the size of a contract.

Usage::

    python benchmarks/report_cost.py [--operations 6 60 600] [--promises 55] [--site]

Each run is made up: so many operations, so many promises for each, one of a hundred broken. With ``--site``
the Allure site is built too, which needs Node.js and, the first time, the network.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "support"))

from reported import large_run  # noqa: E402 - from the line above

from specproof.environment.secrets import Masker  # noqa: E402
from specproof.model.verdict import Decision, Verdict  # noqa: E402
from specproof.reports import write_all  # noqa: E402
from specproof.reports.page.render import page  # noqa: E402
from specproof.reports.site.build import build_site  # noqa: E402

DECISION = Decision(verdict=Verdict.FAIL, reasons=("findings block",))
BROKEN_EVERY = 100
SECRETS = [f"a secret that a profile may have {number}" for number in range(20)]


def main() -> None:
    """Print one line for each size."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--operations", type=int, nargs="+", default=[6, 60, 600])
    parser.add_argument("--promises", type=int, default=55, help="for each operation")
    parser.add_argument("--site", action="store_true", help="build the Allure site too")
    arguments = parser.parse_args()
    print("operations  promises  page s  page MB  all reports s  all MB  site s  site MB  files")
    for operations in arguments.operations:
        with tempfile.TemporaryDirectory() as folder:
            print(line(operations, operations * arguments.promises, Path(folder), site=arguments.site))


def line(operations: int, promises: int, folder: Path, *, site: bool) -> str:
    """Write everything about one run, and return the figures; seconds are CPU of this process for reports."""
    run, mask = large_run(operations, promises, BROKEN_EVERY), Masker(SECRETS)
    started = time.process_time()
    size = len(page(run, DECISION, mask).encode())
    page_s = time.process_time() - started
    started = time.process_time()
    write_all(run, DECISION, folder, mask=mask)
    all_s = time.process_time() - started
    all_size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    figures = f"{operations:10}  {promises:8}  {page_s:6.2f}  {size / 1e6:7.2f}"
    figures += f"  {all_s:13.2f}  {all_size / 1e6:6.1f}"
    if not site:
        return figures
    started = time.perf_counter()
    built = build_site([folder], environ=os.environ)
    seconds = time.perf_counter() - started
    return f"{figures}  {seconds:6.1f}  {built.size / 1e6:7.1f}  {built.files:5}"


if __name__ == "__main__":
    main()
