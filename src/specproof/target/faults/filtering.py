"""Faults of single comparisons in a filter: the ``q`` parameter."""
# ruff: noqa: D101, D102 - the decorator says what each class does

from __future__ import annotations

import re
from urllib.parse import unquote

from lark import Token, Tree

from specproof.target.columns import COLUMNS, Column
from specproof.target.faults.registry import fault
from specproof.target.filtering import Filter
from specproof.target.problems import Problem
from specproof.target.variables import EVERYTHING, Condition

EQUALITY = "filter.equality"
CONTAINS = "filter.contains"
ORDER = "filter.order"
ABSENT = "filter.absent"
COMPLEMENT = "filter.complement"
NOTHING = "0"
QUOTED = re.compile(r'("(?:[^"\\]|\\.)*")')


def refused(status: int = 400) -> Problem:
    """Build the refusal of a filter that is good."""
    return Problem(status, "The filter is not valid", data={"key": "filter.malformed", "parameter": "q"})


@fault("filter", "filter-ignored", EQUALITY, "Filters are read and ignored.")
class FilterIgnored(Filter):
    def condition(self, text: str | None, *, address: str) -> Condition:
        super().condition(text, address=address)
        return EVERYTHING


@fault("filter", "filter-equals-ignores-case", EQUALITY, "= does not tell capitals apart.")
class FilterEqualsIgnoresCase(Filter):
    def compare(self, field: Token, operator: Token, literal: Token, values: list[object]) -> str:
        found = super().compare(field, operator, literal, values)
        return f"{found} COLLATE NOCASE" if operator == "=" and literal.type == "STRING" else found


@fault("filter", "filter-equals-prefix", EQUALITY, "= is content with the beginning of a value.")
class FilterEqualsPrefix(Filter):
    def compare(self, field: Token, operator: Token, literal: Token, values: list[object]) -> str:
        found = super().compare(field, operator, literal, values)
        if operator != "=" or literal.type != "STRING" or not values[-1]:
            return found
        return f"instr({COLUMNS[field].sql}, ?) = 1"


@fault("filter", "filter-text-as-numbers", EQUALITY, "Text that looks like a number is compared as one.")
class FilterTextAsNumbers(Filter):
    def compare(self, field: Token, operator: Token, literal: Token, values: list[object]) -> str:
        found = super().compare(field, operator, literal, values)
        if operator != "=" or not re.fullmatch(r'"\d+(\.\d+)?"', literal):
            return found
        return f"({found} OR CAST({COLUMNS[field].sql} AS REAL) = {literal[1:-1]})"


@fault("filter", "filter-trims-text", EQUALITY, "Spaces at the ends of a text are lost.")
class FilterTrimsText(Filter):
    def bound(self, column: Column, literal: Token) -> object:
        found = super().bound(column, literal)
        return found.strip() if isinstance(found, str) and column.kind == "text" else found


@fault(
    "filter",
    "filter-keeps-escapes",
    EQUALITY,
    "A backslash before a quotation mark counts as part of the text.",
)
class FilterKeepsEscapes(Filter):
    def bound(self, column: Column, literal: Token) -> object:
        return str(literal[1:-1]) if literal.type == "STRING" else super().bound(column, literal)


@fault("filter", "filter-doubles-backslashes", EQUALITY, "Two backslashes in a text stay two.")
class FilterDoublesBackslashes(Filter):
    def bound(self, column: Column, literal: Token) -> object:
        found = super().bound(column, literal)
        return found.replace("\\", "\\\\") if isinstance(found, str) else found


@fault(
    "filter", "filter-decodes-percent-twice", EQUALITY, "Percent signs in a text are decoded once too often."
)
class FilterDecodesPercentTwice(Filter):
    def condition(self, text: str | None, *, address: str) -> Condition:
        return super().condition(text and unquote(text), address=address)


@fault("filter", "filter-ascii-only", EQUALITY, "A text with letters beyond ASCII equals nothing.")
class FilterAsciiOnly(Filter):
    def compare(self, field: Token, operator: Token, literal: Token, values: list[object]) -> str:
        found = super().compare(field, operator, literal, values)
        return f"({found} AND 0)" if operator == "=" and not literal.isascii() else found


@fault("filter", "filter-refuses-apostrophes", EQUALITY, "A text with an apostrophe is refused.")
class FilterRefusesApostrophes(Filter):
    def parse(self, text: str) -> Tree[Token]:
        if "'" in text:
            raise refused()
        return super().parse(text)


