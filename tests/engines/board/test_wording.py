"""How a comparison is said."""

from __future__ import annotations

import pytest
from django.utils import translation

from yiwang.engines.board.live import Column
from yiwang.engines.board.wording import change

NUMBER, SHARE = Column("n", "N", kind="number"), Column("s", "S", kind="share")


@pytest.mark.parametrize(
    ("amount", "by", "column", "told"),
    [
        (0.052, None, NUMBER, ("5.2%", "up")),
        (-0.143, None, NUMBER, ("14.3%", "down")),
        (0.0004, None, NUMBER, ("as before", "flat")),  # not "0.0%" with an arrow
        (1.9, None, NUMBER, ("190.0%", "up")),
        (3.0, None, NUMBER, ("4.0-fold", "up")),  # nobody reads 300 %
        (1233.0, None, NUMBER, ("1,234-fold", "up")),
        (2.0, 2, NUMBER, ("2", "up")),  # 1 → 3
        (0.0, 5, NUMBER, ("5", "up")),  # nothing yesterday
        (0.0, 0, NUMBER, ("as before", "flat")),
        (-0.006, None, SHARE, ("0.6 points", "down")),
        (0.0002, None, SHARE, ("as before", "flat")),
    ],
)
def test_a_change_is_said_as_people_say_it(
    amount: float, by: float | None, column: Column, told: tuple[str, str]
) -> None:
    with translation.override("en"):
        assert change(amount, column, by) == told
