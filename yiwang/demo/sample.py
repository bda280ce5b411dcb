"""Plays a scene's sample reports through the platform's own actions, moved in time so that the newest is recent.

Each report comes in at its hour, is worked by the handler of the department it went to, verified, closed and
evaluated as the sample's last columns say. Everything happens in order of time under a held clock, so that clocks,
duplicates and histories are as they would have been. Calls only actions and queries.
"""

from __future__ import annotations

import csv
import heapq
import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from uuid import NAMESPACE_URL, UUID, uuid5
from zoneinfo import ZoneInfo

from yiwang.base.access import SYSTEM, Viewer
from yiwang.base.areas import queries as areas
from yiwang.base.messages.delivering import deliver_pending
from yiwang.base.notices.actions import mark_read
from yiwang.base.organisation import queries as organisation
from yiwang.base.people import queries as accounts
from yiwang.domains.events import actions, queries
from yiwang.kernel import clock
from yiwang.kernel.errors import Conflict, Failure

RECENT = timedelta(minutes=4)
SOURCES = {"电话": "phone", "网站": "web", "APP": "app", "微信": "app", "网格巡查": "patrol"}
SCORES = {"非常满意": 5, "满意": 4, "基本满意": 3, "不满意": 2, "非常不满意": 1}
RESULTS = (
    "已到现场核实并处理完毕，现场已恢复。",
    "已安排人员当天处置，问题已解决。",
    "已整改到位，后续将加强巡查。",
    "已联系诉求人说明情况并处理，诉求人表示认可。",
    "已完成维修，恢复正常使用。",
)
VERIFIED = "现场情况属实，已解决。"
NOT_OURS = "经核实不属于我单位职责范围，请重新分拨。"


@dataclass
class Player:
    """The state of one run: what is to be done when, and who does it."""

    jurisdiction: areas.JurisdictionView
    rnd: random.Random
    handlers: dict[str, Viewer]
    dispatcher: Viewer
    verifier: Viewer
    operator: Viewer
    categories: dict[str, str]
    watchers: tuple[Viewer, ...]

    def __post_init__(self) -> None:
        self._agenda: list[tuple[datetime, int, Callable[[], object]]] = []
        self._order = count()

    def plan(self, at: datetime, step: Callable[[], object]) -> None:
        """Do a step at a moment; equal moments in the order they were planned."""
        heapq.heappush(self._agenda, (at, next(self._order), step))

    def run(self, until: datetime, told: Callable[[int], None]) -> int:
        """Do everything planned up to `until`; returns how many steps were done."""
        done = 0
        while self._agenda and self._agenda[0][0] <= until:
            at, _number, step = heapq.heappop(self._agenda)
            # Conflict: merged or moved on meanwhile, so the rest of its steps are not needed
            with clock.frozen(at), suppress(Conflict):
                step()
            done += 1
            told(done)
        return done


def play_sample(path: Path, jurisdiction: str, *, told: Callable[[int], None] = lambda _n: None) -> int:
    """Play a 12345 spreadsheet (UTF-8 CSV, times in the jurisdiction's zone, GCJ-02); returns the number of steps."""
    place = areas.jurisdiction(jurisdiction)
    player = _player(place)
    zone = ZoneInfo(place.time_zone)
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    times = [datetime.fromisoformat(r["留言时间"]).replace(tzinfo=zone) for r in rows]
    until = clock.now()
    shift = until - RECENT - max(times)
    for row, at in zip(rows, times, strict=True):
        player.plan(at + shift, _reporting(player, row, at + shift, shift, zone))
    done = player.run(until, told)
    for viewer in {*player.handlers.values(), *player.watchers}:
        mark_read(by=viewer)  # what the past month told them is past
    return done


def _reporting(
    player: Player, row: dict[str, str], at: datetime, shift: timedelta, zone: ZoneInfo
) -> Callable[[], object]:
    """The step that reports a row and plans what follows."""

    def step() -> None:
        matter = actions.Matter(
            text=row["留言详情"],
            source=SOURCES.get(row["诉求来源"], "other"),
            occurred_at=at,
            address_text=row["事发地址"],
            lon=float(row["经度"]) if row["经度"] else None,
            lat=float(row["纬度"]) if row["纬度"] else None,
            system="gcj02",
            category=player.categories.get(row["二级标签"], ""),
            reporter_name=row["来电人"],
            reporter_phone=row["联系电话"],
            submission=uuid5(NAMESPACE_URL, f"{player.jurisdiction.code}/{row['留言编号']}"),
            is_public=True,
        )
        by = player.operator if matter.source == "phone" else SYSTEM
        receipt = actions.report_matter(matter, jurisdiction=player.jurisdiction, by=by)
        if receipt.is_repeat:
            return
        deliver_pending()
        for moment, follow in _course(player, row, receipt, at, shift, zone):
            player.plan(moment, follow)

    return step


