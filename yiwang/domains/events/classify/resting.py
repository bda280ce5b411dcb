"""On how much an answer rests: an answer that a few n-grams carry falls with one word meant otherwise.

Margins say how far the best class leads, not why. In a text of a few words, or one said in a way nobody used before,
two or three n-grams may carry all of the lead (电梯 alone says lift, though a lift is only where it happened). So the
share of the lead that the `STRONGEST` n-grams carry is compared with what it is for texts the model answers rightly
without having learnt them: an answer resting more narrowly than all but `NARROWEST` of these is never sure.
"""

from __future__ import annotations

from typing import Any

import numpy as np

STRONGEST = 3
NARROWEST = 0.1
"""The least at which 90 % asked was kept on single clauses of unseen phrasings, tried on another quarter of the demo
city's phrasings than the one `bench understanding` measures (0.05 kept 85 %, 0.1 90 %, 0.15 94 %)."""
BROAD = 2 / 3
"""What keeps a third of its lead without them does not rest narrowly, however much others keep."""


def resting_of(matrix: Any, weights: Any, margins: Any) -> Any:
    """The share of each text's lead that its strongest n-grams carry (n; above 1: the others speak against it).

    `matrix` is n x terms (sparse), `weights` k x terms, `margins` n x k. Infinite without a lead.
    """
    rows = matrix.tocsr()
    two = np.argpartition(-margins, 1, axis=1)[:, :2]
    found = np.full(len(margins), np.inf)
    for n, (one, other) in enumerate(two):
        lead = abs(float(margins[n, one] - margins[n, other]))
        if not lead:
            continue
        best, second = (one, other) if margins[n, one] > margins[n, other] else (other, one)
        terms = slice(rows.indptr[n], rows.indptr[n + 1])
        at = rows.indices[terms]
        carried = rows.data[terms] * (weights[best, at] - weights[second, at])
        strongest = np.partition(carried, -STRONGEST)[-STRONGEST:] if len(carried) > STRONGEST else carried
        found[n] = float(strongest[strongest > 0].sum()) / lead
    return found


def narrow_from(resting: Any, right: Any) -> float:
    """Above which share an answer rests too narrowly; `right` says which of n unseen texts were answered so."""
    known = resting[right & np.isfinite(resting)]
    return max(BROAD, float(np.quantile(known, 1 - NARROWEST))) if len(known) else float("inf")
