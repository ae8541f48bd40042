"""Saying what is wrong with the shape of a definition, in a trader's words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tidegate.errors import Code, DefinitionError, one_of
from tidegate.strategies.definition.conditions import OPERATORS
from tidegate.strategies.definition.pointer import pointer, written

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pydantic_core import ErrorDetails

    from tidegate.strategies.definition.base import Part

# Names used elsewhere for what is called otherwise here, so close in meaning that
# likeness of letters would not find them.
_ELSEWHERE: Final = {
    "activation": "offset",
    "positive": "distance",
    "trailing_stop_positive": "distance",
    "trailing_stop_positive_offset": "offset",
    "trailing_only_offset_is_reached": "only_past_offset",
    "stoploss": "stop_loss",
    "minimal_roi": "take_profit",
    "roi": "take_profit",
    "max_open_trades": "max_concurrent_trades",
    "timeframe": "timeframes",
    "pairs": "symbols",
    "startup_candle_count": "startup_candles",
    "use_sell_signal": "use_exit_signal",
    "entry": "entry_conditions",
    "exit": "exit_conditions",
}
# What a definition may promise some day and does not yet: refused, never ignored.
_NOT_YET: Final = {
    "max_daily_drawdown": "a limit on the drawdown",
    "max_weekly_drawdown": "a limit on the drawdown",
    "max_consecutive_losses": "a limit on losses in a row",
}
_KINDS: Final = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "list_type": "a list",
    "dict_type": "an object in braces",
    "model_type": "an object in braces",
    "model_attributes_type": "an object in braces",
    "finite_number": "a finite number",
}
_LIMITS: Final = {
    "greater_than": ("gt", "above"),
    "greater_than_equal": ("ge", "at least"),
    "less_than": ("lt", "below"),
    "less_than_equal": ("le", "at most"),
}
_SIZES: Final = {"too_short", "string_too_short", "too_long", "string_too_long"}
_PERCENT: Final = 100.0


class Faults:
    """Everything wrong with one definition, in the order it was found."""

    def __init__(self, origin: str, raw: object, parts: Mapping[int, type[Part]]) -> None:
        """Take the file's name, what stands in it, and which part was read from which object."""
        self._origin = origin
        self._raw = raw
        self._parts = parts
        self._found: dict[str, DefinitionError] = {}

    def __bool__(self) -> bool:
        """Tell whether anything is wrong."""
        return bool(self._found)

    def where(self, *place: str | int) -> str:
        """Return the JSON pointer of a place."""
        return pointer(self._origin, written(self._raw, place)[0])

    def add(self, error: DefinitionError) -> None:
        """Note a fault; one a place is enough."""
        self._found.setdefault(error.where, error)

    def first(self) -> DefinitionError:
        """Return the first fault, saying how many more there are."""
        first, *rest = self._found.values()
        if not rest:
            return first
        more = "1 more problem" if len(rest) == 1 else f"{len(rest)} more problems"
        return DefinitionError(
            first.code,
            f"{first.problem} (and {more} in this definition)",
            where=first.where,
            expected=first.expected,
            found=first.found,
            remedy=first.remedy,
        )

    def add_shapes(self, errors: Sequence[ErrorDetails]) -> None:
        """Note what the models refused."""
        for error in errors:
            steps, value = written(self._raw, error["loc"])
            where = pointer(self._origin, steps)
            kind, limits = error["type"], error.get("ctx", {})
            if kind == "extra_forbidden":
                self.add(self._unknown_field(where, steps))
            elif kind == "missing":
                self.add(_missing(where, steps))
            elif kind == "literal_error":
                self.add(_not_one_of(where, steps, value, str(limits["expected"])))
            elif kind.startswith("union_tag"):
                self.add(_wrong_form(where, steps, value, str(limits.get("expected_tags", ""))))
            elif kind in _LIMITS:
                self.add(_out_of_range(where, steps, value, kind, limits))
            elif kind in _KINDS:
                self._add_kind(where, steps, value, _KINDS[kind])
            elif kind in _SIZES:
                self.add(_wrong_size(where, steps, value, limits))
            else:
                self.add(_wrong_pattern(where, steps, value, error["msg"]))

    def _add_kind(self, where: str, steps: list[str], value: object, expected: str) -> None:
        """Note a value of the wrong kind; where several kinds would do, name them all."""
        known = self._found.get(where)
        if known is not None and known.code is Code.WRONG_TYPE:
            expected = f"{known.expected} or {expected}"
        self._found.pop(where, None)
        self.add(
            DefinitionError(
                Code.WRONG_TYPE,
                f"{_last(steps)} is not {expected}",
                where=where,
                expected=expected,
                found=_shown(value),
                remedy=_unquote(value, expected),
            )
        )

    def _unknown_field(self, where: str, steps: list[str]) -> DefinitionError:
        name = steps[-1]
        if (snake := _snake(name)) in _NOT_YET:
            return DefinitionError(
                Code.UNKNOWN_FIELD,
                f"{name} is not honoured by a strategy",
                where=where,
                expected="only what is obeyed when the strategy runs",
                found=f"{name}, {_NOT_YET[snake]}",
                remedy="take it out, and set it among the limits of the account",
            )
        parent = written(self._raw, steps[:-1])[1]
        part = self._parts.get(id(parent))
        known = [name.strip("_") for name in part.model_fields] if part else []
        meant = _ELSEWHERE.get(snake)
        remedy = one_of(snake, known, otherwise="take it out")
        if meant in known:
            remedy = f'did you mean "{meant}"?'
        elif "params" in known and "type" in known:
            remedy = one_of(snake, known, otherwise='write it under "params"')
        return DefinitionError(
            Code.UNKNOWN_FIELD,
            f'there is no field "{name}" here',
            where=where,
            expected=", ".join(known),
            found=f'"{name}"',
            remedy=remedy,
        )


