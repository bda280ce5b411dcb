"""What a column's content tells: which form its dates have, whether it is a coordinate, a phone, an identifier."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

from yiwang.engines.data.mapping.dates import USUAL_FORMATS, DateFormat, as_moment, from_excel
from yiwang.engines.data.mapping.specs import TargetField
from yiwang.engines.data.mapping.values import Unreadable, cell_text, number_text, reader_of
from yiwang.kernel.text import N_

LOOKED_AT = 400
PLACEHOLDER_SHARE = 0.01
ENOUGH_DIGITS = 3


def share_read(field: TargetField, values: Sequence[Any]) -> float:
    """The share of filled cells that can be read as the field's type; 1.0 when none is filled."""
    looked = list(values[:LOOKED_AT])
    if not looked:
        return 1.0
    if field.type in ("date", "datetime"):
        return _date_share(looked)
    read = reader_of(field.type, max_length=field.max_length)
    good = 0
    for value in looked:
        try:
            read(value.strip() if isinstance(value, str) else value)
            good += 1
        except Unreadable:
            pass
    return good / len(looked)


def unique_share(values: Sequence[Any]) -> float:
    """Distinct values per filled cell, 0 to 1."""
    return len({cell_text(value) for value in values}) / len(values) if values else 0.0


def _date_share(values: Sequence[Any]) -> float:
    forms = best_formats(values)
    return _covered(values, [DateFormat(each) for each in forms]) / len(values) if forms else 0.0


def _covered(values: Sequence[Any], forms: Sequence[DateFormat]) -> int:
    return sum(1 for v in values if as_moment(v) is not None or any(form.read(cell_text(v)) for form in forms))


def best_formats(values: Sequence[Any], most: int = 3) -> tuple[str, ...]:
    """The forms of writing that read the values, likeliest first; () when no form reads any.

    Among forms that read equally many the earlier of `USUAL_FORMATS` wins; a further form is added while it reads
    values the former ones do not, so that 4/12 against 12/4 is decided by the day that no month can have.
    """
    left = list(values[:LOOKED_AT])
    typed = [v for v in left if isinstance(v, date)]
    left = [v for v in left if not isinstance(v, date)]
    if typed and not left:
        return ("iso",)
    if left and all(_is_serial(v) for v in left):
        return ("excel",)
    texts = [cell_text(v) for v in left]
    forms = [DateFormat(each) for each in USUAL_FORMATS]
    chosen: list[str] = []
    while texts and len(chosen) < most:
        counts = [sum(1 for text in texts if form.read(text) is not None) for form in forms]
        best = max(range(len(forms)), key=lambda n: (counts[n], -n))
        if counts[best] == 0:
            break
        chosen.append(forms[best].pattern)
        texts = [text for text in texts if forms[best].read(text) is None]
    return tuple(chosen)


def _is_serial(value: Any) -> bool:
    try:
        number = float(number_text(value))
    except ValueError:
        return False
    return from_excel(number) is not None and number >= 30_000  # from 1982 on: smaller ones are rather counts


def looks_like(field: TargetField, values: Sequence[Any]) -> str | None:
    """Why the values can hardly be anything but the field (a message id with %(column)s), else None."""
    looked = list(values[:LOOKED_AT])
    if field.type in ("lon", "lat"):
        return _looks_like_degrees(field.type, looked)
    if field.type == "phone":
        long_enough = all(len(cell_text(v)) >= 7 for v in looked)
        if long_enough and share_read(field, looked) >= 0.9:
            return N_("“%(column)s” holds telephone numbers.")
    elif field.type in ("date", "datetime") and field.required:
        if not all(_is_serial(v) for v in looked) and _date_share(looked) >= 0.95:
            return N_("“%(column)s” holds times.")
    elif field.type == "string" and field.name.endswith("_id") and len(values) > 20 and unique_share(values) == 1.0:
        texts = [cell_text(v) for v in looked]
        return N_("“%(column)s” has another value in each row.") if all(_is_code(text) for text in texts) else None
    return None


def _is_code(text: str) -> bool:
    return len(text) <= 64 and " " not in text


def _looks_like_degrees(kind: str, values: Sequence[Any]) -> str | None:
    """Coordinates have many digits after the point and lie in a narrow range."""
    numbers = []
    for value in values:
        text = number_text(value)
        try:
            number = float(text)
        except ValueError:
            return None
        numbers.append((number, len(text.partition(".")[2])))
    exact = [number for number, digits in numbers if digits >= ENOUGH_DIGITS]
    if len(exact) < 0.7 * len(numbers) or not exact or max(exact) - min(exact) > 20:
        return None
    middle = sorted(exact)[len(exact) // 2]
    if kind == "lon" and 90 < abs(middle) <= 180:
        return N_("“%(column)s” holds longitudes.")
    if kind == "lat" and 3 < middle < 60 and abs(middle) < 90 and max(map(abs, exact)) <= 90:
        return N_("“%(column)s” holds latitudes.")
    return None


def coordinate_placeholders(values: Sequence[Any]) -> tuple[str, ...]:
    """Round coordinates (at most one digit after the point) that fill over 1 % of a column of exact ones."""
    texts = [number_text(value) for value in values]
    digits = [len(text.partition(".")[2].rstrip("0")) for text in texts]
    if not texts or sum(n >= ENOUGH_DIGITS for n in digits) < 0.5 * len(texts):
        return ()
    round_ones = Counter(text for text, n in zip(texts, digits, strict=True) if n <= 1)
    least = max(3, PLACEHOLDER_SHARE * len(texts))
    zero = tuple(text for text in round_ones if text.strip("0.-+") == "")
    return tuple(dict.fromkeys([*(text for text, n in round_ones.most_common() if n >= least), *zero]))
