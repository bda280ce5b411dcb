"""A mapped row → what is stored: category, department, area and channel found by code or title, state judged.

A row is refused (with the reason at its field) for an unknown or unclear category or a closing time before the
report; an unknown department, area or channel keeps its words and refuses nothing: the case can be worked without.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, get_args

from yiwang.base.access import SYSTEM
from yiwang.base.areas import queries as areas
from yiwang.base.organisation import queries as organisation
from yiwang.domains.events.course import CategoryView, Rules
from yiwang.domains.events.importing.naming import CategoryNames, by_name, plain
from yiwang.domains.events.importing.past import Past, past_of
from yiwang.domains.events.models import PlaceQuality
from yiwang.domains.events.titling import shortened
from yiwang.engines.data.mapping import FieldProblem, Mapped
from yiwang.kernel.coordinates import System, convert
from yiwang.kernel.errors import Invalid
from yiwang.kernel.text import N_, Text

CLOSED_WORDS = ("closed", "resolved", "completed", "办结", "结案", "已完成", "已解决", "已答复", "已回复", "关闭")
OPEN_WORDS = (
    *("办理中", "处理中", "处置中", "待办", "待处理", "待分拨", "待核查", "流转中"),
    *("open", "new", "pending", "in progress", "assigned", "started"),
)
STILL_OPEN_WORDS = (
    "未办结",
    "未结案",
    "未完成",
    "未解决",
    "未关闭",
    "reopened",
    "not closed",
    "unresolved",
    "incomplete",
)
CHANNELS: Mapping[str, tuple[str, ...]] = {
    "phone": ("phone", "电话", "来电", "热线", "12345"),
    "web": ("web", "online", "网站", "网页", "门户", "网络"),
    "app": ("app", "mobile", "微信", "小程序", "移动"),
    "email": ("email", "e-mail", "邮件"),
    "letter": ("mail", "letter", "来信", "信件"),
    "patrol": ("patrol", "网格", "巡查", "巡检"),
    "internal": ("internal", "system", "内部", "系统"),
    "api": ("api", "接口"),
}
SCORES: Mapping[str, int] = {
    "非常满意": 5,
    "满意": 4,
    "基本满意": 3,
    "一般": 3,
    "不满意": 2,
    "非常不满意": 1,
    **{str(n): n for n in range(1, 6)},
}
URGENCIES: Mapping[str, str] = {
    **dict.fromkeys(("normal", "一般", "普通", "平件", "常规", "low", "medium"), "normal"),
    **dict.fromkeys(("urgent", "紧急", "急件", "加急", "high"), "urgent"),
    **dict.fromkeys(("critical", "特急", "特急件", "非常紧急", "emergency"), "critical"),
}
POINT = ("lon", "lat")


@dataclass(frozen=True)
class Incoming:
    """One row ready to be stored; `digest` tells whether it changed since the last import."""

    external_id: str
    digest: str
    occurred_at: datetime
    title: str
    text: str
    category: CategoryView | None
    given_category: str
    is_closed: bool
    due_at: datetime | None
    closed_at: datetime | None
    department: organisation.DepartmentView | None
    area: areas.AreaView | None
    address: str
    lon: float | None
    lat: float | None
    place_quality: str
    source: str
    reporter_name: str
    reporter_phone: str
    outcome: str
    satisfaction: int | None
    urgency: str = ""
    is_public: bool = False
    element_code: str = ""
    part_of: str = ""
    past: Past = field(default_factory=Past)
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def is_late(self) -> bool | None:
        """Handled (closed, where only that is told) after its deadline; None when it is open or one is not known."""
        done_at = self.past.handled_at or self.closed_at
        return done_at > self.due_at if self.is_closed and done_at and self.due_at else None


class Converter:
    """Look-ups of one jurisdiction, read once per import.

    `fillers` are the coordinate fields for which the mapping names values that mean "unknown": a point is a
    placeholder when all of them hold one (39, -77 is; 39, -76.61 may be a place).
    """

    def __init__(self, rules: Rules, fillers: Collection[str] = POINT) -> None:
        self.rules = rules
        self.fillers = frozenset(fillers)
        self.categories = CategoryNames(rules)
        self.departments = by_name(organisation.departments(SYSTEM, jurisdiction=rules.jurisdiction.code))
        self.areas = by_name(areas.subtree(rules.jurisdiction.root_path))

    def convert(self, mapped: Mapped) -> tuple[Incoming | None, list[FieldProblem]]:
        """The row to store, or None with what is wrong."""
        values = mapped.values
        problems = list(mapped.problems)
        given = str(values.get("category") or "")
        category, problem = self.category(given)
        if problem is not None:
            problems.append(FieldProblem("category", "", problem))
        occurred_at, closed_at = values.get("occurred_at"), values.get("closed_at")
        if occurred_at and closed_at and closed_at < occurred_at:
            problems.append(FieldProblem("closed_at", "", Text(N_("It was closed before it was reported."))))
        system = system_of(str(values.get("coordinates") or ""))
        if system is None:
            told = Text(N_("There is no coordinate system “%(name)s”."), {"name": str(values["coordinates"])[:40]})
            problems.append(FieldProblem("coordinates", "", told))
        if problems or not occurred_at or system is None:
            return None, problems
        return self._incoming(mapped, category, given, system), []

    def category(self, given: str) -> tuple[CategoryView | None, Text | None]:
        """The category a row names, or why it names none; neither when it names nothing."""
        try:
            found = self.categories.find(given)
        except Invalid as unclear:
            return None, unclear.text
        if given and found is None:
            return None, Text(N_("There is no category “%(code)s” here."), {"code": given[:80]})
        return found, None

    def _incoming(self, mapped: Mapped, category: CategoryView | None, given: str, system: System) -> Incoming:
        values = mapped.values
        text = str(values.get("text") or "")
        lon, lat, quality = self._point(mapped, system)
        department, area = str(values.get("department") or ""), str(values.get("area") or "")
        channel = str(values.get("channel") or "")
        status = str(values.get("status") or "")
        found_department = self.departments.get(plain(department))
        found_area = self.areas.get(plain(area))
        extra = {"status": status, "channel": channel}
        extra |= {"department": department} if department and found_department is None else {}
        extra |= {"area": area} if area and found_area is None else {}
        extra |= {name: values[name].isoformat() for name in ("due_at", "closed_at") if values.get(name)}
        urgency = str(values.get("urgency") or "").strip()
        extra |= {"urgency": urgency} if urgency and urgency.casefold() not in URGENCIES else {}
        closed = is_closed(status, values.get("closed_at"))
        return Incoming(
            external_id=str(values["external_id"]),
            digest=_digest(values),
            occurred_at=values["occurred_at"],
            title=_title(str(values.get("title") or ""), text, category, self.rules),
            text=text,
            category=category,
            given_category=given[:200],
            is_closed=closed,
            due_at=values.get("due_at"),
            closed_at=values.get("closed_at"),
            department=found_department,
            area=found_area,
            address=str(values.get("address") or ""),
            lon=lon,
            lat=lat,
            place_quality=quality,
            source=channel_of(channel),
            reporter_name=str(values.get("reporter_name") or ""),
            reporter_phone=str(values.get("reporter_phone") or ""),
            outcome=str(values.get("outcome") or "")[:2_000],
            satisfaction=SCORES.get(str(values.get("satisfaction") or "").strip()),
            urgency=URGENCIES.get(urgency.casefold(), ""),
            is_public=bool(values.get("is_public")),
            element_code=str(values.get("element_code") or ""),
            part_of=str(values.get("part_of") or ""),
            past=past_of(values) if closed else Past(),
            extra={k: v for k, v in extra.items() if v},
        )

    def _point(self, mapped: Mapped, system: System) -> tuple[float | None, float | None, str]:
        """WGS-84 point and quality; a coordinate that stands for "unknown" is no point."""
        if self.fillers and self.fillers <= set(mapped.placeholders):
            return None, None, PlaceQuality.PLACEHOLDER
        lon, lat = mapped.values.get("lon"), mapped.values.get("lat")
        if lon is None or lat is None:
            return None, None, PlaceQuality.NONE
        lon, lat = convert(lon, lat, system, "wgs84")
        return lon, lat, PlaceQuality.EXACT


def is_closed(status: str, closed_at: datetime | None) -> bool:
    """Whether the other system has ended the case: its status says so, or, saying neither, a closing time does.

    A status that says "still open" beats a closing time: systems leave it behind when they open a case again.
    """
    words = status.casefold()
    if any(w in words for w in STILL_OPEN_WORDS):
        return False
    if any(w in words for w in CLOSED_WORDS):
        return True
    return closed_at is not None and not any(w in words for w in OPEN_WORDS)


def says_state(words: str) -> bool:
    """Whether a text is one of the words by which systems name a case's state."""
    told = words.casefold()
    return len(told) <= 30 and any(w in told for w in (*STILL_OPEN_WORDS, *CLOSED_WORDS, *OPEN_WORDS))


def system_of(words: str) -> System | None:
    """The coordinate system of its name however it is written (`GCJ-02`, `gcj02`); WGS-84 for "", None for others."""
    told = "".join(c for c in words.lower() if c.isalnum())
    return next((known for known in get_args(System) if known == told), None) if told else "wgs84"


def channel_of(words: str) -> str:
    """Our source for another system's channel; `import` when it names none, `other` when it is unknown."""
    if not words:
        return "import"
    told = words.casefold()
    for source, known in CHANNELS.items():
        if told in known:
            return source
    return next((source for source, known in CHANNELS.items() if any(w in told for w in known)), "other")


def _title(title: str, text: str, category: CategoryView | None, rules: Rules) -> str:
    language = rules.jurisdiction.languages[0] if rules.jurisdiction.languages else "zh-Hans"
    named = category.title.get(language) or category.code if category else ""
    first = (title or text or named).strip().split("\n")[0]
    return shortened(first, 120)


def _digest(values: Mapping[str, Any]) -> str:
    told = json.dumps(values, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(told.encode()).hexdigest()
