"""The fields of a variable that ``q`` and ``sort`` know, as SQL over its row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "boolean", "moment"]


@dataclass(frozen=True, slots=True)
class Column:
    """A field: its SQL, and which values it can be compared with."""

    sql: str
    kind: Kind


COLUMNS = {
    "uuid": Column("'{' || uuid || '}'", "text"),
    "key": Column("key", "text"),
    # Nothing may be learnt about a secret by comparing or ordering: to both it is empty.
    "value": Column("CASE WHEN secured THEN '' ELSE value END", "text"),
    "secured": Column("secured", "boolean"),
    "created_on": Column("created_on", "moment"),
    "updated_on": Column("updated_on", "moment"),
    "type": Column("'pipeline_variable'", "text"),
    "links.self.href": Column("? || uuid || '%7D'", "text"),  # binds the address up to the UUID
}
SORTABLE = ("uuid", "key", "value", "secured", "created_on", "updated_on")
