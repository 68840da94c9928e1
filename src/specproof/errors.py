"""Why the suite could not run. A broken promise is never an exception: it is a finding.

SpecproofError
├── UsageError          something the user gave is wrong: exit status 4
│   ├── DocumentError       the OpenAPI document or an overlay cannot be read
│   ├── ProfileError        the environment profile cannot be used
│   ├── OptionError         an option has a value that cannot be used
│   ├── LedgerError         a ledger cannot be read or written
│   ├── HookError           code of the user's own fails, or asks for what is not to be had
│   └── SiteError           the Allure site cannot be built
└── TargetError         the server is at fault or away: verdict ``inconclusive``
    ├── Unreachable         no connection could be made, or it broke
    ├── Stopped             the run was ended: its budget is spent, or the service is failing
    └── RefusedBySafety     a request that the profile forbids; the client did not send it
        └── Forbidden           one of a kind that the profile rules out: nothing is there to be mended
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class SpecproofError(Exception):
    """Base of every error of ours; its text is one line that names the place and the mend."""


class UsageError(SpecproofError):
    """Something the user gave cannot be used."""


class DocumentError(UsageError):
    """The OpenAPI document or an overlay cannot be read."""


class ProfileError(UsageError):
    """The environment profile cannot be used."""


class OptionError(UsageError):
    """An option has a value that cannot be used."""


class LedgerError(UsageError):
    """A ledger cannot be read or written; nothing is created without one."""


class HookError(UsageError):
    """A hook of the user's own fails, or asks for what is not to be had."""


class SiteError(UsageError):
    """The Allure site cannot be built; the other reports are there."""


class TargetError(SpecproofError):
    """The server is at fault or away, so nothing can be said about its promises."""


class Unreachable(TargetError):
    """No connection could be made, or it broke before an answer was complete."""

    def __init__(self, text: str, *, mend: str = "", broken: bool = False) -> None:
        """Take what happened, and what can be done where that is known.

        Args:
            text: What happened.
            mend: What can be done.
            broken: There was a connection, and it ended before the answer did.
        """
        super().__init__(text)
        self.mend, self.broken = mend, broken


class NeverAnswered(Unreachable):
    """A request gets no answer each time that it is sent, while others do: that is the server's failure."""


class Stopped(TargetError):
    """The run was ended before its end: nothing more is sent but what cleans up."""


class RefusedBySafety(TargetError):
    """The environment's safety rules forbid this request; it was not sent."""


class Forbidden(RefusedBySafety):
    """The profile rules out every request of this kind, so that there is nothing to mend."""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return `` Did you mean 'x'?`` for the nearest known word, or an empty string."""
    near = difflib.get_close_matches(word, list(known), n=1)
    return f" Did you mean {near[0]!r}?" if near else ""
