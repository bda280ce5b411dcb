"""Two cities full of planted secrets, and who may know each of them, worked out from grants and participation only.

A secret is a string (or the bytes of a photo) that stands at one known place. `Secret.may_know` is the oracle: it asks
`Viewer.may` and who took part, never the pages or queries under test.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from yiwang.base.access import ANONYMOUS, SYSTEM, Viewer

ROOT = Path(__file__).resolve().parents[2]
IN_GRID = {"lon": 118.952, "lat": 29.63}
POSTS = {
    "supervisor": "yunxi.supervisor",
    "dispatcher": "yunxi.dispatcher",
    "operator": "yunxi.operator",
    "handler_roads": "yunxi.handler_roads",
    "handler_water": "yunxi.handler_water",
    "handler_street": "yunxi.handler_yx0101",
    "verifier": "yunxi.verifier",
    "leader": "yunxi.leader",
    "auditor": "walk.auditor",
    "administrator": "walk.administrator",
    "east_supervisor": "dongshan.supervisor",
    "east_handler": "dongshan.handler_roads",
}
PRIVATE = {"citizen_a": "citizen", "citizen_b": "citizen", "company": "company", "service": "service"}
ANYBODY = "anonymous"
ROLES = (*POSTS, *PRIVATE, ANYBODY)

BOARD = """\
title: {zh-Hans: 东山市一张图, en: East at a glance}
tiles:
  today: {kind: number, title: {zh-Hans: 今日, en: Today}, plain: true, from: {live: events.today}}
  newest: {kind: list, title: {zh-Hans: 最新, en: Newest}, from: {live: events.newest}}
  map: {kind: map, title: {zh-Hans: 分布, en: Map}, from: {live: events.map}, shade: {live: events.grids}}
layout:
  wall:
    columns: [50, 50]
    rows: [5, 30]
    areas: [today map, newest map]
  desk:
    columns: [1, 1]
    areas: [today today, map map, newest newest]
