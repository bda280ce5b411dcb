"""A small city, its officials, and the process they work by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from yiwang.base.access import SYSTEM, Viewer
from yiwang.base.areas import actions as areas
from yiwang.base.organisation import actions as organisation
from yiwang.base.organisation.queries import department, viewer_of
from yiwang.base.people.actions import create_account
from yiwang.base.people.queries import account_for_sign_in
from yiwang.engines.flow import actions
from yiwang.engines.flow.records import Moved
from yiwang.engines.flow.specs import FlowSpec
from yiwang.kernel.calendar import named
from yiwang.kernel.clock import frozen
from yiwang.kernel.errors import Problems
from yiwang.kernel.specs import Document, build_spec, parse_yaml

FRIDAY = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)  # 10:00 in Shanghai, a working day

COURSE = """\
title: {zh-Hans: 事件处置, en: Handling of an event}
variables:
  urgency: integer
  needs_check: {type: boolean, default: false}
  department: string
clock: {minutes: 600}
nodes:
  begin: {kind: start, next: dispatch}
  dispatch:
    kind: user
    title: {zh-Hans: 分拨, en: Dispatch}
    permission: flow.dispatch
    department: {code: centre}
    outcomes:
      dispatched: {title: {zh-Hans: 分拨, en: Dispatch}, next: handle}
      rejected: {title: {zh-Hans: 不予受理, en: Reject}, next: rejected, needs_reason: true}
  handle:
    kind: user
    title: {zh-Hans: 处置, en: Handle}
    clock: {minutes: urgency * 60, calendar: office, warn_at: [0.5, 0.8]}
    data: {result: {type: string, one_of: [fixed, not_found]}}
    outcomes:
      done: {title: {zh-Hans: 处置完毕, en: Done}, next: check}
  check:
    kind: exclusive
    routes: [{when: needs_check, next: verify}]
    default: closed
  verify:
    kind: user
    title: {zh-Hans: 核查, en: Verify}
    department: {same_as: handle}
    not_by: handle
    outcomes:
      passed: {title: {zh-Hans: 通过, en: Pass}, next: closed}
      failed: {title: {zh-Hans: 不通过, en: Fail}, next: handle}
  closed: {kind: end}
  rejected: {kind: end}
"""


def flow_spec(text: str) -> tuple[FlowSpec, Document]:
    """The spec of a YAML text, which must be sound as far as types go."""
    problems = Problems()
    document = parse_yaml(text, Path("flows/course.yaml"), problems)
    assert document is not None, list(problems)
    spec = build_spec(document, FlowSpec, problems)
    assert spec is not None, [str(each) for each in problems]
    return spec, document


@dataclass(frozen=True)
class City:
    """The officials by name, and the departments' ids by code."""

    viewers: dict[str, Viewer]
    departments: dict[str, int]
    uids: dict[str, UUID]

    def __getattr__(self, name: str) -> Viewer:
        return self.viewers[name]

    def start(self, **more: object) -> Moved:
        """Start the course at ten on a Friday."""
        given = {
            "subject": "event:1",
            "title": "E-1",
            "variables": {"urgency": 2},
            "area_path": "tv/one/",
            "calendar": named("office"),
            "by": SYSTEM,
        }
        return actions.start_instance("course", **(given | more))

    def dispatched(self, to: str = "works", **more: object) -> Moved:
        """A case that waits in a department."""
        item = self.start(**more).open_items[0]
        assign = actions.Assignment(department_id=self.departments[to])
        return actions.complete_item(item.uid, outcome="dispatched", assign=assign, by=self.dora)


def build_city() -> City:
    """Testville: the centre dispatches (dora); works (wang, wu) and parks (ping) handle; sun supervises all."""
    areas.put_jurisdiction(
        "testville",
        title={"zh-Hans": "试城", "en": "Testville"},
        time_zone="Asia/Shanghai",
        calendar="CN",
        languages=["zh-Hans", "en"],
        division_scheme="own",
        root_code="tv",
        by=SYSTEM,
    )
    for code in ("one", "two"):
        areas.put_area("testville", code, title={"en": code, "zh-Hans": code}, level=3, by=SYSTEM)
    for code in ("centre", "works", "parks"):
        organisation.put_department("testville", code, title={"en": code, "zh-Hans": code}, by=SYSTEM)
    roles = {
        "t_dispatcher": ["flow.dispatch"],
        "t_handler": ["flow.work"],
        "t_supervisor": ["flow.supervise", "flow.work"],
    }
    for code, permissions in roles.items():
        organisation.put_role(code, title={"en": code, "zh-Hans": code}, permissions=permissions, by=SYSTEM)
    people = {
        "dora": ("centre", "t_dispatcher", "department"),
        "wang": ("works", "t_handler", "department"),
        "wu": ("works", "t_handler", "department"),
        "ping": ("parks", "t_handler", "department"),
        "sun": ("centre", "t_supervisor", "jurisdiction"),
    }
    viewers, uids = {}, {}
    for name, (home, role, reach) in people.items():
        account = create_account(name, display_name=name.title(), by=SYSTEM)
        organisation.put_post(
            f"{name}-post",
            title={"en": name, "zh-Hans": name},
            role=role,
            jurisdiction="testville",
            department_code=home,
            reach=reach,
            by=SYSTEM,
        )
        organisation.appoint(account.uid, f"{name}-post", by=SYSTEM)
        viewers[name] = viewer_of(account_for_sign_in(account.uid))
        uids[name] = account.uid
    ids = {code: department("testville", code).id for code in ("centre", "works", "parks")}
    actions.publish_definition("course", flow_spec(COURSE)[0], by=SYSTEM)
    return City(viewers, ids, uids)


@pytest.fixture
def friday():
    """The clock stands at ten o'clock on a Friday; `clock.shift` moves it."""
    with frozen(FRIDAY):
        yield


@pytest.fixture
def city(db, friday) -> City:
    """The city in a test's transaction."""
    return build_city()
