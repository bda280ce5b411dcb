"""The verbs of an event's page: title, form, and the action each calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils import dateformat
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext, pgettext
from django.utils.translation import gettext_lazy as _

from yiwang.base.access import Viewer
from yiwang.base.areas.queries import JurisdictionView
from yiwang.base.files.actions import store_upload
from yiwang.base.files.judging import PHOTOS
from yiwang.domains.events import actions, queries
from yiwang.domains.events.forms import (
    DAY_MINUTES,
    CloseForm,
    DispatchForm,
    ExtendForm,
    HandleForm,
    NoteForm,
    Options,
    ReasonForm,
    RedispatchForm,
    StepForm,
    TransferForm,
    VerifyForm,
)
from yiwang.domains.events.pages.filters import category_options, department_options
from yiwang.domains.events.queries.around import due_after, limits, would_go_to

if TYPE_CHECKING:
    from yiwang.domains.events.pages.event import Refused

Given = Mapping[str, Any]
MORE_DAYS, MORE_HOURS = (1, 2, 3, 5, 10), (2, 4)


@dataclass(frozen=True)
class Verb:
    """One step a page offers: its words, its form and what it does with (uid, viewer, cleaned data).

    `places` maps the names the action uses for what is wrong to the form's fields.
    """

    code: str
    title: Promise
    done: Promise
    icon: str
    form: type[StepForm]
    act: Callable[[UUID, Viewer, Given], object]
    kind: str = "secondary"
    places: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Offered:
    """A verb with its form, ready to be drawn; `is_open` unfolds it."""

    verb: Verb
    form: StepForm
    is_open: bool

    @property
    def is_plain(self) -> bool:
        """Nothing to fill in: a button is enough."""
        return not self.form.fields


def _dispatch(uid: UUID, by: Viewer, given: Given) -> object:
    words = {name: given[name] for name in ("department", "category", "reason")}
    return actions.dispatch_event(uid, by=by, minutes=given["hours"] * 60 if given["hours"] else None, **words)


def _redispatch(uid: UUID, by: Viewer, given: Given) -> object:
    words = {name: given[name] for name in ("department", "category", "reason")}
    return actions.redispatch_event(uid, by=by, minutes=given["hours"] * 60 if given["hours"] else None, **words)


def _handle(uid: UUID, by: Viewer, given: Given) -> object:
    stored = [store_upload(photo, by=by, kinds=PHOTOS, subject=f"event:{uid}") for photo in given["photos"]]
    files = tuple(str(one.uid) for one in stored)
    return actions.handle_event(uid, by=by, result=given["result"], files=files)


def _verify(uid: UUID, by: Viewer, given: Given) -> object:
    return actions.verify_event(uid, by=by, is_passed=given["is_passed"] == "yes", text=given["text"])


def _extend(uid: UUID, by: Viewer, given: Given) -> object:
    actions.extend_deadline(uid, by=by, minutes=given["minutes"], reason=given["reason"])
    return None


def _note(uid: UUID, by: Viewer, given: Given) -> object:
    stored = [store_upload(photo, by=by, kinds=PHOTOS, subject=f"event:{uid}") for photo in given["photos"]]
    return actions.note_event(uid, by=by, text=given["text"], files=tuple(str(one.uid) for one in stored))


def _transfer(uid: UUID, by: Viewer, given: Given) -> object:
    return actions.transfer_event(uid, by=by, department=given["department"], reason=given["reason"])


def _with_reason(action: Callable[..., object]) -> Callable[[UUID, Viewer, Given], object]:
    return lambda uid, by, given: action(uid, by=by, reason=given["reason"])


VERBS = {
    verb.code: verb
    for verb in (
        Verb("dispatch", _("Dispatch"), _("Dispatched."), "send", DispatchForm, _dispatch, "primary"),
        Verb(
            *("accept", _("Accept"), _("It is yours now."), "check", StepForm),
            *(lambda uid, by, given: actions.accept_event(uid, by=by), "primary"),
        ),
        Verb(
            *("handle", _("Report the result"), _("Sent to verification."), "check-circle", HandleForm, _handle),
            *("primary", {"reason": "result"}),
        ),
        Verb("verify", _("Verify"), _("The check is recorded."), "shield", VerifyForm, _verify, "primary"),
        Verb(
            *("close", _("Close the event"), _("Closed."), "check-circle", CloseForm),
            *(lambda uid, by, given: actions.close_event(uid, by=by, text=given["text"]), "primary"),
        ),
        Verb(
            *("return", _("Return it"), _("Returned to the operation centre."), "return", ReasonForm),
            _with_reason(actions.return_event),
        ),
        Verb("transfer", _("Transfer"), _("Transferred."), "transfer", TransferForm, _transfer),
        Verb(
            *("redispatch", _("Give to another department"), _("Given to another department."), "send"),
            *(RedispatchForm, _redispatch),
        ),
        Verb(
            *("withdraw", _("Take back"), _("Taken back; it waits for dispatch."), "return", ReasonForm),
            _with_reason(actions.withdraw_event),
        ),
        Verb(
            *("release", _("Put back"), _("It waits for others of the department."), "return", ReasonForm),
            _with_reason(actions.release_event),
        ),
        Verb("reject", _("Reject"), _("Rejected."), "close", ReasonForm, _with_reason(actions.reject_event), "danger"),
        Verb("urge", _("Urge"), _("Urged."), "bell", ReasonForm, _with_reason(actions.urge_event)),
        Verb(
            *("supervise", _("Put under supervision"), _("Under supervision from now on."), "flag", ReasonForm),
            _with_reason(actions.supervise_event),
        ),
        Verb("extend", _("Give more time"), _("The deadline is extended."), "clock", ExtendForm, _extend),
        Verb("note", _("Write a note"), _("The note is kept."), "edit", NoteForm, _note),
        Verb("reopen", _("Reopen"), _("Reopened."), "refresh", ReasonForm, _with_reason(actions.reopen_event)),
        Verb(
            *("unmerge", _("Undo the merge"), _("The merge is undone."), "link", ReasonForm),
            _with_reason(actions.unmerge_event),
        ),
    )
}


def offers_for(
    verb: Verb, viewer: Viewer, place: JurisdictionView, view: queries.EventView | None = None
) -> dict[str, Options]:
    """The choices a verb's form needs; `view` lets lengths of time say where they lead."""
    offers: dict[str, Options] = {}
    if "more" in verb.form.base_fields:
        offers["more"] = lengths_of_time(view, place.time_zone)
    if "department" in verb.form.base_fields:
        offers["department"] = department_options(viewer, place, by="code")
    if "category" in verb.form.base_fields:
        offers["category"] = category_options(place)
    if verb.form is DispatchForm and view is not None:
        offers["needed"] = _needed(view)
    return offers


