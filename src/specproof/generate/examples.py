"""Keep what showed something, in a Hypothesis example database: a folder, or a Redis or Valkey server.

A failing case is known by our own judgement, never by an exception inside a Hypothesis test, so what is kept
is the case itself as JSON, not the choices of a generator: it stays readable when the generator changes.
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from specproof.errors import OptionError

if TYPE_CHECKING:  # importing hypothesis takes long, and most runs keep no examples
    from hypothesis.database import ExampleDatabase

_SERVERS = {"redis": "redis", "rediss": "rediss", "valkey": "redis", "valkeys": "rediss"}
_PREFIX = b"specproof-example:"
_EXPIRES = timedelta(days=90)  # after the last run that looked at the key
_ANSWER_S = 5.0
_MOST = 200  # per key; what is beyond that would make every run longer


@dataclass(kw_only=True)
class Examples:
    """Found cases by a key in words, such as the label of an operation."""

    database: ExampleDatabase | None = None
    failures: tuple[type[Exception], ...] = (OSError,)
    trouble: str = ""  # why the database could not be used
    _keys: dict[tuple[str, ...], bytes] = field(default_factory=dict)

    def found(self, *key: str) -> Iterator[Any]:
        """Yield the cases of a key, always in the same order; what is no JSON is passed over."""
        if self.database is None or self.trouble:
            return
        try:
            values = sorted(self.database.fetch(self._key(key)))
        except self.failures as error:
            self.trouble = f"--examples-db: cannot be read ({_reason(error)})"
            return
        for value in values[:_MOST]:
            try:
                yield json.loads(value)
            except ValueError:
                continue

    def keep(self, case: Any, *key: str) -> None:
        """Keep a case; nothing happens where the database may only be read."""
        self._change("save", case, key)

    def drop(self, case: Any, *key: str) -> None:
        """Forget a case that shows nothing any more."""
        self._change("delete", case, key)

    def _change(self, how: str, case: Any, key: tuple[str, ...]) -> None:
        if self.database is None or self.trouble:
            return
        value = json.dumps(case, sort_keys=True, separators=(",", ":")).encode()
        try:
            getattr(self.database, how)(self._key(key), value)
        except self.failures as error:
            self.trouble = f"--examples-db: cannot be written ({_reason(error)})"

    def _key(self, key: tuple[str, ...]) -> bytes:
        return self._keys.setdefault(key, "\n".join(key).encode("utf-8", "backslashreplace"))


def open_examples(places: Sequence[str], *, writes: bool) -> Examples:
    """Open one database, or several at once: found is what any of them has, and all keep what is kept.

    Args:
        places: Folders, or URLs such as ``redis://host:6379/0``.
        writes: Whether found cases are kept; otherwise the databases are only read.

    Raises:
        OptionError: A place cannot be used.
    """
    if not places:
        return Examples()
    from hypothesis.database import MultiplexedDatabase, ReadOnlyDatabase  # noqa: PLC0415  # see above

    opened = [_open(place, writes=writes) for place in places]
    databases = [database for database, _ in opened]
    one = databases[0] if len(databases) == 1 else MultiplexedDatabase(*databases)
    failures = tuple({failure for _, found in opened for failure in found})
    return Examples(database=one if writes else ReadOnlyDatabase(one), failures=failures)


def _open(place: str, *, writes: bool) -> tuple[ExampleDatabase, tuple[type[Exception], ...]]:
    from hypothesis.database import DirectoryBasedExampleDatabase  # noqa: PLC0415  # see above

    scheme = place.partition("://")[0].lower()
    if scheme in _SERVERS and "://" in place:
        return _open_server(place, scheme)
    if "://" in place:
        raise OptionError(
            f"--examples-db: {scheme}:// is neither redis://, rediss:// nor valkey://; give one, or a folder"
        )
    folder = Path(place)
    try:
        if writes:
            folder.mkdir(parents=True, exist_ok=True)
        elif folder.exists() and not folder.is_dir():
            raise NotADirectoryError(20, "Not a directory")
    except OSError as error:
        raise OptionError(
            f"--examples-db: {place} cannot be used ({_reason(error)}); give another folder"
        ) from error
    return DirectoryBasedExampleDatabase(folder), (OSError,)


def _open_server(place: str, scheme: str) -> tuple[ExampleDatabase, tuple[type[Exception], ...]]:
    """Connect to a Redis or Valkey server; its password shows nowhere."""
    try:
        redis = importlib.import_module("redis")
        hypothesis_redis = importlib.import_module("hypothesis.extra.redis")
    except ImportError as error:
        raise OptionError("--examples-db: redis:// needs an extra: pip install 'specproof[redis]'") from error
    shown = f"{scheme}://{urlsplit(place).netloc.rpartition('@')[2]}"
    try:
        connection = redis.Redis.from_url(
            f"{_SERVERS[scheme]}{place[len(scheme) :]}",
            socket_timeout=_ANSWER_S,
            socket_connect_timeout=_ANSWER_S,
        )
        connection.ping()
    except (redis.exceptions.RedisError, OSError, ValueError) as error:
        raise OptionError(
            f"--examples-db: {shown} cannot be used ({_reason(error)}); start it or mend the URL"
        ) from error
    database: ExampleDatabase = hypothesis_redis.RedisExampleDatabase(
        connection, expire_after=_EXPIRES, key_prefix=_PREFIX, listener_channel="specproof-examples"
    )
    return database, (redis.exceptions.RedisError, OSError)


def _reason(error: Exception) -> str:
    """Return what went wrong without the address, which may hold a password."""
    return getattr(error, "strerror", None) or type(error).__name__
