"""Somebody who reported, complained, praised and was imported is erased: nothing of them is left in the data directory.

The search goes over every byte below YIWANG_HOME (database with its log, lake, files, heads) on SQLite, and over every
table's rows besides the files on PostgreSQL. It is first shown to find each thing.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from tests.base.stored_bytes import stored_bytes
from tests.domains.events.conftest import IN_GRID, ROOT, City
from yiwang.base.access import SYSTEM, Viewer
from yiwang.base.audit.sealer import seal_entries
from yiwang.base.audit.verifier import verify_chain
from yiwang.base.erasure.actions import erase_person
from yiwang.base.files.actions import store_upload
from yiwang.base.files.judging import PHOTOS
from yiwang.base.jobs.actions import enqueue
from yiwang.base.jobs.models import Job
from yiwang.base.jobs.running import run_one
from yiwang.base.organisation.queries import viewer_of
from yiwang.base.people.actions import create_account, set_personal
from yiwang.base.people.queries import account_for_sign_in
from yiwang.base.personal.sealed import blind
from yiwang.domains.events import actions, queries
from yiwang.domains.events.erasers import ERASED
from yiwang.domains.events.importing.guessing import guess_event_mapping
from yiwang.domains.events.importing.running import import_events
from yiwang.domains.events.models import Event, EventEntry, Report
from yiwang.engines.data.models import Reject

NAME, PHONE = "欧阳擦净", "13987650912"
SPACED = "139-8765 0912"
SECRETS = {
    "name": NAME,
    "phone": PHONE,
    "phone in an official's hand": SPACED,
    "words": "湖心亭假山后面漏水冒泡 zqworderase",
    "address": "zqplaceerase弄7号",
    "praise": "zqpraiseerase 修得不错",
    "complaint": "zqcomplainerase 又漏了",
    "imported words": "zqimporterase 漏水三天没人管",
}
REJECTED = "zqrejecterase 说不清楚"
SAMPLE = ROOT / "scenes" / "city_events" / "sample" / "reports_12345.csv"
OTHER = "zqotherkept 路灯也坏了"


@pytest.fixture
def home(tmp_path: Path, settings: Any) -> Path:
    """A data directory of the test's own; the database file is searched beside it."""
    folder = tmp_path / "home"
    settings.HOME, settings.KEYS, settings.FILES = folder, folder / "keys", folder / "files"
    settings.LAKE = folder / "lake"
    folder.mkdir()
    return folder


@pytest.fixture
def town(home: Path, transactional_db: None) -> Iterator[City]:
    """The sample city, committed."""
    from yiwang.base.areas import queries as areas
    from yiwang.base.scenes.actions import install_scene
    from yiwang.domains.events.course import forget_rules
    from yiwang.engines.place.queries import forget_indexes

    forget_rules()
    forget_indexes()
    install_scene(ROOT / "scenes" / "city_events", by=SYSTEM)
    yield City(areas.jurisdiction("yunxi"))
    forget_rules()
    forget_indexes()


def citizen() -> Viewer:
    """Somebody signed in, with a telephone in their account."""
    view = create_account("ouyang-erase", display_name=NAME, kind="citizen", by=SYSTEM)
    set_personal(view.uid, real_name=NAME, phone=PHONE, by=SYSTEM)
    return viewer_of(account_for_sign_in(view.uid))


