"""What officials and the citizen say while a matter goes its way."""

from __future__ import annotations

import random
from functools import cache

from yiwang.demo import speech
from yiwang.demo.plan.records import Fate, Words
from yiwang.demo.speech import MatterKind

REJECTED = (
    "经核实，该诉求属于民事纠纷，建议通过人民调解或司法途径解决，已电话向来电人解释。",
    "诉求事项不在本市行政管辖范围内，已告知来电人向属地反映。",
    "经联系，诉求人表示已自行解决，申请撤回。",
    "反映内容无法核实，多次联系诉求人未果，不予受理。",
)


def words_of(rnd: random.Random, kind: MatterKind, fate: Fate) -> Words:
    """The words this fate needs; those it does not need stay empty."""
    evaluation = ""
    if fate.score is not None and fate.score <= 2:
        evaluation = speech.dissatisfied(rnd, kind)
    elif fate.score is not None:
        evaluation = speech.thanks(rnd)
    is_twice = fate.fails_check or fate.is_reopened
    return Words(
        result=speech.result(rnd, kind),
        return_reasons=tuple(speech.return_reason(rnd, kind) for _n in range(fate.n_returns)),
        reject_reason=rnd.choice(REJECTED) if fate.is_rejected else "",
        checked=speech.verify_words(rnd),
        check_failed=speech.verify_words(rnd, is_passed=False) if fate.fails_check else "",
        second_result=speech.result(rnd, kind) if is_twice else "",
        evaluation=evaluation,
        reopen_reason=speech.reopen(rnd, kind) if fate.is_reopened else "",
        supervision=speech.supervise_words(rnd) if fate.is_supervised else "",
        extension=speech.extension_reason(rnd) if fate.more_minutes else "",
    )


@cache
def matter_of(category: str) -> MatterKind:
    """The kind of a category, else the nearest one of its class: people may choose an inner category."""
    kinds = speech.matters()
    for length in range(len(category), 1, -2):
        found = [kind for kind in kinds if kind.category.startswith(category[:length])]
        if found:
            return found[0]
    return kinds[0]
