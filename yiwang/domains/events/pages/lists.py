"""The list of events: filters in the URL, keyset pages, what is new since, and the export."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_safe

from yiwang.base.access.request import ViewerRequest
from yiwang.domains.events import actions, queries
from yiwang.domains.events.pages.asking import address_with, official
from yiwang.domains.events.pages.cells import csv_row
from yiwang.domains.events.pages.filters import chosen_filter, filter_chips, state_chips, words
from yiwang.domains.events.pages.views import views_context
from yiwang.domains.events.pages.work_patrol import report_page
from yiwang.domains.events.queries import EventRow
from yiwang.domains.events.wording import SOURCE_TITLES, STATUS_TITLES, URGENCY_TITLES
from yiwang.kernel.clock import now
from yiwang.kernel.errors import Invalid
from yiwang.kernel.text import N_

PAGE = 50
COUNT_UP_TO = 10_000
COLUMNS = {
    "category": gettext_lazy("Category"),
    "area": gettext_lazy("Area"),
    "department": gettext_lazy("Department"),
    "clock": gettext_lazy("Clock"),
    "source": gettext_lazy("Source"),
    "occurred": gettext_lazy("Reported at"),
}
STANDARD = ("area", "department", "clock", "occurred")


@require_safe
def list_page(request: ViewerRequest) -> HttpResponse:
    """The list of what the viewer may see."""
    viewer = official(request)
    query = request.GET
    chosen = chosen_filter(viewer, query)
    cursor = query.get("cursor", "")
    after, before = ("", cursor[1:]) if cursor.startswith("~") else (cursor, "")
    page = queries.events(viewer, chosen.wanted, after=after, before=before, limit=PAGE)
    total = queries.count_events(viewer, chosen.wanted, most=COUNT_UP_TO)
    shown = shown_columns(query)
    marks = queries.unread(viewer, page.rows)
    kept = {name: value for name, value in chosen.values.items() if value} | {"show": query.getlist("show")}
    context = {
        "rows": [_line(row) | {"unread": marks.get(row.id) == "changed"} for row in page.rows],
        "chosen": chosen,
        "chips": state_chips(viewer, chosen, query),
        "filters": filter_chips(chosen, query),
        "clear_url": request.path,
        "previous": f"~{page.before}" if page.before else "",
        "next": page.after,
        "total": f"{total}+" if total >= COUNT_UP_TO else total,
        "columns": [{"code": code, "title": title, "is_shown": code in shown} for code, title in COLUMNS.items()],
        "shown": {code: code in shown for code in COLUMNS},
        "shown_asked": query.getlist("show"),
        "kept": [(k, v) for k, values in query.lists() if k not in ("show", "cursor") for v in values],
        "query": address_with(query),
        "newer_url": f"{address_with(query)}&after={int(now().timestamp() * 1000)}",
        "may_export": viewer.may("events.export"),
        "report_page": report_page(viewer),
        **views_context(request, viewer, "events", kept),
    }
    return render(request, "events/list.html", context, status=422 if chosen.is_wrong else 200)


@require_safe
def newer_part(request: ViewerRequest) -> HttpResponse:
    """How many events that match came in after `?after=` (milliseconds): the hint above a list that stays as it is."""
    viewer = official(request)
    since = _moment(request.GET.get("after", ""))
    n = queries.count_newer(viewer, chosen_filter(viewer, request.GET).wanted, since) if since else 0
    query = request.GET.copy()
    query.pop("after", None)
    return render(request, "events/newer.html", {"n": n, "url": address_with(query)})


@require_safe
def export(request: ViewerRequest) -> StreamingHttpResponse:
    """The filtered list as CSV for spreadsheets; needs `events.export` and is written down in the audit first."""
    viewer = official(request)
    chosen = chosen_filter(viewer, request.GET)
    if chosen.is_wrong:
        raise Invalid(N_("This address asks for something the list does not know, so nothing is exported."))
    actions.record_export(by=viewer, filters=chosen.values)
    zone = ZoneInfo(chosen.place.time_zone if chosen.place else settings.DISPLAY_TIME_ZONE)
    rows = queries.exported_events(viewer, chosen.wanted)
    language = translation.get_language() or settings.LANGUAGE_CODE
    response = StreamingHttpResponse(_csv(rows, zone, language), content_type="text/csv; charset=utf-8")
    name = f"events-{now().astimezone(zone):%Y%m%d-%H%M}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


def shown_columns(query: QueryDict) -> tuple[str, ...]:
    """The columns the URL asks for (`?show=category&show=clock`), else the standard ones."""
    asked = tuple(code for code in COLUMNS if code in query.getlist("show"))
    return asked or STANDARD


def _line(row: EventRow) -> dict[str, object]:
    """A row as the template shows it."""
    return {
        "row": row,
        "status": gettext(STATUS_TITLES[row.status]),
        "urgency": gettext(URGENCY_TITLES[row.urgency]),
        "source": gettext(SOURCE_TITLES.get(row.source, row.source)),
        "finished_at": row.handled_at or row.closed_at,
        "is_over": row.status in ("closed", "merged", "rejected"),
    }


def _csv(rows: Iterator[EventRow], zone: ZoneInfo, language: str) -> Iterator[bytes]:
    """The lines of the export; the first starts with the mark by which spreadsheets know UTF-8."""
    with translation.override(language):
        titles = [gettext("Number"), gettext("Title"), gettext("Status"), gettext("Urgency"), gettext("Source")]
        titles += [gettext("Category"), gettext("Area"), gettext("Department"), gettext("Where")]
        titles += [gettext("Reported at"), gettext("Due"), gettext("Handled at"), gettext("Closed at")]
        titles += [gettext("Late"), gettext("Reports"), gettext("Returns"), gettext("Satisfaction (1-5)")]
        titles += [gettext("Longitude"), gettext("Latitude")]
    yield b"\xef\xbb\xbf" + csv_row(titles)
    for row in rows:
        with translation.override(language):
            cells = _cells(row, zone)
        yield csv_row(cells)


def _cells(row: EventRow, zone: ZoneInfo) -> list[object]:
    late = "" if row.is_late is None else gettext("yes") if row.is_late else gettext("no")
    moments = (row.occurred_at, row.due_at, row.handled_at, row.closed_at)
    return [
        *(row.number, row.title, gettext(STATUS_TITLES[row.status]), gettext(URGENCY_TITLES[row.urgency])),
        *(gettext(SOURCE_TITLES.get(row.source, row.source)), words(row.category), words(row.area)),
        *(words(row.department), row.address),
        *("" if at is None else f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S}" for at in moments),
        *(late, row.n_reports, row.n_returns, "" if row.satisfaction is None else row.satisfaction),
        *("" if degrees is None else f"{degrees:.6f}" for degrees in (row.lon, row.lat)),
    ]


def _moment(milliseconds: str) -> datetime | None:
    try:
        return datetime.fromtimestamp(int(milliseconds) / 1000, ZoneInfo("UTC"))
    except (ValueError, OverflowError, OSError):
        return None