def a_life(town: City, by: Viewer, folder: Path) -> tuple[str, UUID, bytes]:
    """All that a person leaves behind: returns the event's number, the report's uid, the photo's bytes."""
    out = io.BytesIO()
    Image.effect_noise((90, 60), 80).convert("RGB").save(out, "JPEG")
    photo = store_upload(SimpleUploadedFile(f"{NAME}.jpg", out.getvalue()), by=by, kinds=PHOTOS)
    matter = actions.Matter(
        text=SECRETS["words"],
        address_text=SECRETS["address"],
        reporter_name=NAME,
        reporter_phone=PHONE,
        category="020101",
        files=(str(photo.uid),),
        extra={"wants_answer": True},
        is_public=True,
        **IN_GRID,
    )
    got = actions.report_matter(matter, jurisdiction=town.place, by=by)
    roads, dispatcher = town.viewer("handler_roads"), town.viewer("dispatcher")
    actions.return_event(got.event_uid, by=roads, reason=f"来电人{SPACED}说的不是我们的")
    actions.dispatch_event(got.event_uid, by=dispatcher, department="roads", reason=f"请联系{NAME} {PHONE}")
    _work(town, got.event_uid, f"已回电{SPACED}，{NAME}满意")
    actions.evaluate_event(got.follow_code, score=5, text=SECRETS["praise"])
    actions.reopen_by_code(got.follow_code, reason=SECRETS["complaint"])
    _work(town, got.event_uid, "再修一次")
    assert _import(town, folder) == (2, 1, 0)
    return got.event_number, Report.objects.get(event__uid=got.event_uid).uid, photo.path.read_bytes()


def _work(town: City, uid: UUID, result: str) -> None:
    roads = town.viewer("handler_roads")
    actions.accept_event(uid, by=roads)
    actions.handle_event(uid, by=roads, result=result)
    actions.verify_event(uid, by=town.viewer("verifier"), is_passed=True, text=f"问过{PHONE}")
    actions.close_event(uid, by=town.viewer("dispatcher"), text="")


def _import(town: City, folder: Path) -> tuple[int, int, int]:
    """A row of theirs, one that cannot be used, and somebody else's: how many were new, rejected, changed."""
    with SAMPLE.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))[:3]
    rows[0] |= {"来电人": NAME, "联系电话": PHONE, "留言主题": SECRETS["imported words"]}
    rows[0] |= {"留言详情": SECRETS["imported words"], "事发地址": SECRETS["address"]}
    rows[1] |= {"来电人": NAME, "联系电话": PHONE, "留言详情": REJECTED, "留言时间": "昨天吧"}
    path = folder / "export.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    mapping = guess_event_mapping(SAMPLE, town.place)[1].mapping
    done = import_events(path, mapping, jurisdiction=town.place, by=SYSTEM)
    return done.n_new, done.n_rejected, done.n_changed


def forms(text: str) -> list[bytes]:
    """A text as it may be written in a file: encodings, JSON, addresses."""
    written = [text.encode(code) for code in ("utf-8", "gb18030", "utf-16-le", "utf-16-be")]
    return [*written, json.dumps(text)[1:-1].encode(), quote(text).encode()]


def found(wanted: dict[str, list[bytes]]) -> dict[str, set[str]]:
    """What is found where."""
    told: dict[str, set[str]] = {}
    for place, data in stored_bytes():
        for name, written in wanted.items():
            if any(one in data for one in written):
                told.setdefault(name, set()).add(place)
    return told


def wanted_bytes(photo: bytes) -> dict[str, list[bytes]]:
    """All secrets, their words as the index keeps them, the sealed columns and the blind index."""
    wanted = {name: forms(text) for name, text in SECRETS.items()}
    wanted |= {f"index of {name}": [text.split(" ")[0].encode()] for name, text in SECRETS.items() if "zq" in text[:2]}
    report = Report.objects.filter(reporter_phone_index=blind("phone", PHONE)).first()
    assert report is not None and report.reporter_phone is not None and report.reporter_name is not None
    wanted["sealed"] = [report.reporter_phone.token.encode(), report.reporter_name.token.encode()]
    rejected = Reject.objects.get(detail_index__isnull=False)
    assert rejected.detail is not None and REJECTED in rejected.detail.open()
    wanted["sealed reject"] = [rejected.detail.token.encode()]
    wanted["blind index"] = [blind("phone", PHONE).encode()]
    return wanted | {"photo": [photo]}


