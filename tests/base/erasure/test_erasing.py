"""An erased person's data is nowhere in the data directory, and what must stay stays whole."""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.base.stored_bytes import stored_bytes
from yiwang.base.access import SYSTEM, Grant, Viewer
from yiwang.base.audit.queries import entries
from yiwang.base.audit.sealer import seal_entries
from yiwang.base.audit.verifier import verify_chain
from yiwang.base.deeds import deed
from yiwang.base.erasure.actions import erase_person
from yiwang.base.erasure.registry import Person, forget_eraser, register_eraser
from yiwang.base.files.actions import store_upload
from yiwang.base.jobs.models import Job
from yiwang.base.jobs.running import run_one
from yiwang.base.notices.actions import notify
from yiwang.base.people.actions import create_account, create_token, set_personal
from yiwang.base.people.models import Account
from yiwang.base.personal.sealed import blind
from yiwang.kernel.errors import Invalid, NotAllowed, NotFound
from yiwang.kernel.text import Text

NAME, PHONE, LOGIN = "欧阳擦除测试", "13987650912", "ouyang-erase-me"
WORDS = "我家漏水已三天请擦除此话"


@pytest.fixture
def home(tmp_path: Path, settings: Any) -> Path:
    """A data directory with keys, files and heads of this test's own; the database file is searched beside it."""
    settings.HOME, settings.KEYS, settings.FILES = tmp_path, tmp_path / "keys", tmp_path / "files"
    return tmp_path


@pytest.fixture
def person(home: Path) -> Account:
    view = create_account(LOGIN, display_name=NAME, kind="citizen", password="a-Long-0ne-indeed", by=SYSTEM)
    set_personal(view.uid, real_name=NAME, phone=PHONE, by=SYSTEM)
    me = Viewer(view.id, view.uid, NAME, "citizen")
    with deed("test.say", by=me, subject="event:1", reason=WORDS) as d:
        d.note(said=WORDS)
        d.announce("test.said", version=1, subject=f"account:{view.uid}", payload={"uid": str(view.uid)})
    upload = SimpleUploadedFile(f"{NAME}.pdf", f"%PDF-1.4\n{PHONE} {NAME}\n%%EOF\n".encode())
    store_upload(upload, by=me)
    notify([view.id], Text("Dear %(who)s", {"who": NAME}), by=SYSTEM)
    create_token(view.uid, title=NAME, by=me)
    session = SessionStore()
    session["_auth_user_id"] = str(view.id)
    session["draft"] = WORDS
    session.save()
    seal_entries()
    return Account.objects.get(uid=view.uid)


def secrets_of(account: Account) -> dict[str, list[bytes]]:
    """What must be found nowhere: texts in every form they may be written in, ciphertexts, blind indexes."""
    assert account.phone is not None and account.real_name is not None
    forms: dict[str, list[bytes]] = {}
    for text in (NAME, PHONE, LOGIN, WORDS):
        forms[text] = [text.encode(c) for c in ("utf-8", "gb18030", "utf-16-le", "utf-16-be")]
        forms[text] += [json.dumps(text)[1:-1].encode(), quote(text).encode()]
    forms["ciphertext"] = [account.phone.token.encode(), account.real_name.token.encode()]
    forms["index"] = [blind("phone", PHONE).encode(), blind("name", NAME).encode()]
    return forms


def found(forms: dict[str, list[bytes]]) -> set[str]:
    return {
        f"{text} in {place}"
        for place, data in stored_bytes()
        for text, all_ in forms.items()
        for f in all_
        if f in data
    }


@pytest.mark.django_db(transaction=True)
def test_an_erased_persons_data_is_nowhere_under_the_data_directory(person: Account, home: Path) -> None:
    forms = secrets_of(person)
    before = found(forms)
    for text in (NAME, PHONE, LOGIN, WORDS, "ciphertext", "index"):
        assert any(place.startswith(text) for place in before), f"the search does not even find {text} before"
    report = erase_person(account=person.uid, by=SYSTEM, reason="asked for it on a form")
    expected = {"accounts": 2, "files": 1, "notices": 1, "sessions": 1}
    assert {name: report.erased[name] for name in expected} == expected
    assert report.erased["audit"] >= 2
    while run_one("w"):
        pass
    assert not Job.objects.filter(name="erasure.clean_storage").exclude(state="done").exists()
    seal_entries()
    assert found(forms) == set()
    checked = verify_chain()
    assert checked.is_sound, checked.findings
    assert checked.n_erased >= 2


