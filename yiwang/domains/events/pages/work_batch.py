"""Several steps at once: take, report the result, pass the check, close, each in a transaction of its own.

What does not work is said event by event, and stays ticked for another try.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from yiwang.base.access import Viewer
from yiwang.base.access.request import ViewerRequest
from yiwang.domains.events import actions, queries
from yiwang.domains.events.pages.asking import official
from yiwang.domains.events.queries.single import is_uid
from yiwang.kernel.errors import Failure, NotFound
from yiwang.kernel.text import N_

MOST_AT_ONCE = 100
KEPT = "batch_outcome"


@dataclass(frozen=True)
class BatchVerb:
    """One thing to do with several events; `needs_text` asks for words, which all of them get."""

    code: str
    title: Promise
    icon: str
    act: Callable[[UUID, Viewer, str], object]
    needs_text: bool = False
    asks: str = N_("Please say what was done; all of the ticked ones get these words.")
    """What is said where words are needed and none were given."""


VERBS = {
    verb.code: verb
    for verb in (
        BatchVerb("accept", _("Accept"), "check", lambda uid, by, text: actions.accept_event(uid, by=by)),
        BatchVerb(
            *("handle", _("Report the result"), "check-circle"),
            *(lambda uid, by, text: actions.handle_event(uid, by=by, result=text), True),
        ),
        BatchVerb(
            *("verify", _("Passed the check"), "shield"),
            lambda uid, by, text: actions.verify_event(uid, by=by, is_passed=True, text=text),
        ),
        BatchVerb(
            "close", _("Close"), "check-circle", lambda uid, by, text: actions.close_event(uid, by=by, text=text)
        ),
    )
}
WATCHING = {
    verb.code: verb
    for verb in (
        BatchVerb(
            *("supervise", _("Put under supervision"), "flag"),
            lambda uid, by, text: actions.supervise_event(uid, by=by, reason=text),
            needs_text=True,
            asks=N_("Please say in a sentence what you expect; whoever has the event reads it."),
        ),
        BatchVerb("urge", _("Urge"), "bell", lambda uid, by, text: actions.urge_event(uid, by=by, reason=text)),
    )
}


@require_POST
def batch(request: ViewerRequest) -> HttpResponse:
    """Do one verb with every ticked event of my work."""
    return run(request, VERBS, "work")


def run(request: ViewerRequest, verbs: dict[str, BatchVerb], page: str) -> HttpResponse:
    """Do the named verb with the ticked events and go back to the list, which says how it went.

    `only` (a button in a row) is one event for the first of the verbs, whatever is ticked.
    """
    viewer = official(request)
    only = request.POST.get("only", "")
    verb = next(iter(verbs.values())) if only else verbs.get(request.POST.get("verb", ""))
    if verb is None:
        raise NotFound(N_("There is no such step."))
    named = [only] if only else request.POST.getlist("event")
    ticked = list(dict.fromkeys(UUID(text) for text in named if is_uid(text)))
    text = request.POST.get("text", "").strip()
    wrong = ""
    if not ticked:
        wrong = gettext("Tick the events first.")
    elif len(ticked) > MOST_AT_ONCE:
        wrong = gettext("At most %(most)s at once.") % {"most": MOST_AT_ONCE}
    elif verb.needs_text and not text:
        wrong = gettext(verb.asks)
    done, failed = ([], []) if wrong else _do(verb, ticked, viewer, text)
    request.session[KEPT] = {
        "verb": verb.code,
        "wrong": wrong,
        "text": text if wrong or failed else "",
        "done": len(done),
        "failed": failed,
        "ticked": [str(uid) for uid in ticked] if wrong else [one["uid"] for one in failed],
    }
    onward = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(onward, allowed_hosts=None)
    return redirect(onward if is_ours else page)


def outcome_of(request: ViewerRequest) -> dict[str, Any] | None:
    """How the last batch went, told once: `done` (number), `failed` (uid, number, title, why), `wrong`, `ticked`."""
    kept: dict[str, Any] | None = request.session.pop(KEPT, None) if KEPT in request.session else None
    if kept is not None:
        verb = VERBS.get(kept["verb"]) or WATCHING.get(kept["verb"])
        kept["title"] = str(verb.title) if verb else ""
    return kept


def _do(verb: BatchVerb, ticked: list[UUID], viewer: Viewer, text: str) -> tuple[list[int], list[dict[str, str]]]:
    """Each in its own transaction; what was done (ids) and what not, with the reason in the reader's language."""
    rows = queries.rows_by_uid(viewer, ticked)
    done: list[int] = []
    failed: list[dict[str, str]] = []
    for uid in ticked:
        row = rows.get(uid)
        if row is None:
            continue
        try:
            verb.act(uid, viewer, text)
        except Failure as failure:
            why = failure.text.render(gettext)
            failed.append({"uid": str(uid), "number": row.number, "title": row.title, "why": why})
        else:
            done.append(row.id)
    actions.see_event(*done, by=viewer)
    return done, failed
