"""Sample values for the living design pages; nothing here is shown anywhere else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from yiwang.kernel import clock
from yiwang.web.shell import clocks
from yiwang.web.shell.tones import TONES

# a drawn picture, so that the gallery needs no file: data: images are allowed by the policy
PICTURE = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 160 120'%3E"
    "%3Crect width='160' height='120' fill='%23{sky}'/%3E%3Cpath d='M0 90h160v30H0z' fill='%23{road}'/%3E"
    "%3Cpath d='M20 90V40h30v50zM60 90V25h36v65zM108 90V52h34v38z' fill='%23{house}'/%3E%3C/svg%3E"
)


def everything() -> dict[str, Any]:
    """All samples of the desk page."""
    return {
        "tones": TONES,
        "statuses": statuses(),
        "clocks": faces(),
        "timeline": timeline(),
        "steps": steps(),
        "rows": rows(),
        "facts": facts(),
        "tabs": [
            {"title": _("To do"), "url": "#tabs", "count": 12, "is_current": True, "icon": "inbox"},
            {"title": _("Taken"), "url": "#tabs", "count": 3},
            {"title": _("Copied to me"), "url": "#tabs", "count": 0},
            {"title": _("Done"), "url": "#tabs"},
        ],
        "chips": [
            {"title": _("All"), "url": "#filters", "count": 128, "is_current": True},
            {"title": _("Overdue"), "url": "#filters", "count": 4},
            {"title": _("Due today"), "url": "#filters", "count": 17},
        ],
        "on_chips": [
            {"title": _("Street lighting"), "remove_url": "#filters"},
            {"title": _("East district"), "remove_url": "#filters"},
        ],
        "crumbs": [(_("Events"), "#crumbs"), (_("Street lighting"), "#crumbs"), ("YW-2026-000128", "")],
        "notices": notices(),
        "photos": photos(),
        "files": [
            {"title": _("Site report.pdf"), "url": "#files", "size": 482_133},
            {"title": _("Responsibility list.xlsx"), "url": "#files", "size": 91_240, "icon": "table"},
        ],
        "ranking": ranking(),
        "keys": [
            ("/", _("Search")),
            ("j", _("Next row")),
            ("k", _("Previous row")),
            ("x", _("Tick")),
            ("Enter", _("Open the row")),
        ],
        "months": months(),
        "none": None,
    }


def statuses() -> list[tuple[str, str]]:
    """Codes with their titles."""
    return [
        ("reported", _("Reported")),
        ("dispatched", _("Dispatched")),
        ("handling", _("Being handled")),
        ("verifying", _("To be verified")),
        ("closed", _("Closed")),
        ("returned", _("Returned")),
        ("held", _("On hold")),
        ("rejected", _("Refused")),
    ]


def faces() -> list[clocks.Face]:
    """A clock in every state."""
    at = clock.now()
    day = timedelta(days=1)
    return [
        clocks.face(at + 2 * day, started_at=at - day),
        clocks.face(at + day / 6, started_at=at - day),
        clocks.face(at - day / 3, started_at=at - 2 * day),
        clocks.face(at + day, started_at=at - day, held_since=at - day / 2),
        clocks.face(at + day, started_at=at - day, finished_at=at - day / 8),
        clocks.face(at - day, started_at=at - 3 * day, finished_at=at - day / 2),
        clocks.face(at + 40 * day, started_at=at - day, is_provisional=True),
        clocks.face(None),
    ]


def timeline() -> list[dict[str, Any]]:
    """An event's story."""
    at = clock.now()
    return [
        {
            "title": _("Reported by a citizen"),
            "at": at - timedelta(hours=30),
            "by": _("Hotline, operator Lin Yue"),
            "icon": "phone",
            "tone": "special",
            "body": _("The third lamp from the corner has been dark for a week; children walk here after school."),
        },
        {
            "title": _("Dispatched to Urban Lighting"),
            "at": at - timedelta(hours=29, minutes=50),
            "by": _("Responsibility list, rule 42"),
            "icon": "send",
            "tone": "info",
        },
        {
            "title": _("Taken by Zhao Ming"),
            "at": at - timedelta(hours=27),
            "by": _("Urban Lighting, East section"),
            "icon": "user",
            "tone": "info",
        },
        {"title": _("Overdue"), "at": at - timedelta(hours=5), "icon": "alert", "tone": "danger"},
        {
            "title": _("Repaired"),
            "at": at - timedelta(hours=2),
            "by": _("Zhao Ming"),
            "icon": "check",
            "tone": "success",
            "body": _("Driver replaced, lamp tested."),
        },
        {"title": _("Next: verification by the street office"), "icon": "eye", "is_next": True},
    ]


