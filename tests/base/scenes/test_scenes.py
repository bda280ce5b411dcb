"""Scenes are installed whole or not at all, again without effect, and taken out as they were installed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from yiwang.base.access import ANONYMOUS, SYSTEM
from yiwang.base.areas import queries as areas
from yiwang.base.audit.models import Entry
from yiwang.base.organisation import queries as organisation
from yiwang.base.organisation.roles import DEFAULT_ROLES
from yiwang.base.scenes import actions, queries
from yiwang.base.scenes.models import InstalledScene
from yiwang.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, ProblemsFound
from yiwang.kernel.scenes import (
    Part,
    check_scene,
    new_scene,
    only_parts,
    only_runners,
    register_part,
    register_runner,
    registered_parts,
)
from yiwang.kernel.specs import Spec

pytestmark = pytest.mark.django_db
CITY = """\
jurisdiction:
  code: testville
  title: {zh-Hans: 试城, en: Testville}
  time_zone: Asia/Shanghai
  calendar: CN
  languages: [zh-Hans, en]
  division_scheme: own
  root_area: tv
"""
AREAS = """\
code,parent,title_zh,title_en,level,kind
north,,北区,North,3,division
north_1,north,北一社区,North 1,5,community
"""
DEPARTMENTS = """\
code,parent,title_zh,title_en,area
centre,,运行中心,Centre,
water,,水务局,Water,
water_north,water,北区水务队,Water North,north
"""
POSTS = """\
code,role,department,area,reach,title_zh,title_en
chief,supervisor,centre,,jurisdiction,值班长,Chief
plumber,handler,water_north,,department,处置岗,Plumber
"""


class NoteSpec(Spec):
    """A document of the tests' own part."""

    text: str


