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
    TargetField("dispatched_at", "datetime", title={"zh-Hans": "派单时间", "en": "Dispatched"}),
    TargetField("accepted_at", "datetime", title={"zh-Hans": "签收时间", "en": "Accepted"}),
    TargetField("handled_at", "datetime", title={"zh-Hans": "处置时间", "en": "Handled"}),
    TargetField("handler", title={"zh-Hans": "经办人", "en": "Handled by"}, max_length=80),
    TargetField("n_returns", "integer", title={"zh-Hans": "退回次数", "en": "Times returned"}),
    TargetField("returned_at", "datetime", title={"zh-Hans": "退回时间", "en": "Returned"}),
    TargetField("return_reason", title={"zh-Hans": "退回原因", "en": "Why returned"}),
    TargetField("n_reopened", "integer", title={"zh-Hans": "重办次数", "en": "Times reopened"}),
    TargetField("reopened_at", "datetime", title={"zh-Hans": "重办时间", "en": "Reopened"}),
    TargetField("reopen_reason", title={"zh-Hans": "重办原因", "en": "Why reopened"}),
    TargetField("evaluation", title={"zh-Hans": "评价内容", "en": "Evaluation"}),
    TargetField("evaluated_at", "datetime", title={"zh-Hans": "评价时间", "en": "Evaluated"}),
    TargetField("is_supervised", "boolean", title={"zh-Hans": "是否督办", "en": "Supervised"}),
    TargetField("is_public", "boolean", title={"zh-Hans": "是否公开", "en": "Public"}),
    TargetField("urgency", title={"zh-Hans": "紧急程度", "en": "Urgency"}),
    TargetField("element_code", title={"zh-Hans": "部件编码", "en": "Facility code"}, max_length=64),
    TargetField("part_of", title={"zh-Hans": "主工单编号", "en": "Joined with"}, max_length=128),
)
