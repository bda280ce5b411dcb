"""What a telephone sends again because it heard no answer is done once."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from yiwang.base.access import SYSTEM
from yiwang.domains.events import actions, queries
from yiwang.kernel.errors import Conflict, Invalid, NotAllowed


def kinds(number: str) -> list[str]:
    return [line.kind for line in queries.story(SYSTEM, number)]


def test_the_same_submission_twice_is_one_line(city: Any) -> None:
    receipt, handler = city.report(), city.viewer("handler_roads")
    taken, done, said = uuid4(), uuid4(), uuid4()
    for uid, act in (
        (taken, lambda uid: actions.accept_event(receipt.event_uid, by=handler, submission=uid)),
        (said, lambda uid: actions.note_event(receipt.event_uid, by=handler, text="已到现场", submission=uid)),
        (
            done,
            lambda uid: actions.handle_event(
                receipt.event_uid, by=handler, result="已回填", files=("b",), before=("a",), submission=uid
            ),
        ),
    ):
        assert act(uid).is_repeat is False
        assert act(uid).is_repeat is True
    told = kinds(receipt.event_number)
    assert [told.count(kind) for kind in ("accepted", "noted", "handled")] == [1, 1, 1]
    # photos say which is which
    line = next(x for x in queries.story(SYSTEM, receipt.event_number) if x.kind == "handled")
    assert (line.data["files"], line.data["before"], line.data["after"]) == (["a", "b"], ["a"], ["b"])


def test_another_submission_for_what_has_moved_on_is_a_conflict(city: Any) -> None:
    receipt, handler = city.report(), city.viewer("handler_roads")
    actions.handle_event(receipt.event_uid, by=handler, result="已回填", submission=uuid4())
    with pytest.raises(Conflict):
        actions.handle_event(receipt.event_uid, by=handler, result="已回填", submission=uuid4())


def test_somebody_elses_submission_of_the_same_uid_is_not_a_repeat(city: Any) -> None:
    receipt, uid = city.report(), uuid4()
    actions.note_event(receipt.event_uid, by=city.viewer("supervisor"), text="请尽快", submission=uid)
    standing = actions.note_event(receipt.event_uid, by=city.viewer("handler_roads"), text="收到", submission=uid)
    assert standing.is_repeat is False


def test_notes_are_for_colleagues_only(city: Any) -> None:
    receipt = city.report()
    actions.note_event(receipt.event_uid, by=city.viewer("handler_roads"), text="钥匙在门卫处")
    line = queries.story(SYSTEM, receipt.event_number)[-1]
    assert (line.kind, line.text, line.is_public) == ("noted", "钥匙在门卫处", False)
    with pytest.raises(NotAllowed):
        actions.note_event(receipt.event_uid, by=city.viewer("handler_gas"), text="x")
    with pytest.raises(Invalid):
        actions.note_event(receipt.event_uid, by=city.viewer("handler_roads"), text="  ")