def work_off() -> None:
    """What the worker does."""
    while run_one("w"):
        pass
    assert not Job.objects.exclude(state="done").filter(name__in=("erasure.clean_storage", "data.erase_from_lake"))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("how", ["account", "telephone"])
def test_nothing_of_an_erased_reporter_is_left_anywhere(how: str, town: City, home: Path, tmp_path: Path) -> None:
    # given somebody who left traces in every room, and somebody else who reported too
    me = citizen() if how == "account" else SYSTEM
    number, report, photo = a_life(town, me, tmp_path)
    town.report(OTHER, category="020103")
    enqueue("data.export")
    work_off()
    seal_entries()
    wanted = wanted_bytes(photo)
    before = found(wanted)
    assert before.keys() == wanted.keys(), f"the search does not even find {wanted.keys() - before.keys()}"
    # when they are erased
    if how == "account":
        erase_person(account=me.uid, by=SYSTEM, reason="asked for it on a form")
    else:
        erase_person(blind={"phone": blind("phone", PHONE)}, by=SYSTEM, reason="asked for it on a form")
    work_off()
    seal_entries()
    # then nothing is left, the audit is whole, and the city's record of its work stands
    assert found(wanted | {"rejected words": forms(REJECTED)}) == {}
    checked = verify_chain()
    assert checked.is_sound, checked.findings
    view = queries.event(SYSTEM, number)
    assert (view.row.title, view.row.status, view.row.satisfaction) == (ERASED, "closed", 5)
    handled = EventEntry.objects.filter(event__uid=view.row.uid, kind="handled").order_by("id")
    assert [entry.text for entry in handled] == [f"已回电{ERASED}，{ERASED}满意", "再修一次"]
    assert Report.objects.get(uid=report).reporter_phone is None
    # and everybody else's words stay, also for the search
    assert Event.objects.filter(text=OTHER).exists()
    assert queries.events(SYSTEM, queries.EventFilter(text="zqotherkept")).rows
    assert not queries.events(SYSTEM, queries.EventFilter(text="zqworderase")).rows


@pytest.mark.django_db(transaction=True)
def test_the_same_file_again_brings_an_erased_person_not_back(town: City, tmp_path: Path) -> None:
    assert _import(town, tmp_path) == (2, 1, 0)
    erase_person(blind={"phone": blind("phone", PHONE)}, by=SYSTEM, reason="asked for it on a form")
    new, _rejected, changed = _import(town, tmp_path)
    assert (new, changed) == (0, 0)
    assert not Event.objects.filter(text=SECRETS["imported words"]).exists()


@pytest.mark.django_db(transaction=True)
def test_numbers_of_others_and_other_reporters_words_stay(town: City) -> None:
    # given two people whose reports were merged, and an official who names both
    theirs = town.report("zqmine 井盖坏了", reporter_phone=PHONE, reporter_name=NAME, category="020101")
    kept = town.report("zqyours 井盖坏了", reporter_phone="13600136000", category="020101")
    roads, dispatcher = town.viewer("handler_roads"), town.viewer("dispatcher")
    actions.merge_events(kept.event_uid, into=theirs.event_uid, by=dispatcher, reason="同一处")
    actions.accept_event(theirs.event_uid, by=roads)
    actions.handle_event(theirs.event_uid, by=roads, result=f"问过{PHONE}和13600136000，编号12345678")
    # when one of them is erased
    erase_person(blind={"phone": blind("phone", PHONE)}, by=SYSTEM, reason="asked for it on a form")
    # then only their number is gone
    handled = EventEntry.objects.get(event__uid=theirs.event_uid, kind="handled")
    assert handled.text == f"问过{ERASED}和13600136000，编号12345678"
    assert Event.objects.get(uid=kept.event_uid).text == "zqyours 井盖坏了"
    assert Event.objects.get(uid=theirs.event_uid).text == ERASED
