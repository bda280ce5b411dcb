"""All writes of 一网统管: named actions, each one transaction with its audit entry and its messages."""

from yiwang.domains.events.actions.calling import Caller, CallerCase, look_up_caller, report_call
from yiwang.domains.events.actions.coursing import (
    Standing,
    accept_event,
    close_event,
    dispatch_event,
    handle_event,
    reject_event,
    reopen_event,
    return_event,
    transfer_event,
    verify_event,
)
from yiwang.domains.events.actions.evaluating import evaluate_event, keep_report, reopen_by_code
from yiwang.domains.events.actions.merging import merge_events, propose_duplicate, reject_duplicate, unmerge_event
from yiwang.domains.events.actions.noting import note_event
from yiwang.domains.events.actions.redirecting import redispatch_event, release_event, withdraw_event
from yiwang.domains.events.actions.reporting import Matter, Receipt, report_matter
from yiwang.domains.events.actions.seeing import delete_view, keep_view, move_view, rename_view, see_event
from yiwang.domains.events.actions.showing import record_export, unmask_reporter
from yiwang.domains.events.actions.supervising import extend_deadline, supervise_event, urge_event
from yiwang.domains.events.actions.warning import renew_deadlines, tell_untaken, warn_of_clock

__all__ = [
    "Caller",
    "CallerCase",
    "Matter",
    "Receipt",
    "Standing",
    "accept_event",
    "close_event",
    "delete_view",
    "dispatch_event",
    "evaluate_event",
    "extend_deadline",
    "handle_event",
    "keep_report",
    "keep_view",
    "look_up_caller",
    "merge_events",
    "move_view",
    "note_event",
    "propose_duplicate",
    "record_export",
    "redispatch_event",
    "reject_duplicate",
    "reject_event",
    "release_event",
    "rename_view",
    "renew_deadlines",
    "reopen_by_code",
    "reopen_event",
    "report_call",
    "report_matter",
    "return_event",
    "see_event",
    "supervise_event",
    "tell_untaken",
    "transfer_event",
    "unmask_reporter",
    "unmerge_event",
    "urge_event",
    "verify_event",
    "warn_of_clock",
    "withdraw_event",
]
