"""All writes of the flow engine. Every verb locks its instance, moves it by `verbs.advance`, and is one deed."""

from yiwang.engines.flow.actions.cases import (
    extend_case,
    hold_instance,
    renew_calendar,
    resume_instance,
    start_instance,
    terminate_instance,
)
from yiwang.engines.flow.actions.definitions import publish_definition
from yiwang.engines.flow.actions.items import (
    claim_item,
    complete_item,
    extend_clock,
    return_item,
    transfer_item,
    unclaim_item,
    urge_item,
    withdraw_item,
)
from yiwang.engines.flow.records import Assignment, ItemView, Moved

__all__ = [
    "Assignment",
    "ItemView",
    "Moved",
    "claim_item",
    "complete_item",
    "extend_case",
    "extend_clock",
    "hold_instance",
    "publish_definition",
    "renew_calendar",
    "resume_instance",
    "return_item",
    "start_instance",
    "terminate_instance",
    "transfer_item",
    "unclaim_item",
    "urge_item",
    "withdraw_item",
]