def _missing(where: str, steps: list[str]) -> DefinitionError:
    return DefinitionError(
        Code.MISSING_FIELD,
        f"{steps[-1]} is missing",
        where=where,
        expected=f'a field "{steps[-1]}"',
        found="nothing",
        remedy="add it",
    )


def _not_one_of(where: str, steps: list[str], value: object, quoted: str) -> DefinitionError:
    choices = quoted.replace("'", "").replace(" or ", ", ").split(", ")
    is_operator = set(choices) == set(OPERATORS)
    return DefinitionError(
        Code.UNKNOWN_OPERATOR if is_operator else Code.OUT_OF_RANGE,
        f"{_last(steps)} cannot be {_shown(value)}",
        where=where,
        expected=f"one of {', '.join(choices)}",
        found=_shown(value),
        remedy=_operator_hint(value) or one_of(str(value), choices, otherwise="choose one of them"),
    )


def _operator_hint(value: object) -> str | None:
    meant = {"=": "==", "=>": ">=", "=<": "<=", "<>": "!=", "≥": ">=", "≤": "<="}
    return f'did you mean "{meant[value]}"?' if value in meant else None


def _wrong_form(where: str, steps: list[str], value: object, tags: str) -> DefinitionError:
    """Say which types there are, or what a condition looks like."""
    types = [tag.strip("'<> ") for tag in tags.split(",") if tag]
    given = value.get("type") if isinstance(value, dict) else None
    if types or isinstance(value, dict):
        missing = given is None
        return DefinitionError(
            Code.MISSING_FIELD if missing else Code.OUT_OF_RANGE,
            "type is missing" if missing else f"there is no type {_shown(given)} here",
            where=f"{where}/type",
            expected=f"one of {', '.join(types)}" if types else "a type",
            found="nothing" if missing else _shown(given),
            remedy=one_of(str(given or ""), types, otherwise="see `tidegate strategy schema`"),
        )
    typed = steps[-1] in {"stop_loss", "stopLoss", "take_profit", "takeProfit", "position_size"}
    expected = (
        "an object with a type" if typed else "a condition in braces, or a list of conditions"
    )
    return DefinitionError(
        Code.WRONG_TYPE,
        f"{_last(steps)} is not {expected}",
        where=where,
        expected=expected,
        found=_shown(value),
        remedy='write {"type": "fixed", "value": 0.05}, for example'
        if typed
        else 'write {"indicator1": "close", "operator": ">", "indicator2": "open"}, for example',
    )


def _out_of_range(
    where: str,
    steps: list[str],
    value: float,
    kind: str,
    limits: Mapping[str, Any],
) -> DefinitionError:
    key, word = _LIMITS[kind]
    limit = limits[key]
    percent = limit == 1 and key in ("lt", "le")
    remedy = f"choose a value {word} {limit:g}"
    if percent:
        remedy = (
            f"ratios are fractions: write {value / _PERCENT:g} for {value:g} %"
            if value < _PERCENT
            else "ratios are fractions: write 0.05 for 5 %"
        )
    return DefinitionError(
        Code.OUT_OF_RANGE,
        f"{_last(steps)} cannot be {value:g}",
        where=where,
        expected=f"a fraction {word} 1" if percent else f"a value {word} {limit:g}",
        found=f"{value:g}",
        remedy=remedy,
    )


def _wrong_size(
    where: str, steps: list[str], value: object, limits: Mapping[str, Any]
) -> DefinitionError:
    least, most = limits.get("min_length"), limits.get("max_length")
    expected = f"at least {least}" if least is not None else f"at most {most}"
    unit = "characters" if isinstance(value, str) else "entries"
    return DefinitionError(
        Code.OUT_OF_RANGE,
        f"{_last(steps)} is {'empty' if not value else 'too long'}",
        where=where,
        expected=f"{expected} {unit}",
        found=_shown(value),
        remedy="fill it in, or take it out" if not value else "shorten it",
    )


def _wrong_pattern(where: str, steps: list[str], value: object, message: str) -> DefinitionError:
    if steps[:1] == ["indicators"]:
        expected = "letters, digits, _ and -, beginning with a letter"
        return DefinitionError(
            Code.OUT_OF_RANGE,
            f'"{_last(steps)}" cannot be the key of an indicator',
            where=where,
            expected=expected,
            found=f'"{_last(steps)}"',
            remedy="rename it: conditions refer to it by this key",
        )
    is_time = steps[-1:] in (["start"], ["end"])
    return DefinitionError(
        Code.BAD_HOURS if is_time else Code.OUT_OF_RANGE,
        f"{_last(steps)} is not a time of day" if is_time else f"{_last(steps)}: {message}",
        where=where,
        expected="HH:MM from 00:00 to 24:00" if is_time else message,
        found=_shown(value),
        remedy='write "09:30", for example' if is_time else "correct it",
    )


def _last(steps: Sequence[str]) -> str:
    """Return the name of the innermost field, for a sentence."""
    named = [step for step in steps if not step.isdigit()]
    if not named:
        return "the definition"
    return named[-1] if named[-1] == steps[-1] else f"entry {int(steps[-1]) + 1} of {named[-1]}"


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return "an object in braces"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    if isinstance(value, bool):
        return str(value).lower()
    return "null" if value is None else f'"{value}"' if isinstance(value, str) else repr(value)


def _unquote(value: object, expected: str) -> str:
    if isinstance(value, str) and "number" in expected:
        text = value.strip()
        if text.endswith("%"):
            return "ratios are fractions without a sign: write 0.05 for 5 %"
        if text.replace(".", "", 1).lstrip("-").isdigit():
            return f"take the quotes away: {text}"
    return f"write {expected}"


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)