@fault("filter", "filter-splits-text", EQUALITY, "AND inside of a text is taken for the end of a condition.")
class FilterSplitsText(Filter):
    def parse(self, text: str) -> Tree[Token]:
        if any(" AND " in quoted for quoted in QUOTED.findall(text)):
            raise refused()
        return super().parse(text)


@fault("filter", "filter-nested-fields-empty", EQUALITY, "Fields inside of other fields equal nothing.")
class FilterNestedFieldsEmpty(Filter):
    def compare(self, field: Token, operator: Token, literal: Token, values: list[object]) -> str:
        found = super().compare(field, operator, literal, values)
        return f"({found} AND 0)" if "." in field and operator == "=" else found


@fault("filter", "filter-flags-inverted", EQUALITY, "secured != true lists what is secured.")
class FilterFlagsInverted(Filter):
    def compare(self, field: Token, operator: Token, literal: Token, values: list[object]) -> str:
        found = super().compare(field, operator, literal, values)
        return found.replace("!=", "=") if literal.type == "TRUE" else found


@fault("filter", "filter-not-equals-lists-all", EQUALITY, "!= keeps everything.")
class FilterNotEqualsListsAll(Filter):
    def compare(self, field: Token, operator: Token, literal: Token, values: list[object]) -> str:
        found = super().compare(field, operator, literal, values)
        return f"({found} OR 1)" if operator == "!=" and literal.type == "STRING" else found


@fault("filter", "filter-z-not-understood", EQUALITY, "A moment that ends in Z equals nothing.")
class FilterZNotUnderstood(Filter):
    def compare(self, field: Token, operator: Token, literal: Token, values: list[object]) -> str:
        found = super().compare(field, operator, literal, values)
        return f"({found} AND 0)" if literal.type == "MOMENT" and literal.endswith("Z") else found


@fault("filter", "filter-contains-case", CONTAINS, "~ tells capitals apart.")
class FilterContainsCase(Filter):
    def contains(self, column: Column, operator: Token, literal: Token, values: list[object]) -> str:
        if operator == "!~":
            return super().contains(column, operator, literal, values)
        values.append(self.bound(column, literal))
        return f"instr({column.sql}, ?) > 0"


@fault("filter", "filter-not-contains-case", CONTAINS, "!~ tells capitals apart.")
class FilterNotContainsCase(Filter):
    def contains(self, column: Column, operator: Token, literal: Token, values: list[object]) -> str:
        if operator == "~":
            return super().contains(column, operator, literal, values)
        values.append(self.bound(column, literal))
        return f"instr({column.sql}, ?) = 0"


@fault("filter", "filter-contains-ascii-case", CONTAINS, "~ ignores the case of ASCII letters alone.")
class FilterContainsAsciiCase(Filter):
    def contains(self, column: Column, operator: Token, literal: Token, values: list[object]) -> str:
        super().contains(column, operator, literal, values)
        values[-1] = re.sub("[A-Z]+", lambda found: found[0].lower(), str(self.bound(column, literal)))
        return f"instr(lower({column.sql}), ?) {'>' if operator == '~' else '='} 0"


@fault("filter", "filter-contains-wildcards", CONTAINS, "In ~, the signs % and _ stand for any text.")
class FilterContainsWildcards(Filter):
    def contains(self, column: Column, operator: Token, literal: Token, values: list[object]) -> str:
        found = super().contains(column, operator, literal, values)
        return found if not {"%", "_"} & set(str(values[-1])) else self.like(column, operator)

    def like(self, column: Column, operator: Token) -> str:
        """Compare as SQL's LIKE does."""
        return f"casefold({column.sql}) {'' if operator == '~' else 'NOT '}LIKE '%' || ? || '%'"


@fault("filter", "filter-contains-beginning", CONTAINS, "~ looks at the beginning of a value alone.")
class FilterContainsBeginning(Filter):
    def contains(self, column: Column, operator: Token, literal: Token, values: list[object]) -> str:
        found = super().contains(column, operator, literal, values)
        return found.replace("> 0", "= 1")


@fault("filter", "filter-not-contains-skips-empty", COMPLEMENT, "!~ does not list what has an empty value.")
class FilterNotContainsSkipsEmpty(Filter):
    def contains(self, column: Column, operator: Token, literal: Token, values: list[object]) -> str:
        found = super().contains(column, operator, literal, values)
        return f"{found} AND (secured OR value <> '')" if operator == "!~" else found


@fault("filter", "filter-greater-includes-equal", ORDER, "> keeps what is equal, too.")
class FilterGreaterIncludesEqual(Filter):
    def compare(self, field: Token, operator: Token, literal: Token, values: list[object]) -> str:
        return super().compare(field, operator, literal, values).replace(" > ?", " >= ?")