"""


@dataclass(frozen=True)
class Secret:
    """Something planted; `kind` groups secrets, `holders` are those who hold the code of the report it belongs to."""

    kind: str
    of: str
    needle: bytes
    may_know: Callable[[Viewer], bool]
    code: str = ""
    """Whoever asks with this follow code may know it too."""

    @cached_property
    def is_parted(self) -> bool:
        """It has blanks or dashes itself."""
        return b" " in self.needle or b"-" in self.needle


@dataclass
class Planted:
    """One event with its reporter and what was planted in it."""

    name: str
    number: str
    uid: UUID
    pk: int
    report: UUID
    code: str
    reporter: str
    photo: UUID | None = None


@dataclass
class World:
    """Accounts by role, events by name, and the secrets."""

    accounts: dict[str, Any] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    token_uids: dict[str, UUID] = field(default_factory=dict)
    events: dict[str, Planted] = field(default_factory=dict)
    notices: dict[str, UUID] = field(default_factory=dict)
    secrets: list[Secret] = field(default_factory=list)

    def viewer(self, role: str) -> Viewer:
        """The viewer of a role."""
        from yiwang.base.organisation.queries import viewer_of

        return ANONYMOUS if role == ANYBODY else viewer_of(self.accounts[role])

    def sees(self, viewer: Viewer, *names: str) -> bool:
        """By grant: one single grant of `events.view` covers one of these events."""
        return any(self.may(viewer, "events.view", name) for name in names)

    def may(self, viewer: Viewer, permission: str, name: str) -> bool:
        """Whether one grant of a permission covers the event where it stands now."""
        from yiwang.domains.events.models import Event

        row = Event.objects.get(pk=self.events[name].pk)
        return viewer.may(permission, department_path=row.department_path, area_path=row.area_path)

    def is_reporter(self, viewer: Viewer, *names: str) -> bool:
        """Whether the viewer sent the report of one of these events."""
        return any(viewer.account_id == self._account_id(self.events[name].reporter) for name in names)

    def _account_id(self, role: str) -> int:
        return int(self.accounts[role].pk) if role in self.accounts else -1


def build_world(folder: Path) -> World:
    """Install both cities, make the accounts and the events, plant everything. `folder` is for the second scene."""
    from yiwang.base.scenes.actions import install_scene

    install_scene(ROOT / "scenes" / "city_events", by=SYSTEM)
    install_scene(second_city(folder), by=SYSTEM)
    world = World()
    _make_accounts(world)
    _make_events(world)
    _plant_notices(world)
    return world


def second_city(folder: Path) -> Path:
    """A tiny scene: one district, two departments, three categories, one board."""
    (folder / "event_course").symlink_to(ROOT / "scenes" / "event_course")
    (folder / "_schema").symlink_to(ROOT / "scenes" / "_schema")
    scene = folder / "east_town"
    texts = {
        "scene.yaml": (ROOT / "scenes/city_events/scene.yaml")
        .read_text("utf-8")
        .replace("name: city_events", "name: east_town")
        .replace("yunxi", "dongshan")
        .replace("云溪市", "东山市")
        .replace("Yunxi", "Dongshan"),
        "places/areas.csv": "code,parent,title_zh,title_en,level,kind\nds01,dongshan,东山区,East,3,division\n",
        "organisation/departments.csv": "code,parent,title_zh,title_en,area\n"
        "centre,,东山中心,East Centre,\nroads,,东山市政,East Roads,\n",
        "organisation/posts.csv": "code,role,department,area,reach,title_zh,title_en\n"
        "supervisor,supervisor,centre,,jurisdiction,值班长,Supervisor\n"
        "handler_roads,handler,roads,,department,经办人,Handler\n",
        "rules/categories.csv": "code,parent,title_zh,title_en,urgency,accept_minutes,handle_minutes,calendar,"
        "legal_basis,words\n02,,道路,Roads,normal,60,480,office,,坑\n",
        "rules/responsibilities.csv": "category,area,condition,department,basis\n02,,,roads,\n",
        "rules/course.yaml": (ROOT / "scenes/city_events/rules/course.yaml").read_text("utf-8"),
        "boards/city.yaml": BOARD,
        "README.md": "# East town\n\nA second city for the walk.\n",
    }
    for name, text in texts.items():
        path = scene / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return scene


def _make_accounts(world: World) -> None:
    from yiwang.base.organisation.actions import appoint, put_post
    from yiwang.base.people.actions import create_account, create_token, set_personal
    from yiwang.base.people.models import ApiToken
    from yiwang.base.people.queries import account_for_sign_in

    title = {"zh-Hans": "岗", "en": "Post"}
    put_post("walk.administrator", title=title, role="administrator", reach="installation", by=SYSTEM)
    where = {"jurisdiction": "yunxi", "department_code": "centre", "reach": "jurisdiction"}
    put_post("walk.auditor", title=title, role="auditor", by=SYSTEM, **where)
    for n, role in enumerate((*POSTS, *PRIVATE)):
        kind = PRIVATE.get(role, "official")
        uid = create_account(role, display_name=f"ZqPerson{n:02}q", kind=kind, by=SYSTEM).uid
        if role in POSTS:
            appoint(uid, POSTS[role], by=SYSTEM)
        real_name, phone = f"ZqReal{n:02}q", f"137{n:02}480{n:03}"
        set_personal(uid, real_name=real_name, phone=phone, by=SYSTEM)
        world.tokens[role] = create_token(uid, title=f"ZqToken{n:02}q", by=SYSTEM)
        world.accounts[role] = account_for_sign_in(uid)
        world.token_uids[role] = ApiToken.objects.get(account__uid=uid).uid
        own = _own(world.accounts[role].pk)
        _plant(world, "account fact", role, real_name, _nobody)
        _plant(world, "account fact", role, phone, _nobody)
        _plant(world, "token", role, world.tokens[role], _nobody)
        _plant(world, "token title", role, f"ZqToken{n:02}q", own)
        if kind == "official":
            _plant(world, "official's name", role, f"ZqPerson{n:02}q", _is_official)
        else:
            _plant(world, "private name", role, f"ZqPerson{n:02}q", own)


def _make_events(world: World) -> None:
    from yiwang.domains.events import actions

    _report(world, "roads", by="citizen_a", category="020101", **IN_GRID)
    _report(world, "water", by="citizen_b", category="03", **IN_GRID)
    _report(world, "street", by="company", category="010201", **IN_GRID)
    _report(world, "waiting", by="anonymous", category="", **IN_GRID)
    _report(world, "east", by="citizen_b", category="02", place="dongshan", area="ds01")
    _report(world, "worked", by="citizen_a", category="020102", **IN_GRID)
    _report(world, "closed", by="citizen_b", category="020101", area="yx0101")
    _report(world, "public", by="company", category="020103", area="yx0101", is_public=True)
    _report(world, "twin", by="citizen_b", category="020101", area="yx0102")
    _report(world, "merged", by="citizen_b", category="03", **IN_GRID)
    _report(world, "held", by="anonymous", category="020102", **IN_GRID)
    handler, verifier = world.viewer("handler_roads"), world.viewer("verifier")
    dispatcher = world.viewer("dispatcher")
    actions.accept_event(world.events["held"].uid, by=handler)
    for name in ("worked", "closed"):
        uid = world.events[name].uid
        actions.return_event(uid, by=handler, reason=f"ZqNote{name}q 退回")
        actions.dispatch_event(uid, by=dispatcher, department="roads", reason="")
        actions.accept_event(uid, by=handler)
        actions.handle_event(uid, by=handler, result=f"ZqResult{name}q 修好了")
        _plant_story(world, name)
    uid = world.events["closed"].uid
    actions.verify_event(uid, by=verifier, is_passed=True)
    actions.close_event(uid, by=dispatcher, text="")
    actions.evaluate_event(world.events["closed"].code, score=2, text="ZqScoreclosedq 不满意")
    merged, roads = world.events["merged"].uid, world.events["roads"].uid
    actions.merge_events(merged, into=roads, by=dispatcher, reason="ZqMergeq 同一件事")
    _plant(world, "merge reason", "merged", "ZqMergeq", lambda v: world.sees(v, "merged", "roads"))


def _plant_story(world: World, name: str) -> None:
    """What officials said: the note is theirs, the result and the evaluation are for the reporter as well."""
    code = world.events[name].code
    _plant(world, "internal note", name, f"ZqNote{name}q", lambda v: world.sees(v, name))
    public = lambda v: world.sees(v, name) or world.is_reporter(v, name)  # noqa: E731
    _plant(world, "result", name, f"ZqResult{name}q", public, code)
    _plant(world, "evaluation", name, f"ZqScore{name}q", public, code)


def _report(world: World, name: str, *, by: str, place: str = "yunxi", **fields: Any) -> None:
    from yiwang.base.areas.queries import jurisdiction
    from yiwang.base.files.actions import store_upload
    from yiwang.base.files.judging import PHOTOS
    from yiwang.domains.events import actions
    from yiwang.domains.events.models import Event, Report

    n = len(world.events)
    viewer = world.viewer(by)
    photo = None
    if by != ANYBODY:
        photo = store_upload(SimpleUploadedFile(f"{name}.jpg", picture(n)), by=viewer, kinds=PHOTOS)
    matter = actions.Matter(
        text=f"ZqTitle{name}q 情况。ZqWords{name}q 请处理",
        address_text=f"ZqPlace{name}q路{n}号",
        reporter_name=f"ZqName{name}q",
        reporter_phone=f"1395100{n:04}",
        files=(str(photo.uid),) if photo else (),
        **fields,
    )
    got = actions.report_matter(matter, jurisdiction=jurisdiction(place), by=viewer)
    pk = Event.objects.values_list("pk", flat=True).get(uid=got.event_uid)
    report = Report.objects.get(event_id=pk)
    world.events[name] = Planted(
        name, got.event_number, got.event_uid, pk, report.uid, got.follow_code, by, photo.uid if photo else None
    )
    seers = (name, "roads") if name == "merged" else (name,)
    known = lambda v: world.sees(v, *seers) or world.is_reporter(v, name)  # noqa: E731
    code = got.follow_code
    # the public list shows the first sentence only, of those who agreed to it
    listed = (lambda v: True) if fields.get("is_public") else known
    _plant(world, "title", name, f"ZqTitle{name}q", listed, code)
    _plant(world, "words", name, f"ZqWords{name}q", known, code)
    _plant(world, "address", name, f"ZqPlace{name}q", known, code)
    _plant(world, "reporter", name, f"ZqName{name}q", _nobody)
    _plant(world, "reporter", name, f"1395100{n:04}", _nobody)
    # their own account shows a reporter the codes of their reports ("my reports")
    _plant(world, "follow code", name, code, lambda v: world.is_reporter(v, name), code)
    if photo:
        _plant(world, "photo", name, photo.path.read_bytes(), known, code)
        assert photo.thumbnail_path is not None
        _plant(world, "thumbnail", name, photo.thumbnail_path.read_bytes(), known, code)


def _plant_notices(world: World) -> None:
    from yiwang.base.notices.actions import notify
    from yiwang.base.notices.models import Notice
    from yiwang.kernel.text import Text

    for n, role in enumerate((*POSTS, *PRIVATE)):
        account = world.accounts[role].pk
        said = Text("%(what)s", {"what": f"ZqNotice{n:02}q"})
        notify([account], said, url="/notices", key=f"walk:{role}", by=SYSTEM)
        world.notices[role] = Notice.objects.get(account_id=account).uid
        _plant(world, "notice", role, f"ZqNotice{n:02}q", _own(account))


def picture(n: int) -> bytes:
    """A photo no other looks like."""
    out = io.BytesIO()
    Image.new("RGB", (400, 300), (n * 20 % 256, 80, 255 - n * 17 % 256)).save(out, "JPEG")
    return out.getvalue()


def _plant(
    world: World, kind: str, of: str, needle: str | bytes, may_know: Callable[[Viewer], bool], code: str = ""
) -> None:
    plain = needle.encode() if isinstance(needle, str) else needle
    world.secrets.append(Secret(kind, of, plain, may_know, code))


def _own(account_id: int) -> Callable[[Viewer], bool]:
    return lambda viewer: viewer.account_id == account_id


def _nobody(viewer: Viewer) -> bool:
    return False


def _is_official(viewer: Viewer) -> bool:
    return viewer.kind == "official"


def found(secrets: Iterable[Secret], body: bytes) -> list[Secret]:
    """The secrets that stand in a body, also with blanks or dashes between the digits of a telephone."""
    plain = body.replace(b" ", b"").replace(b"-", b"") if len(body) < 300_000 else body
    # without a blank or a dash of its own it stands in the plain body wherever it stands in the body
    return [one for one in secrets if one.needle in (body if one.is_parted else plain)]