def _course(
    player: Player, row: dict[str, str], receipt: actions.Receipt, at: datetime, shift: timedelta, zone: ZoneInfo
) -> Iterator[tuple[datetime, Callable[[], object]]]:
    """The steps of one event after its report."""
    uid, fate, rnd = receipt.event_uid, row["办理情况"], player.rnd
    accepted = at + timedelta(minutes=rnd.uniform(3, 50))
    if fate == "待分拨":
        return
    if rnd.random() < 0.05:
        yield accepted, lambda: _return(player, uid)
        yield accepted + timedelta(minutes=20), lambda: _dispatch(player, uid)
        accepted += timedelta(minutes=45)
    if fate == "处理中" and rnd.random() < 0.35:
        return
    yield accepted, lambda: _by_handler(player, uid, lambda by: actions.accept_event(uid, by=by))
    if fate == "处理中":
        return
    done = datetime.fromisoformat(row["办结时间"]).replace(tzinfo=zone) + shift if row["办结时间"] else at
    handled = max(accepted + timedelta(minutes=rnd.uniform(15, 90)), done - timedelta(minutes=rnd.uniform(10, 60)))
    result = rnd.choice(RESULTS)
    yield handled, lambda: _by_handler(player, uid, lambda by: actions.handle_event(uid, by=by, result=result))
    if fate == "待核查":
        return
    verified = handled + timedelta(minutes=rnd.uniform(5, 120))
    yield verified, lambda: actions.verify_event(uid, by=player.verifier, is_passed=True, text=VERIFIED)
    closed = verified + timedelta(minutes=rnd.uniform(2, 60))
    yield closed, lambda: actions.close_event(uid, by=player.dispatcher)
    if row["满意度"] in SCORES:
        score = SCORES[row["满意度"]]
        yield closed + timedelta(hours=2), lambda: actions.evaluate_event(receipt.follow_code, score=score)


def _return(player: Player, uid: UUID) -> None:
    _by_handler(player, uid, lambda by: actions.return_event(uid, by=by, reason=NOT_OURS))


def _dispatch(player: Player, uid: UUID) -> None:
    """Dispatch again, by the list, after a department gave it back."""
    try:
        actions.dispatch_event(uid, by=player.dispatcher, reason="经核实仍属原单位职责，请按时处置。")
    except Failure:
        actions.dispatch_event(uid, by=player.dispatcher, department="urban", reason="指定承办单位。")


def _by_handler(player: Player, uid: UUID, act: Callable[[Viewer], object]) -> None:
    """Act as the handler of the department that has the event; nobody there: nothing happens."""
    code = queries.department_of(uid)
    if code in player.handlers:
        act(player.handlers[code])


def _player(place: areas.JurisdictionView) -> Player:
    handlers: dict[str, Viewer] = {}
    for post in organisation.posts(SYSTEM):
        if post.role == "handler" and post.department_path.startswith(f"{place.code}/"):
            held = organisation.holders_of_posts([post.id])
            if held:
                code = post.department_path.rstrip("/").rsplit("/", 1)[-1]
                handlers[code] = _viewer(held[0].account_uid)
    return Player(
        jurisdiction=place,
        rnd=random.Random(place.code),  # noqa: S311 - the same story each time
        handlers=handlers,
        dispatcher=_named("dispatcher"),
        verifier=_named("verifier"),
        operator=_named("operator"),
        categories=queries.categories_by_title(place, "zh-Hans"),
        watchers=(_named("supervisor"), _named("leader")),
    )


def _named(username: str) -> Viewer:
    return _viewer(accounts.account_named(SYSTEM, username).uid)


def _viewer(uid: UUID) -> Viewer:
    return organisation.viewer_of(accounts.account_for_sign_in(uid))