@fault("filter", "filter-less-or-equal-excludes-equal", ORDER, "<= drops what is equal.")
class FilterLessOrEqualExcludesEqual(Filter):
    def compare(self, field: Token, operator: Token, literal: Token, values: list[object]) -> str:
        return super().compare(field, operator, literal, values).replace(" <= ?", " < ?")


@fault("filter", "filter-order-ignores-case", ORDER, "> and < do not tell capitals apart.")
class FilterOrderIgnoresCase(Filter):
    def compare(self, field: Token, operator: Token, literal: Token, values: list[object]) -> str:
        found = super().compare(field, operator, literal, values)
        return f"{found} COLLATE NOCASE" if operator in {"<", ">"} and literal.type == "STRING" else found


class _Moments(Filter):
    """Reads moments after changing how they are written."""

    def moment(self, literal: Token) -> str:
        return super().moment(literal.update(value=self.changed(str(literal))))

    def changed(self, text: str) -> str:
        """Return another text for a moment."""
        raise NotImplementedError


@fault("filter", "filter-offset-ignored", ORDER, "The offset of a moment is ignored.")
class FilterOffsetIgnored(_Moments):
    def changed(self, text: str) -> str:
        return re.sub(r"[+-]\d\d:?\d\d$", "", text) if "T" in text else text


@fault("filter", "filter-offset-turned-round", ORDER, "An offset is added where it should be taken away.")
class FilterOffsetTurnedRound(_Moments):
    def changed(self, text: str) -> str:
        swap = {"+": "-", "-": "+"}
        return re.sub(r"([+-])(\d\d:?\d\d)$", lambda m: swap[m[1]] + m[2], text) if "T" in text else text


@fault("filter", "filter-offset-in-hours", EQUALITY, "The minutes of an offset are ignored.")
class FilterOffsetInHours(_Moments):
    def changed(self, text: str) -> str:
        return re.sub(r"([+-]\d\d):?\d\d$", r"\1:00", text) if "T" in text else text


@fault(
    "filter",
    "filter-no-offset-is-local",
    ORDER,
    "A moment without an offset is taken to be two hours ahead of UTC.",
)
class FilterNoOffsetIsLocal(_Moments):
    def changed(self, text: str) -> str:
        return text if "T" not in text or re.search(r"(Z|[+-]\d\d:?\d\d)$", text) else f"{text}+02:00"


@fault("filter", "filter-time-ignored", ORDER, "Of a moment the date alone counts.")
class FilterTimeIgnored(_Moments):
    def changed(self, text: str) -> str:
        return text[:10]


@fault("filter", "filter-refuses-dates", ORDER, "A date without a time is refused.")
class FilterRefusesDates(_Moments):
    def changed(self, text: str) -> str:
        if "T" not in text:
            raise refused()
        return text


@fault("filter", "filter-null-is-empty", ABSENT, "= null finds empty values.")
class FilterNullIsEmpty(Filter):
    def compare(self, field: Token, operator: Token, literal: Token, values: list[object]) -> str:
        found = super().compare(field, operator, literal, values)
        empty = literal.type == "NULL" and COLUMNS[field].kind == "text" and "?" not in COLUMNS[field].sql
        return f"{COLUMNS[field].sql} {operator} ''" if empty else found


@fault("filter", "filter-not-null-finds-nothing", ABSENT, "!= null finds nothing, as in SQL.")
class FilterNotNullFindsNothing(Filter):
    def absent(self, operator: Token) -> str:
        super().absent(operator)
        return NOTHING


@fault("filter", "filter-null-refused", ABSENT, "null is refused.")
class FilterNullRefused(Filter):
    def absent(self, operator: Token) -> str:
        raise refused()


@fault("filter", "filter-opposites-overlap", COMPLEMENT, "<= also keeps what comes up to a day later.")
class FilterOppositesOverlap(Filter):
    def compare(self, field: Token, operator: Token, literal: Token, values: list[object]) -> str:
        found = super().compare(field, operator, literal, values)
        late = f"julianday({COLUMNS[field].sql}) <= julianday(?) + 1"
        return late if operator == "<=" and literal.type == "MOMENT" else found


@fault("filter", "filter-compares-days", ORDER, "Moments are compared by their days alone.")
class FilterComparesDays(Filter):
    def compare(self, field: Token, operator: Token, literal: Token, values: list[object]) -> str:
        found = super().compare(field, operator, literal, values)
        days = f"date({COLUMNS[field].sql}) {operator} date(?)"
        return days if operator in {"<", ">"} and literal.type == "MOMENT" else found
