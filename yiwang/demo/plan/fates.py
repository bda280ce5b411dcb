"""How matters go: the shares of late, returned, reopened, supervised, rejected and evaluated ones.

The shares are those a mid-sized city's hotline reports of itself; each is drawn by itself, so that a late one may well
have been returned too.
"""

from __future__ import annotations

import random

from yiwang.demo.plan.records import Fate

LATE, RETURNED, TWICE, REJECTED = 0.08, 0.05, 0.18, 0.012
FAILS_CHECK, SUPERVISED, EXTENDED, REOPENED = 0.03, 0.035, 0.03, 0.02
EVALUATED, DISSATISFIED = 0.45, 0.12
PHOTO, AFTER = 0.25, 0.45


def draw_fate(rnd: random.Random, source: str) -> Fate:
    """The fate of one report; patrols are evaluated by nobody."""
    is_late = rnd.random() < LATE
    n_returns = (2 if rnd.random() < TWICE else 1) if rnd.random() < RETURNED else 0
    has_photo = source in ("app", "patrol", "web") and rnd.random() < PHOTO * 1.9
    score = _score(rnd, is_late) if source != "patrol" and rnd.random() < EVALUATED * 1.15 else None
    is_reopened = rnd.random() < REOPENED
    if is_reopened and score is not None:
        score = min(score, rnd.choice((1, 2, 2, 3, 4)))
    return Fate(
        accept_share=rnd.uniform(1.05, 2.5) if rnd.random() < 0.05 else min(0.95, rnd.lognormvariate(-1.0, 0.6)),
        handle_share=rnd.uniform(1.05, 1.9) if is_late else _pace(rnd),
        dispatch_pause=rnd.randint(3, 45),
        n_returns=n_returns,
        is_rejected=n_returns == 0 and rnd.random() < REJECTED,
        fails_check=rnd.random() < FAILS_CHECK,
        is_supervised=rnd.random() < (0.25 if is_late else SUPERVISED * 0.6),
        more_minutes=rnd.choice((240, 480, 960)) if not is_late and rnd.random() < EXTENDED else 0,
        verify_pause=rnd.randint(8, 200),
        close_pause=rnd.randint(3, 90),
        score=score,
        evaluate_pause=round(rnd.lognormvariate(5.2, 0.9)),
        is_reopened=is_reopened,
        reopen_pause=rnd.randint(60, 1_800),
        has_photo=has_photo,
        has_after=has_photo and rnd.random() < AFTER,
    )


def _pace(rnd: random.Random) -> float:
    """The part of the limit that is used: mostly a third, some just before the end."""
    return rnd.uniform(0.85, 0.99) if rnd.random() < 0.1 else min(0.9, max(0.04, rnd.lognormvariate(-1.15, 0.55)))


def _score(rnd: random.Random, is_late: bool) -> int:
    if rnd.random() < (0.3 if is_late else DISSATISFIED * 0.85):
        return rnd.choice((1, 2, 2))
    return rnd.choices((3, 4, 5), (1, 3, 7))[0]
