"""Reports: what people and machines read of a run. None of them can change the verdict."""

from specproof.reports.clean import Mask, clean
from specproof.reports.folder import staged
from specproof.reports.terminal import render
from specproof.reports.write import OWNED, write_all

__all__ = ["OWNED", "Mask", "clean", "render", "staged", "write_all"]
