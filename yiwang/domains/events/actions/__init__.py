"""All writes of 一网统管: named actions, each one transaction with its audit entry and its messages."""

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
from yiwang.domains.events.actions.evaluating import evaluate_event, reopen_by_code
from yiwang.domains.events.actions.merging import merge_events, propose_duplicate, reject_duplicate, unmerge_event
from yiwang.domains.events.actions.reporting import Matter, Receipt, report_matter
from yiwang.domains.events.actions.showing import record_export, unmask_reporter
from yiwang.domains.events.actions.supervising import extend_deadline, supervise_event, urge_event
from yiwang.domains.events.actions.warning import renew_deadlines, tell_untaken, warn_of_clock

__all__ = [
    "Matter",
    "Receipt",
    "Standing",
    "accept_event",
    "close_event",
    "dispatch_event",
    "evaluate_event",
    "extend_deadline",
    "handle_event",
    "merge_events",
    "propose_duplicate",
    "record_export",
    "reject_duplicate",
    "reject_event",
    "renew_deadlines",
    "reopen_by_code",
    "reopen_event",
    "report_matter",
    "return_event",
    "supervise_event",
    "tell_untaken",
    "transfer_event",
    "unmask_reporter",
    "unmerge_event",
    "urge_event",
    "verify_event",
    "warn_of_clock",
]
