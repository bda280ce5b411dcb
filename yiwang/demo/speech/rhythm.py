"""When matters are reported: shares by hour of day, weekday and month, by name.

The hours follow what hotlines publish of their calls: a peak at nine to eleven, a smaller one at three, little at
night; matters of the dark, of meals and of school days depart from it.
"""

from __future__ import annotations

_DAY = (2, 1, 1, 1, 1, 3, 9, 22, 45, 62, 60, 48, 30, 34, 44, 48, 44, 38, 32, 28, 24, 18, 10, 5)
_HOURS: dict[str, tuple[int, ...]] = {
    "day": _DAY,
    "daytime": (0, 0, 0, 0, 0, 2, 8, 20, 45, 60, 60, 50, 35, 38, 48, 50, 46, 34, 18, 8, 4, 2, 0, 0),
    "office": (0, 0, 0, 0, 0, 0, 2, 8, 45, 80, 75, 55, 16, 26, 60, 64, 56, 28, 10, 6, 4, 2, 1, 0),
    "dark": (6, 3, 2, 2, 2, 4, 6, 10, 18, 20, 16, 12, 8, 8, 10, 12, 18, 34, 58, 66, 60, 44, 26, 12),
    "deep_night": (40, 34, 26, 20, 16, 14, 18, 26, 40, 38, 28, 18, 12, 12, 14, 14, 14, 14, 14, 16, 20, 28, 40, 44),
    "night": (24, 14, 8, 4, 2, 2, 4, 10, 20, 24, 20, 14, 8, 8, 10, 12, 14, 18, 30, 44, 58, 66, 62, 44),
    "evening": (4, 2, 1, 1, 1, 2, 6, 12, 20, 22, 20, 14, 10, 10, 12, 14, 18, 30, 50, 64, 58, 36, 16, 8),
    "morning": (1, 1, 1, 1, 2, 10, 34, 66, 70, 50, 36, 26, 14, 14, 18, 20, 18, 16, 12, 10, 8, 6, 4, 2),
    "early": (1, 1, 1, 2, 8, 36, 64, 62, 44, 30, 22, 16, 10, 8, 10, 12, 10, 10, 8, 8, 6, 4, 2, 1),
    "commute": (1, 1, 1, 1, 1, 4, 22, 70, 66, 36, 22, 18, 16, 16, 18, 22, 38, 70, 60, 32, 18, 10, 6, 2),
    "street_life": (4, 2, 1, 1, 2, 12, 26, 40, 34, 28, 28, 30, 24, 18, 20, 28, 44, 56, 54, 52, 48, 36, 20, 10),
    "school": (0, 0, 0, 0, 0, 2, 24, 66, 40, 30, 26, 28, 18, 18, 22, 44, 66, 44, 24, 18, 14, 8, 3, 1),
    "meals": (4, 2, 1, 1, 1, 2, 6, 12, 16, 20, 28, 50, 56, 40, 24, 18, 22, 40, 60, 58, 42, 28, 16, 8),
    "always": (16, 12, 10, 9, 9, 14, 24, 34, 40, 42, 40, 38, 34, 34, 36, 38, 40, 42, 42, 40, 38, 34, 28, 20),
}
_WEEKDAYS: dict[str, tuple[float, ...]] = {
    "office": (1.25, 1.15, 1.1, 1.05, 1.0, 0.3, 0.25),
    "school": (1.15, 1.1, 1.1, 1.1, 1.1, 0.3, 0.35),
    "commute": (1.2, 1.1, 1.05, 1.05, 1.15, 0.5, 0.45),
    "night": (0.9, 0.9, 0.9, 0.95, 1.15, 1.25, 1.0),
    "meals": (0.9, 0.9, 0.9, 0.95, 1.1, 1.25, 1.1),
}
_USUAL = (1.15, 1.1, 1.05, 1.02, 1.0, 0.88, 0.8)
_MONTHS: dict[str, tuple[float, ...]] = {
    "": (1.0,) * 12,
    "summer": (0.4, 0.4, 0.6, 0.9, 1.2, 1.6, 1.9, 1.9, 1.5, 1.0, 0.7, 0.5),
    "winter": (2.4, 2.0, 0.8, 0.2, 0.1, 0.1, 0.1, 0.1, 0.1, 0.3, 1.0, 2.2),
    "autumn": (0.6, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.6, 1.0, 2.0, 2.6, 1.6),
    "spring": (0.5, 0.8, 1.8, 2.4, 2.0, 1.2, 0.8, 0.6, 0.6, 0.6, 0.5, 0.4),
    "school_year": (0.7, 1.2, 1.1, 1.0, 1.0, 1.2, 1.3, 1.8, 1.6, 1.0, 1.0, 0.9),
    "new_year": (2.5, 3.0, 0.8, 0.6, 0.6, 0.6, 0.6, 0.6, 0.6, 0.8, 0.8, 1.4),
}
HOURS, SEASONS = tuple(_HOURS), tuple(name for name in _MONTHS if name)


def by_hour(name: str) -> tuple[float, ...]:
    """24 shares that add up to 1; KeyError for an unknown rhythm."""
    shares = _HOURS[name]
    return tuple(share / sum(shares) for share in shares)


def by_weekday(name: str) -> tuple[float, ...]:
    """Seven factors, Monday first, with a mean of 1."""
    shares = _WEEKDAYS.get(name, _USUAL)
    return tuple(share * 7 / sum(shares) for share in shares)


def by_month(name: str) -> tuple[float, ...]:
    """Twelve factors, January first, with a mean of 1."""
    shares = _MONTHS[name]
    return tuple(share * 12 / sum(shares) for share in shares)