def steps() -> list[dict[str, Any]]:
    """A citizen's progress."""
    at = clock.now()
    return [
        {"title": _("Received"), "at": at - timedelta(hours=30), "state": "done"},
        {"title": _("With the department"), "at": at - timedelta(hours=27), "state": "done"},
        {"title": _("Being repaired"), "state": "current"},
        {"title": _("Checked"), "state": ""},
        {"title": _("Your opinion"), "state": ""},
    ]


def rows() -> list[dict[str, Any]]:
    """Rows of a work list."""
    kinds = [
        (_("Street lamp out at the school gate"), _("Street lighting"), "handling", _("Being handled"), 2),
        (_("Manhole cover missing on Renmin Road"), _("Roads"), "dispatched", _("Dispatched"), 1),
        (_("Rubbish piled up behind the market"), _("Sanitation"), "verifying", _("To be verified"), 0),
        (_("Noise from the building site at night"), _("Environment"), "returned", _("Returned"), 3),
        (_("Water pipe burst, road under water"), _("Water"), "handling", _("Being handled"), 1),
    ]
    people = ["赵明", "林悦", "Ada Okafor", "陈思远", "周蕾"]
    return [
        {
            "number": f"YW-2026-{128 + i:06}",
            "title": title,
            "category": category,
            "status": status,
            "label": label,
            "clock": faces()[face],
            "person": people[i],
            "reports": 5 - i,
            "at": clock.now() - timedelta(hours=7 * i + 1),
        }
        for i, (title, category, status, label, face) in enumerate(kinds)
    ]


def facts() -> list[tuple[str, Any]]:
    """Facts of an event."""
    return [
        (_("Category"), _("Street lighting / lamp out")),
        (_("Place"), _("18 Renmin Road, Heping Street")),
        (_("Grid"), "330102001001012"),
        (_("Department"), _("Urban Lighting, East section")),
        (_("Caller"), "138****5621"),
        (_("Callback"), None),
    ]


def notices() -> list[dict[str, Any]]:
    """Notices, one unread."""
    at = clock.now()
    return [
        {
            "title": _("Water pipe burst, road under water"),
            "text": _("Dispatched to you"),
            "at": at - timedelta(minutes=4),
            "url": "#notices",
            "icon": "send",
            "is_unread": True,
        },
        {
            "title": _("Manhole cover missing on Renmin Road"),
            "text": _("Less than an hour left"),
            "at": at - timedelta(hours=3),
            "url": "#notices",
            "icon": "clock",
            "tone": "warning",
        },
        {
            "title": _("Rubbish piled up behind the market"),
            "text": _("The citizen was satisfied"),
            "at": at - timedelta(days=1),
            "url": "#notices",
            "icon": "star",
            "tone": "success",
        },
    ]


def photos() -> list[dict[str, str]]:
    """Drawn photographs."""
    shades = [
        ("bfd9f5", "7d8aa0", "e8edf5", _("Before")),
        ("1b2639", "0d1420", "33425c", _("At night")),
        ("d8ecd9", "6b778c", "f5e6c8", _("After")),
    ]
    return [
        {"url": PICTURE.format(sky=sky, road=road, house=house), "alt": _("Houses along a street"), "caption": caption}
        for sky, road, house, caption in shades
    ]


def ranking() -> list[dict[str, Any]]:
    """Streets by number of events."""
    names = [_("Heping Street"), _("Binjiang Street"), _("Gulou Street"), _("Xihu Street"), _("Wenquan Town")]
    values = [328, 291, 204, 166, 92]
    return [
        {"title": name, "value": value, "percent": round(100 * value / 328)}
        for name, value in zip(names, values, strict=True)
    ]


def months() -> list[tuple[str, int, int, int]]:
    """Month, reported, closed, overdue."""
    figures = [
        (812, 790, 41),
        (764, 771, 38),
        (905, 861, 52),
        (988, 940, 66),
        (1043, 1010, 58),
        (1120, 1098, 49),
        (1064, 1081, 37),
        (997, 1002, 31),
    ]
    return [(f"2026-{i + 1:02}", *row) for i, row in enumerate(figures)]


def wall() -> dict[str, Any]:
    """Samples of the wall."""
    return {
        **everything(),
        "hours": [
            (f"{h:02}", 8 + (h * 7) % 23 + (14 if 8 <= h <= 20 else 0), 6 + (h * 5) % 19 + (12 if 9 <= h <= 21 else 0))
            for h in range(24)
        ],
        "sources": [
            (_("Hotline"), 642),
            (_("Citizen's page"), 388),
            (_("Grid staff"), 301),
            (_("Sensors"), 127),
            (_("Video"), 64),
        ],
    }