class Board:
    """A part that remembers what it was asked to do."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.is_broken = False

    def install(self, context, documents) -> None:
        self.done.append("install " + ",".join(f"{one.id}={one.spec.text}" for one in documents.values()))
        if self.is_broken:
            raise Invalid("the board is broken")

    def upgrade(self, context, documents, from_version) -> None:
        self.done.append(f"upgrade from {from_version}")

    def remove(self, context) -> None:
        self.done.append("remove " + ",".join(one.spec.text for one in context.scene.of("notes").values()))


@pytest.fixture
def board():
    made = Board()
    kept = [part for part in registered_parts() if part.name in {"divisions", "organisation"}]
    part = Part(
        name="notes",
        folder="notes",
        spec=NoteSpec,
        order=50,
        install=made.install,
        upgrade=made.upgrade,
        remove=made.remove,
    )
    with only_parts(*kept), only_runners():
        register_part(part)
        register_runner("departments", lambda context, spec: len(organisation.departments(SYSTEM)))
        yield made


@pytest.fixture
def home(settings, tmp_path) -> Path:
    settings.HOME = tmp_path / "home"
    return tmp_path


def write(folder: Path, name: str, text: str) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")


@pytest.fixture
def city(home, board) -> Path:
    folder = new_scene("testville_events", home)
    spec = (folder / "scene.yaml").read_text()
    write(folder, "scene.yaml", spec + CITY)
    write(folder, "places/areas.csv", AREAS)
    write(folder, "organisation/departments.csv", DEPARTMENTS)
    write(folder, "organisation/posts.csv", POSTS)
    write(folder, "notes/hello.yaml", "text: first\n")
    return folder


def in_version(folder: Path, version: str) -> None:
    lines = (folder / "scene.yaml").read_text().splitlines()
    write(folder, "scene.yaml", "\n".join(f"version: {version}" if x.startswith("version:") else x for x in lines))


def test_a_scene_brings_its_city_departments_and_posts_in_one_entry(city):
    before = Entry.objects.count()
    done = actions.install_scene(city, by=SYSTEM)
    assert (done.how, done.name) == ("installed", "testville_events")
    assert areas.area("north_1", "testville").path == "tv/north/north_1/"
    team = organisation.department("testville", "water_north")
    assert team.path == "testville/water/water_north/"
    posts = {one.code: one for one in organisation.posts(SYSTEM)}
    assert posts["testville.chief"].department_path == "testville/"
    assert (posts["testville.plumber"].area_path, posts["testville.plumber"].role) == ("tv/north/", "handler")
    assert {code for code, _, _ in organisation.roles()} == set(DEFAULT_ROLES)
    assert Entry.objects.count() == before + 1


def test_installing_again_changes_nothing(city, board):
    actions.install_scene(city, by=SYSTEM)
    before = Entry.objects.count()
    assert actions.install_scene(city, by=SYSTEM).how == "unchanged"
    assert board.done == ["install hello=first"]
    assert Entry.objects.count() == before


def test_a_changed_folder_is_an_upgrade_and_an_older_one_refused(city, board):
    actions.install_scene(city, by=SYSTEM)
    write(city, "notes/hello.yaml", "text: second\n")
    assert queries.scenes(SYSTEM, city.parent)[0].is_changed
    in_version(city, "0.2.0")
    done = actions.upgrade_scene(city, by=SYSTEM)
    assert (done.how, done.version) == ("upgraded", "0.2.0")
    assert board.done[-1] == f"upgrade from {done.from_version}"
    in_version(city, "0.1.5")
    with pytest.raises(Conflict):
        actions.upgrade_scene(city, by=SYSTEM)
    assert [one.version for one in queries.installed_scenes(SYSTEM)] == ["0.2.0"]


def test_a_part_that_lost_its_documents_is_taken_out(city, board):
    actions.install_scene(city, by=SYSTEM)
    shutil.rmtree(city / "notes")
    actions.upgrade_scene(city, by=SYSTEM)
    assert board.done[-1] == "remove first"


def test_a_part_a_scene_never_had_is_left_alone(home, city, board):
    actions.install_scene(city, by=SYSTEM)
    other = new_scene("quiet", home)
    actions.install_scene(other, by=SYSTEM, into="testville")
    write(other, "locale/en.yaml", "welcome: Hello\n")
    actions.upgrade_scene(other, by=SYSTEM)
    actions.remove_scene("quiet", reason="not needed", by=SYSTEM)
    assert board.done == ["install hello=first"]


def test_nothing_is_left_when_a_part_fails(city, board):
    board.is_broken = True
    with pytest.raises(Invalid):
        actions.install_scene(city, by=SYSTEM)
    assert not InstalledScene.objects.exists()
    with pytest.raises(NotFound):
        areas.jurisdiction("testville")


def test_everything_wrong_is_told_before_anything_is_written(city):
    write(city, "organisation/posts.csv", POSTS + "x,nobody,nowhere,mars,department,甲,X\n")
    write(city, "places/areas.csv", AREAS + "b,c,乙,B,4,division\nc,north,丙,C,4,division\n")
    with pytest.raises(ProblemsFound) as caught:
        actions.install_scene(city, by=SYSTEM)
    told = str(caught.value)
    for part in ("posts.csv:4: nothing named “nobody” in roles", "“nowhere” in departments", "“mars” in areas"):
        assert part in told
    assert "areas.csv:4: the parent “c” must stand in an earlier row" in told
    assert not InstalledScene.objects.exists()


def test_a_scene_is_removed_as_it_was_installed(city, board):
    actions.install_scene(city, by=SYSTEM)
    write(city, "notes/hello.yaml", "text: changed meanwhile\n")
    actions.remove_scene("testville_events", reason="over", by=SYSTEM)
    assert board.done[-1] == "remove first"
    assert queries.installed_scenes(SYSTEM) == []
    assert queries.scenes(SYSTEM, city.parent)[0].state == "removed"
    assert organisation.department("testville", "water").is_active  # an organisation outlives a scene
    with pytest.raises(NotFound):
        actions.remove_scene("testville_events", reason="again", by=SYSTEM)
    assert actions.install_scene(city, by=SYSTEM).how == "installed"
    assert board.done[-1] == "install hello=changed meanwhile"


def test_required_scenes_come_along_and_stay_while_needed(home, city, board):
    base = new_scene("shared_course", home)
    write(base, "notes/course.yaml", "text: course\n")
    spec = (city / "scene.yaml").read_text().replace("requires:\n", "requires:\n  scenes: {shared_course: '>=0.1'}\n")
    write(city, "scene.yaml", spec)
    assert not check_scene(city)
    actions.install_scene(city, by=SYSTEM)
    assert [one.name for one in queries.installed_scenes(SYSTEM)] == ["shared_course", "testville_events"]
    with pytest.raises(Conflict, match="testville_events"):
        actions.remove_scene("shared_course", reason="x", by=SYSTEM)
    actions.remove_scene("testville_events", reason="x", by=SYSTEM)
    actions.remove_scene("shared_course", reason="x", by=SYSTEM)


def test_departments_need_a_jurisdiction(home, board):
    folder = new_scene("nowhere", home)
    write(folder, "organisation/departments.csv", DEPARTMENTS.replace("north", ""))
    with pytest.raises((Invalid, ProblemsFound)):
        actions.install_scene(folder, by=SYSTEM)


def test_a_scene_stands_on_the_national_divisions(home, board):
    folder = new_scene("hangzhou", home)
    place = CITY.replace("testville", "hangzhou").replace("own", "cn_12").replace(": tv", ': "330100000000"')
    write(folder, "scene.yaml", (folder / "scene.yaml").read_text() + place)
    write(folder, "organisation/departments.csv", "code,title_zh,title_en,area\nxihu,西湖区,Xihu,330106000000\n")
    assert not list(check_scene(folder))
    actions.install_scene(folder, by=SYSTEM)
    assert areas.jurisdiction("hangzhou").root_path == "330000000000/330100000000/"
    table = folder / "organisation" / "departments.csv"
    table.write_text(table.read_text().replace("330106", "110101"))
    with pytest.raises(NotFound):  # a division of another city
        actions.upgrade_scene(folder, by=SYSTEM)


def test_trying_a_scene_measures_and_leaves_nothing(city):
    write(
        city,
        "checks/counts.yaml",
        "expectations:\n"
        "  - {name: three_departments, measure: departments, of: all, equals: 3}\n"
        "  - {name: four_departments, measure: departments, of: all, equals: 4}\n",
    )
    outcomes = actions.try_scene(city, by=SYSTEM)
    assert [one.is_met for one in outcomes] == [True, False]
    assert not InstalledScene.objects.exists()
    with pytest.raises(NotFound):
        areas.jurisdiction("testville")


def test_only_who_manages_scenes_installs_and_lists(city):
    for act in (
        lambda: actions.install_scene(city, by=ANONYMOUS),
        lambda: actions.remove_scene("testville_events", reason="x", by=ANONYMOUS),
        lambda: queries.installed_scenes(ANONYMOUS),
    ):
        with pytest.raises(NotAllowed):
            act()
