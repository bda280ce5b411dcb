"""The verbs of an event's page: title, form, and the action each calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from yiwang.base.access import Viewer
from yiwang.base.areas.queries import JurisdictionView
from yiwang.base.files.actions import store_upload
from yiwang.base.files.judging import PHOTOS
from yiwang.domains.events import actions
from yiwang.domains.events.forms import (
    CloseForm,
    DispatchForm,
    ExtendForm,
    HandleForm,
    Options,
    ReasonForm,
    StepForm,
    TransferForm,
    VerifyForm,
)
from yiwang.domains.events.pages.filters import category_options, department_options

if TYPE_CHECKING:
    from yiwang.domains.events.pages.event import Refused

Given = Mapping[str, Any]


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
    words = {name: given[name] for name in ("department", "category", "minutes", "reason")}
    return actions.dispatch_event(uid, by=by, **words)


def _handle(uid: UUID, by: Viewer, given: Given) -> object:
    stored = [store_upload(photo, by=by, kinds=PHOTOS, subject=f"event:{uid}") for photo in given["photos"]]
    files = tuple(str(one.uid) for one in stored)
    return actions.handle_event(uid, by=by, result=given["result"], files=files)


def _verify(uid: UUID, by: Viewer, given: Given) -> object:
    return actions.verify_event(uid, by=by, is_passed=given["is_passed"] == "yes", text=given["text"])


def _extend(uid: UUID, by: Viewer, given: Given) -> object:
    actions.extend_deadline(uid, by=by, minutes=given["minutes"], reason=given["reason"])
    return None


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
        Verb("reject", _("Reject"), _("Rejected."), "close", ReasonForm, _with_reason(actions.reject_event), "danger"),
        Verb("urge", _("Urge"), _("Urged."), "bell", ReasonForm, _with_reason(actions.urge_event)),
        Verb(
            *("supervise", _("Put under supervision"), _("Under supervision from now on."), "flag", ReasonForm),
            _with_reason(actions.supervise_event),
        ),
        Verb("extend", _("Give more time"), _("The deadline is extended."), "clock", ExtendForm, _extend),
        Verb("reopen", _("Reopen"), _("Reopened."), "refresh", ReasonForm, _with_reason(actions.reopen_event)),
        Verb(
            *("unmerge", _("Undo the merge"), _("The merge is undone."), "link", ReasonForm),
            _with_reason(actions.unmerge_event),
        ),
    )
}


def offers_for(verb: Verb, viewer: Viewer, place: JurisdictionView) -> dict[str, Options]:
    """The choices a verb's form needs."""
    offers: dict[str, Options] = {}
    if "department" in verb.form.base_fields:
        offers["department"] = department_options(viewer, place, by="code")
    if "category" in verb.form.base_fields:
        offers["category"] = category_options(place)
    return offers


def offered_verbs(
    viewer: Viewer, place: JurisdictionView, codes: tuple[str, ...], refused: Refused | None
) -> list[Offered]:
    """The verbs a page draws, in order; the first with a form is unfolded, or the one that was refused."""
    offered = []
    for code in codes:
        verb = VERBS[code]
        if refused is not None and refused.verb == code and isinstance(refused.form, StepForm):
            offered.append(Offered(verb, refused.form, True))
            continue
        form = verb.form(verb=code, offers=offers_for(verb, viewer, place))
        is_first = refused is None and verb.kind == "primary" and bool(form.fields)
        offered.append(Offered(verb, form, is_first and not any(one.verb.kind == "primary" for one in offered)))
    return offered
