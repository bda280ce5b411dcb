"""The rain of the demo city: made from the date alone, so that the history and the live simulator see the same sky.

The share of wet days by month and the plum rains of June follow the lower Yangtze; wet days come in spells.
"""

from __future__ import annotations

import math
import random
from datetime import date, timedelta

WET_SHARE = (0.32, 0.35, 0.42, 0.40, 0.40, 0.50, 0.38, 0.38, 0.32, 0.26, 0.28, 0.26)
USUAL_MM = (7, 8, 11, 12, 14, 22, 20, 21, 17, 12, 9, 6)
RAINY_MM, HEAVY_MM = 4.0, 18.0
SPELL = 0.55


def rain_mm(day: date, seed: int) -> float:
    """Millimetres of rain on a day; 0 on dry ones."""
    today, before = _draw(day, seed), _draw(day - timedelta(days=1), seed)
    mixed = SPELL * today + (1 - SPELL) * before
    if mixed > _quantile(WET_SHARE[day.month - 1]):
        return 0.0
    strength = random.Random(f"{seed}/mm/{day.isoformat()}").random()  # noqa: S311 - a made-up sky
    return round(-math.log(1 - 0.98 * strength) * USUAL_MM[day.month - 1], 1)


def is_rainy(day: date, seed: int) -> bool:
    """Whether people speak of the rain that day."""
    return rain_mm(day, seed) >= RAINY_MM


def _draw(day: date, seed: int) -> float:
    return random.Random(f"{seed}/sky/{day.isoformat()}").random()  # noqa: S311 - as above


def _quantile(share: float) -> float:
    """Below which value `SPELL·u + (1 - SPELL)·v` of two even draws lies with this share (a trapezium's integral)."""
    a, b = SPELL, 1 - SPELL
    rising = b / (2 * a)
    if share <= rising:
        return math.sqrt(2 * a * b * share)
    if share <= 1 - rising:
        return b / 2 + a * share
    return 1 - math.sqrt(2 * a * b * (1 - share))