@pytest.mark.django_db
def test_the_erasure_itself_is_in_the_audit_without_personal_data(person: Account) -> None:
    report = erase_person(account=person.uid, by=SYSTEM, reason="asked for it on a form")
    entry = next(e for e in entries(SYSTEM) if e.uid == report.uid)
    assert (entry.action, entry.reason) == ("erasure.erase_person", "asked for it on a form")
    assert entry.payload["accounts"] == [str(person.uid)]
    assert entry.payload["erased_payloads"]["n"] == report.erased["audit"]


@pytest.mark.django_db
def test_a_person_without_an_account_is_erased_by_blind_index(home: Path) -> None:
    asked: list[Person] = []

    def eraser(one: Person) -> int:
        asked.append(one)
        return 3

    register_eraser("test.reports", eraser)
    try:
        report = erase_person(blind={"phone": blind("phone", PHONE)}, by=SYSTEM, reason="asked by telephone")
    finally:
        forget_eraser("test.reports")
    assert report.erased["test.reports"] == 3
    assert asked[0].blinds == {"phone": blind("phone", PHONE)}
    assert asked[0].account_ids == ()


@pytest.mark.django_db
def test_a_blind_index_leads_to_the_account_and_an_account_to_its_other_data(person: Account) -> None:
    seen: list[Person] = []
    register_eraser("test.see", lambda one: seen.append(one) or 0)
    try:
        erase_person(blind={"phone": blind("phone", PHONE)}, by=SYSTEM, reason="asked by telephone")
    finally:
        forget_eraser("test.see")
    assert seen[0].account_uids == (person.uid,)
    person.refresh_from_db()
    assert (person.phone, person.real_name, person.is_active) == (None, None, False)
    assert NAME not in person.display_name


@pytest.mark.django_db
def test_an_officials_deeds_keep_their_reasons(home: Path) -> None:
    view = create_account("clerk", display_name="Clerk", kind="official", by=SYSTEM)
    with deed("test.decide", by=Viewer(view.id, view.uid, "Clerk", "official"), subject="event:1", reason="by § 3"):
        pass
    erase_person(account=view.uid, by=SYSTEM, reason="left the service")
    assert [e.reason for e in entries(SYSTEM, action="test.decide")] == ["by § 3"]


@pytest.mark.django_db
def test_an_eraser_that_fails_leaves_everything_as_it_was(person: Account) -> None:
    def broken(one: Person) -> int:
        raise ZeroDivisionError

    register_eraser("test.broken", broken)
    try:
        with pytest.raises(ZeroDivisionError):
            erase_person(account=person.uid, by=SYSTEM, reason="asked for it on a form")
    finally:
        forget_eraser("test.broken")
    person.refresh_from_db()
    assert person.is_active
    assert any(NAME in place for place in found(secrets_of(person)))


@pytest.mark.django_db(transaction=True)
def test_erasing_needs_the_right_everywhere_a_reason_and_somebody(person: Account) -> None:
    local = Viewer(7, uuid.uuid4(), "L", "official", (Grant("erasure.manage", "", "33/"),))
    with pytest.raises(NotAllowed):
        erase_person(account=person.uid, by=local, reason="asked for it")
    with pytest.raises(Invalid):
        erase_person(account=person.uid, by=SYSTEM, reason=" ")
    with pytest.raises(NotFound):
        erase_person(account=uuid.uuid4(), by=SYSTEM, reason="asked for it")
    with pytest.raises(NotFound):
        erase_person(by=SYSTEM, reason="asked for it")
    with pytest.raises(RuntimeError), deed("test.outer", by=SYSTEM):
        erase_person(account=person.uid, by=SYSTEM, reason="asked for it")


@pytest.mark.django_db
def test_ended_jobs_that_name_the_person_go_too(person: Account) -> None:
    now = person.created_at
    for state in ("done", "ready"):
        arguments = {"account": str(person.uid)}
        Job.objects.create(
            uid=uuid.uuid4(), name="test.x", state=state, arguments=arguments, run_at=now, asked_at=now, ended_at=now
        )
    assert erase_person(account=person.uid, by=SYSTEM, reason="asked for it").erased["jobs"] == 1
    assert Job.objects.filter(name="test.x").count() == 1
