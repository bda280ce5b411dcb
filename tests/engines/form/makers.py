"""A form of tests with a field of each kind and three branches."""

from __future__ import annotations

from pathlib import Path

from yiwang.engines.form.specs import FormSpec
from yiwang.kernel.errors import Problems
from yiwang.kernel.specs import build_spec, parse_yaml

FORM = """\
title: {zh-Hans: 占道施工申请, en: Works on the road}
schema:
  type: object
  required: [applicant, name, phone, credit_code, starts_on, purposes, agreed]
  properties:
    applicant: {type: string, enum: [person, company]}
    name: {type: string, minLength: 2, maxLength: 40}
    phone: {type: string}
    citizen_id: {type: string}
    credit_code: {type: string}
    starts_on: {type: string, format: date}
    meeting_at: {type: string, format: date-time}
    days: {type: integer, minimum: 1, maximum: 90}
    area: {type: number, exclusiveMinimum: 0, multipleOf: 0.5}
    lanes: {type: integer, enum: [1, 2, 3]}
    purposes: {type: array, minItems: 1, items: {type: string, enum: [pipes, paving, event]}}
    traffic_plan: {type: string}
    place: {type: object, properties: {lon: {type: number}, lat: {type: number}}}
    address: {type: string}
    photos: {type: array, items: {type: string}}
    agreed: {type: boolean, const: true}
ui:
  fields:
    applicant:
      title: {zh-Hans: 申请人类型, en: Applicant}
      widget: radio
      options: {person: {zh-Hans: 个人, en: A person}, company: {zh-Hans: 企业, en: A company}}
    name: {title: {zh-Hans: 名称, en: Name}, help: {zh-Hans: 与证件一致, en: As in your papers}}
    phone: {title: {zh-Hans: 电话, en: Telephone}, widget: phone}
    citizen_id: {title: {zh-Hans: 身份证号, en: Citizen id}, widget: citizen_id, show_if: applicant = 'person'}
    credit_code: {title: {zh-Hans: 信用代码, en: Credit code}, widget: credit_code, show_if: applicant = 'company'}
    starts_on: {title: {zh-Hans: 开始日期, en: From}}
    meeting_at: {title: {zh-Hans: 现场会, en: Meeting}}
    days: {title: {zh-Hans: 天数, en: Days}}
    area: {title: {zh-Hans: 面积, en: Area}}
    lanes:
      title: {zh-Hans: 车道, en: Lanes}
      options: {"1": {zh-Hans: 一, en: One}, "2": {zh-Hans: 二, en: Two}, "3": {zh-Hans: 三, en: Three}}
    purposes:
      title: {zh-Hans: 用途, en: Purposes}
      options:
        pipes: {zh-Hans: 管线, en: Pipes}
        paving: {zh-Hans: 铺装, en: Paving}
        event: {zh-Hans: 活动, en: Event}
    traffic_plan:
      title: {zh-Hans: 交通方案, en: Traffic plan}
      widget: textarea
      show_if: lanes >= 2
      required_if: days > 7
    place: {title: {zh-Hans: 位置, en: Place}, widget: map_point}
    address: {title: {zh-Hans: 地址, en: Address}, widget: address}
    photos: {title: {zh-Hans: 照片, en: Photos}, widget: photo}
    agreed: {title: {zh-Hans: 已阅读须知, en: I have read the rules}}
  groups:
    - {title: {zh-Hans: 申请人, en: Who}, fields: [applicant, name, phone, citizen_id, credit_code]}
    - title: {zh-Hans: 内容, en: What}
      fields: [starts_on, meeting_at, days, area, lanes, purposes, traffic_plan, place, address, photos]
"""

GOOD = {
    "applicant": "company",
    "name": "云溪市政工程有限公司",
    "phone": "138 0013 8000",
    "credit_code": "91350100m000100y43",
    "starts_on": "2026-12-01",
    "meeting_at": "2026-11-28T09:30",
    "days": "10",
    "area": "12.5",
    "lanes": "2",
    "purposes": ["pipes", "event"],
    "traffic_plan": "夜间施工，占一条车道",
    "place": "118.9452，29.6377",
    "address": "湖滨街道一号",
    "agreed": "on",
}


def form_spec(text: str = FORM) -> FormSpec:
    """The spec of YAML text; ProblemsFound when its types are wrong."""
    problems = Problems()
    document = parse_yaml(text, Path("forms/road.yaml"), problems)
    spec = build_spec(document, FormSpec, problems) if document else None
    problems.raise_if_any()
    assert spec is not None
    return spec
