"""The fields an export may fill, as the mapping engine wants them declared."""

from __future__ import annotations

from yiwang.engines.data.mapping import TargetField

TARGET = "event"

FIELDS: tuple[TargetField, ...] = (
    TargetField("external_id", title={"zh-Hans": "原编号", "en": "Original id"}, required=True, max_length=128),
    TargetField("occurred_at", "datetime", title={"zh-Hans": "发生时间", "en": "Occurred"}, required=True),
    TargetField("title", title={"zh-Hans": "标题", "en": "Title"}, max_length=300),
    TargetField("text", title={"zh-Hans": "内容", "en": "Text"}),
    TargetField("category", title={"zh-Hans": "分类", "en": "Category"}, joins=True),
    TargetField("status", title={"zh-Hans": "状态", "en": "Status"}),
    TargetField("due_at", "datetime", title={"zh-Hans": "办理期限", "en": "Due"}),
    TargetField("closed_at", "datetime", title={"zh-Hans": "办结时间", "en": "Closed"}),
    TargetField("department", title={"zh-Hans": "承办单位", "en": "Department"}),
    TargetField("address", title={"zh-Hans": "地址", "en": "Address"}, max_length=300),
    TargetField("area", title={"zh-Hans": "所属区域", "en": "Area"}),
    TargetField("lon", "lon", title={"zh-Hans": "经度", "en": "Longitude"}),
    TargetField("lat", "lat", title={"zh-Hans": "纬度", "en": "Latitude"}),
    TargetField("coordinates", title={"zh-Hans": "坐标系", "en": "Coordinate system"}),
    TargetField("channel", title={"zh-Hans": "来源渠道", "en": "Channel"}),
    TargetField("reporter_name", title={"zh-Hans": "诉求人", "en": "Reporter"}, max_length=80),
    TargetField("reporter_phone", title={"zh-Hans": "联系电话", "en": "Telephone"}, max_length=40),
    TargetField("outcome", title={"zh-Hans": "办理结果", "en": "Outcome"}),
    TargetField("satisfaction", title={"zh-Hans": "满意度", "en": "Satisfaction"}),
)
