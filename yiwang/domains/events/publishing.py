"""The published dataset `events`: every event's present facts for metrics and sharing — no words, nobody's name.

Days are the jurisdiction's own. Merged events are exported with their status, so that a metric can leave them out.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from yiwang.domains.events.models import OPEN_STATUSES, Event
from yiwang.domains.events.numbers import event_number
from yiwang.engines.data.published import Changes, Key, PublishedDataset, changed_page, publish
from yiwang.engines.data.specs import ColumnSpec, DatasetSpec, ScopeSpec, SourceSpec

DATASET = "events"
RELATED = ("jurisdiction", "category", "area", "department")


def _column(kind: str, zh: str, en: str, *, level: str = "L2") -> ColumnSpec:
    return ColumnSpec.model_validate({"type": kind, "title": {"zh-Hans": zh, "en": en}, "level": level})


SPEC = DatasetSpec(
    title={"zh-Hans": "事件", "en": "Events"},
    key=("uid",),
    source=SourceSpec(kind="published"),
    scope=ScopeSpec(permission="events.view", department="department_path", area="area_path"),
    columns={
        "uid": _column("string", "标识", "Id"),
        "number": _column("string", "编号", "Number"),
        "jurisdiction": _column("string", "辖区", "Jurisdiction"),
        "status": _column("string", "状态", "Status"),
        "is_open": _column("boolean", "未办结", "Open"),
        "is_late": _column("boolean", "超期", "Late"),
        "urgency": _column("string", "紧急程度", "Urgency"),
        "source": _column("string", "来源", "Source"),
        "category": _column("string", "分类", "Category"),
        "category_top": _column("string", "大类", "Top category"),
        "category_path": _column("string", "分类路径", "Category path"),
        "area": _column("string", "区域", "Area"),
        "area_path": _column("string", "区域路径", "Area path"),
        "department": _column("string", "部门", "Department"),
        "department_path": _column("string", "部门路径", "Department path"),
        "grid": _column("string", "网格", "Grid"),
        "lon": _column("float", "经度", "Longitude"),
        "lat": _column("float", "纬度", "Latitude"),
        "place_quality": _column("string", "位置质量", "Quality of the place"),
        "occurred_at": _column("datetime", "发生时间", "Occurred"),
        "occurred_on": _column("date", "发生日期", "Day it occurred"),
        "recorded_at": _column("datetime", "登记时间", "Recorded"),
        "dispatched_at": _column("datetime", "派遣时间", "Dispatched"),
        "due_at": _column("datetime", "期限", "Due"),
        "handled_at": _column("datetime", "处置时间", "Handled"),
        "closed_at": _column("datetime", "结案时间", "Closed"),
        "closed_on": _column("date", "结案日期", "Day it was closed"),
        "n_reports": _column("integer", "上报数", "Reports"),
        "n_returns": _column("integer", "退回次数", "Returns"),
        "n_reopened": _column("integer", "重开次数", "Reopened"),
        "satisfaction": _column("integer", "满意度", "Satisfaction"),
        "is_imported": _column("boolean", "外部导入", "Imported"),
    },
)


def changes(since: datetime | None, after: Key | None, limit: int) -> Changes:
    """A page of changed events."""
    found, key = changed_page(Event.objects.select_related(*RELATED), since, after, limit)
    return Changes([exported(event) for event in found], key)


def exported(event: Event) -> Mapping[str, Any]:
    """An event as a row of the dataset."""
    zone = ZoneInfo(event.jurisdiction.time_zone)
    return {
        "uid": str(event.uid),
        "number": event_number(event.pk),
        "jurisdiction": event.jurisdiction.code,
        "status": event.status,
        "is_open": event.status in OPEN_STATUSES,
        "is_late": event.is_late,
        "urgency": event.urgency,
        "source": event.source,
        "category": event.category.code if event.category else None,
        "category_top": event.category_path.split("/", 1)[0] or None,
        "category_path": event.category_path,
        "area": event.area.code if event.area else None,
        "area_path": event.area_path,
        "department": event.department.code if event.department else None,
        "department_path": event.department_path,
        "grid": event.grid_code or None,
        "lon": event.lon,
        "lat": event.lat,
        "place_quality": event.place_quality,
        "occurred_at": event.occurred_at,
        "occurred_on": event.occurred_at.astimezone(zone).date(),
        "recorded_at": event.recorded_at,
        "dispatched_at": event.dispatched_at,
        "due_at": event.due_at,
        "handled_at": event.handled_at,
        "closed_at": event.closed_at,
        "closed_on": event.closed_at.astimezone(zone).date() if event.closed_at else None,
        "n_reports": event.n_reports,
        "n_returns": event.n_returns,
        "n_reopened": event.n_reopened,
        "satisfaction": event.satisfaction,
        "is_imported": event.is_imported,
    }


def register() -> None:
    """Publish; called when Django starts."""
    publish(PublishedDataset(DATASET, SPEC, changes))