def _needed(view: queries.EventView) -> list[tuple[str, str]]:
    """What a dispatch must be told: the category where none is known, the department where the list names nobody."""
    if not view.category_code:
        return [("category", "")]
    return [] if would_go_to(view.row.number) else [("department", "")]


def lengths_of_time(view: queries.EventView | None, time_zone: str) -> list[tuple[str, str]]:
    """More working time as (minutes, words): days first, then hours, each with the date it leads to."""
    day = limits(view).day_minutes if view is not None else DAY_MINUTES
    minutes = [*(n * day for n in MORE_DAYS), *(n * 60 for n in MORE_HOURS)]
    due = due_after(view, minutes) if view is not None else {}
    titles = [ngettext("%(n)s working day", "%(n)s working days", n) % {"n": n} for n in MORE_DAYS]
    titles += [ngettext("%(n)s working hour", "%(n)s working hours", n) % {"n": n} for n in MORE_HOURS]
    return [
        (str(length), title + (gettext(" — until %(due)s") % {"due": _local(at, time_zone)} if at else ""))
        for length, title in zip(minutes, titles, strict=True)
        for at in [due.get(length)]
    ]


def _local(at: datetime, time_zone: str) -> str:
    """A moment in the city's time, to the minute, with the weekday."""
    local = at.astimezone(ZoneInfo(time_zone))
    return dateformat.format(local, pgettext("moment pattern", "D j M H:i"))


def offered_verbs(
    viewer: Viewer,
    place: JurisdictionView,
    codes: tuple[str, ...],
    refused: Refused | None,
    view: queries.EventView | None = None,
) -> list[Offered]:
    """The verbs a page draws, in order; the first with a form is unfolded, or the one that was refused."""
    offered = []
    for code in codes:
        verb = VERBS[code]
        if refused is not None and refused.verb == code and isinstance(refused.form, StepForm):
            offered.append(Offered(verb, refused.form, True))
            continue
        form = verb.form(verb=code, offers=offers_for(verb, viewer, place, view))
        is_first = refused is None and verb.kind == "primary" and bool(form.fields)
        offered.append(Offered(verb, form, is_first and not any(one.verb.kind == "primary" for one in offered)))
    return offered
