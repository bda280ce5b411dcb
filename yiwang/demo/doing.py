"""Does one step of an event's course as the official or citizen whose turn it is, through the platform's actions.

Used by the history that is played at the first start and by the live simulator. A step that does not fit any more
(merged, closed, moved on, the wrong time) raises Conflict or Invalid as it would for a person.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from yiwang.base.access import SYSTEM, Viewer
from yiwang.demo.staff import Staff
from yiwang.domains.events import actions, queries
from yiwang.kernel.errors import Conflict, Failure
from yiwang.kernel.text import N_

KEEP_IT = "经核实仍属原单位职责，请按时处置。"
RULED = "经会商，由该单位牵头办理，不得再次退回。"
SAME = "经核实与在办工单为同一事项，合并办理。"
NOT_THERE = N_("the first report of this matter is not there")
NOBODY = N_("nobody works there")


@dataclass(frozen=True)
class Turn:
    """What a step needs to know besides the event."""

    uid: UUID
    code: str
    """The follow code, for what the citizen does."""
    category: str = ""
    grid: str = ""
    score: int | None = None
    minutes: int = 0
    into: UUID | None = None
    """The event of the group's first report."""
    files: tuple[str, ...] = ()
    supervision: str = "请抓紧办理并及时反馈。"
    hands: str = ""
    """Who works on it; "" for whoever's turn it is."""


def do_step(staff: Staff, turn: Turn, verb: str, text: str = "") -> None:
    """Do a verb of `plan.course.Step`. Conflict when it does not fit any more."""
    _STEPS[verb](staff, turn, text)


def _dispatch(staff: Staff, turn: Turn, text: str) -> None:
    """By the list with the category the dispatcher sees; after two returns by a supervisor, for good."""
    by = staff.of_role("dispatcher", turn.uid) or SYSTEM
    again = queries.department_of(turn.uid) == "" and bool(text)
    try:
        actions.dispatch_event(turn.uid, by=by, category=turn.category, reason=text if again else "")
    except Conflict:
        raise
    except Failure:
        ruler = staff.of_role("supervisor", turn.uid) or SYSTEM
        try:
            actions.dispatch_event(turn.uid, by=ruler, category=turn.category, reason=RULED)
        except Conflict:
            raise
        except Failure:  # the list names nobody for it: the urban management office takes what nobody has
            actions.dispatch_event(turn.uid, by=ruler, department="urban", reason=RULED)


def _merge(staff: Staff, turn: Turn, text: str) -> None:
    """A dispatcher who knows that it is the same matter; Conflict when the first one is over or not there."""
    if turn.into is None:
        raise Conflict(NOT_THERE)
    by = staff.of_role("dispatcher", turn.uid) or SYSTEM
    actions.merge_events(turn.uid, into=turn.into, by=by, reason=text or SAME)


def _reject(staff: Staff, turn: Turn, text: str) -> None:
    actions.reject_event(turn.uid, by=staff.of_role("dispatcher", turn.uid) or SYSTEM, reason=text)


def _accept(staff: Staff, turn: Turn, text: str) -> None:
    actions.accept_event(turn.uid, by=_handler(staff, turn))


def _handle(staff: Staff, turn: Turn, text: str) -> None:
    actions.handle_event(turn.uid, by=_handler(staff, turn), result=text, files=turn.files)


def _return(staff: Staff, turn: Turn, text: str) -> None:
    actions.return_event(turn.uid, by=_handler(staff, turn), reason=text)


def _verify(staff: Staff, turn: Turn, text: str) -> None:
    actions.verify_event(turn.uid, by=staff.of_role("verifier", turn.uid) or SYSTEM, is_passed=True, text=text)


def _fail(staff: Staff, turn: Turn, text: str) -> None:
    actions.verify_event(turn.uid, by=staff.of_role("verifier", turn.uid) or SYSTEM, is_passed=False, text=text)


def _close(staff: Staff, turn: Turn, text: str) -> None:
    actions.close_event(turn.uid, by=staff.of_role("dispatcher", turn.uid) or SYSTEM)


def _supervise(staff: Staff, turn: Turn, text: str) -> None:
    by = staff.of_role("supervisor", turn.uid) or SYSTEM
    actions.supervise_event(turn.uid, by=by, reason=text or turn.supervision)


def _extend(staff: Staff, turn: Turn, text: str) -> None:
    by = staff.of_role("supervisor", turn.uid) or SYSTEM
    actions.extend_deadline(turn.uid, by=by, minutes=turn.minutes or 240, reason=text)


def _evaluate(staff: Staff, turn: Turn, text: str) -> None:
    actions.evaluate_event(turn.code, score=turn.score or 5, text=text)


def _reopen(staff: Staff, turn: Turn, text: str) -> None:
    actions.reopen_by_code(turn.code, reason=text)


def _handler(staff: Staff, turn: Turn) -> Viewer:
    if turn.hands:
        return staff.named(turn.hands)
    found = staff.handler(queries.department_of(turn.uid), turn.uid, turn.grid)
    if found is None:
        raise Conflict(NOBODY)
    return found


_STEPS = {
    "merge": _merge,
    "dispatch": _dispatch,
    "reject": _reject,
    "accept": _accept,
    "handle": _handle,
    "return": _return,
    "verify": _verify,
    "fail": _fail,
    "close": _close,
    "supervise": _supervise,
    "extend": _extend,
    "evaluate": _evaluate,
    "reopen": _reopen,
}
