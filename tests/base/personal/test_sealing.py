"""Personal values are ciphertext in the database, masked on the page, found by a blind index, opened by a deed."""

from __future__ import annotations

import base64
import copy
import re
import stat
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from yiwang.base.access import SYSTEM, Grant, Viewer
from yiwang.base.audit.queries import entries
from yiwang.base.people.models import Account
from yiwang.base.personal.actions import unmask
from yiwang.base.personal.ciphers import BrokenCiphertext, cipher, cipher_names
from yiwang.base.personal.fields import PersonalField
from yiwang.base.personal.keyring import add_key, drop_key, ring
from yiwang.base.personal.kinds import KINDS, clean, masked
from yiwang.base.personal.rotation import drop_unused_keys, keys_in_use, rotate
from yiwang.base.personal.sealed import Sealed, blind
from yiwang.kernel.errors import Invalid, NotAllowed

PHONE = "13812341234"


@pytest.fixture(autouse=True)
def keys(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    settings.KEYS = tmp_path / "keys"
    monkeypatch.delenv("YIWANG_PERSONAL_KEY", raising=False)
    return tmp_path / "keys"


def account(**values: Any) -> Account:
    made = Account(username=uuid.uuid4().hex, display_name="x", kind="citizen", **values)
    made.save()
    return made


def raw(column: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM people_account")
        return [row[0] for row in cursor.fetchall()]


@pytest.mark.django_db
def test_the_column_holds_ciphertext_and_the_attribute_shows_the_mask() -> None:
    made = account(phone=PHONE, real_name="王小明")
    again = Account.objects.get(pk=made.pk)
    assert (str(again.phone), str(again.real_name)) == ("138****1234", "王**")
    assert again.phone is not None and again.phone.open() == PHONE
    assert repr(again.phone) == "<Sealed phone>"
    stored = raw("phone")[0]
    assert stored.startswith("v1.k1.")
    assert PHONE not in stored
    assert again.citizen_id is None and raw("citizen_id") == [None]


@pytest.mark.django_db
def test_the_same_value_is_never_the_same_ciphertext() -> None:
    account(phone=PHONE)
    account(phone=PHONE)
    assert len(set(raw("phone"))) == 2
    assert len(set(raw("phone_index"))) == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "written", [PHONE, "138 1234 1234", "+86 138-1234-1234", "１３８１２３４１２３４", "008613812341234"]
)
def test_a_value_is_found_however_it_is_written(written: str) -> None:
    made = account(phone=PHONE)
    assert Account.objects.get(phone_index=blind("phone", written)) == made


@pytest.mark.django_db
def test_the_index_follows_every_change() -> None:
    made = account(phone=PHONE)
    made.phone = "13900000000"
    made.save(update_fields=["phone"])
    assert not Account.objects.filter(phone_index=blind("phone", PHONE)).exists()
    assert Account.objects.get(phone_index=blind("phone", "13900000000")) == made
    again = Account.objects.get(pk=made.pk)
    again.save()
    assert Account.objects.filter(phone_index=blind("phone", "13900000000")).exists()
    again.phone = None
    again.save()
    assert raw("phone") == [None] and raw("phone_index") == [None]


@pytest.mark.django_db
def test_bulk_inserts_carry_the_index() -> None:
    Account.objects.bulk_create([Account(username="a", display_name="x", kind="citizen", phone=PHONE)])
    assert Account.objects.filter(phone_index=blind("phone", PHONE)).count() == 1


@pytest.mark.django_db
def test_a_deferred_value_is_fetched_when_asked_for() -> None:
    made = account(phone=PHONE)
    lazy = Account.objects.only("username").get(pk=made.pk)
    assert str(lazy.phone) == "138****1234"


@pytest.mark.django_db
def test_ciphertext_cannot_be_filtered_or_updated_with_plain_text() -> None:
    account(phone=PHONE)
    with pytest.raises(FieldError, match="phone_index=blind"):
        Account.objects.filter(phone=PHONE)
    with pytest.raises(FieldError, match="encrypted"):
        Account.objects.filter(phone__startswith="138")
    assert Account.objects.filter(phone__isnull=False).count() == 1
    with pytest.raises(TypeError, match=r"Sealed\.of"):
        Account.objects.update(phone=PHONE)


def test_a_form_made_from_the_model_never_carries_the_value() -> None:
    assert PersonalField("phone").formfield() is None


@pytest.mark.parametrize(
    ("kind", "value", "mask"),
    [
        ("name", "王伟", "王*"),
        ("name", "王小明", "王**"),
        ("name", "John Smith", "J*** S****"),
        ("phone", "+86 13812341234", "138****1234"),
        ("phone", "010-12345678", "010****5678"),
        ("phone", "12345", "1***5"),
        ("citizen_id", "110101199003071234", "110***********1234"),
        ("citizen_id", "11010119900307123x", "110***********123X"),
        ("credit_code", "91110108551385082Q", "9111**********082Q"),
        ("address", "杭州市西湖区文三路 90 号", "杭州市西湖区****"),
        ("address", "无锡路", "无****"),
        ("email", "li.wei@example.org", "l***@example.org"),
        ("plate", "浙A12345", "浙A***45"),
        ("text", "任何话", "****"),
        ("name", "", ""),
        ("phone", "1", "*"),
    ],
)
def test_masks_hide_what_identifies(kind: str, value: str, mask: str) -> None:
    assert masked(kind, value) == mask


@given(kind=st.sampled_from(sorted(KINDS)), value=st.text(min_size=1, max_size=60))
def test_no_mask_shows_a_whole_value(kind: str, value: str) -> None:
    shown = masked(kind, value)
    assert shown == "" or "*" in shown


@given(value=st.text(max_size=200))
def test_sealing_keeps_any_text(value: str) -> None:
    text = clean(value)
    try:
        text.encode()
    except UnicodeEncodeError:
        return
    assert Sealed.of("text", value).open() == text


@pytest.mark.parametrize("name", ["aes-gcm", "sm4-gcm", "sm4-ctr+hmac"])
def test_each_cipher_refuses_altered_text_another_key_and_another_context(name: str) -> None:
    assert name in cipher_names()
    with_it = cipher(name)
    key, other = bytes(range(with_it.key_bytes)), bytes(with_it.key_bytes)
    sealed = with_it.seal(key, "王".encode(), b"name")
    assert with_it.open(key, sealed, b"name") == "王".encode()
    assert with_it.seal(key, b"x", b"") != with_it.seal(key, b"x", b"")
    for place in range(len(sealed)):
        altered = bytearray(sealed)
        altered[place] ^= 1
        with pytest.raises(BrokenCiphertext):
            with_it.open(key, bytes(altered), b"name")
    for wrong in ((other, sealed, b"name"), (key, sealed, b"phone"), (key, sealed[:9], b"name")):
        with pytest.raises(BrokenCiphertext):
            with_it.open(*wrong)


def test_ciphertext_moved_to_a_column_of_another_kind_does_not_open() -> None:
    sealed = Sealed.of("name", "王伟")
    with pytest.raises(BrokenCiphertext):
        Sealed("phone", sealed.token).open()
    with pytest.raises(BrokenCiphertext):
        Sealed("name", "v1.k9." + sealed.token.split(".")[2]).open()


def test_sealed_values_compare_by_what_they_hold_and_survive_copies() -> None:
    one, two = Sealed.of("name", "王伟"), Sealed.of("name", "王伟")
    assert one == two and len({one, two}) == 1
    assert one != Sealed.of("text", "王伟") and one != "王伟"
    assert copy.deepcopy(one) is one


def test_the_key_file_is_for_the_owner_only(keys: Path) -> None:
    ring()
    assert stat.S_IMODE((keys / "personal.json").stat().st_mode) == 0o600
    assert stat.S_IMODE(keys.stat().st_mode) == 0o700
    assert [p.name for p in keys.iterdir()] == ["personal.json"]


def test_processes_that_begin_at_once_agree_on_the_key(keys: Path) -> None:
    code = (
        "import sys; from django.conf import settings; settings.configure(KEYS=sys.argv[1]);"
        "from yiwang.base.personal.sealed import blind; print(blind('phone', '1'))"
    )
    runs = [
        subprocess.Popen([sys.executable, "-c", code, str(keys)], stdout=subprocess.PIPE, text=True) for _ in range(4)
    ]
    assert len({run.communicate(timeout=60)[0] for run in runs}) == 1


def test_keys_may_come_from_the_environment(monkeypatch: pytest.MonkeyPatch, keys: Path) -> None:
    old, new = (base64.b64encode(bytes([n]) * 32).decode() for n in (1, 2))
    monkeypatch.setenv("YIWANG_PERSONAL_KEY", old)
    sealed, index = Sealed.of("phone", PHONE), blind("phone", PHONE)
    monkeypatch.setenv("YIWANG_PERSONAL_KEY", f"{new},{old}")
    monkeypatch.setenv("YIWANG_PERSONAL_CIPHER", "sm4-gcm")
    assert sealed.open() == PHONE
    assert blind("phone", PHONE) == index
    fresh = Sealed.of("phone", PHONE)
    assert fresh.token.split(".")[1] != sealed.token.split(".")[1]
    assert fresh.open() == PHONE
    assert not keys.exists()
    with pytest.raises(ImproperlyConfigured):
        add_key()
    monkeypatch.setenv("YIWANG_PERSONAL_KEY", "short")
    with pytest.raises(ImproperlyConfigured, match="32 bytes"):
        ring()


@pytest.mark.django_db
def test_rotation_re_encrypts_everything_and_lookups_go_on() -> None:
    for number in range(7):
        account(phone=f"1380000000{number}", real_name="王伟")
    assert add_key("sm4-gcm") == "k2"
    assert Account.objects.get(phone_index=blind("phone", "13800000003")).phone.open() == "13800000003"  # type: ignore[union-attr]
    assert keys_in_use() == {"k1": 14}
    with pytest.raises(ValueError, match="current"):
        drop_key("k2")
    assert rotate(batch=3) == 14
    assert keys_in_use() == {"k2": 14}
    assert rotate() == 0
    assert drop_unused_keys() == ["k1"]
    found = Account.objects.get(phone_index=blind("phone", "13800000003"))
    assert found.phone is not None and found.phone.open() == "13800000003"


@pytest.mark.django_db
def test_unmasking_needs_the_right_and_a_purpose_and_is_logged() -> None:
    made = account(phone=PHONE)
    nobody = Viewer(5, uuid.uuid4(), "N", "official", (Grant("events.unmask", "", "44/"),))
    handler = Viewer(6, uuid.uuid4(), "H", "official", (Grant("events.unmask", "", "33/"),))
    ask = {"permission": "events.unmask", "area_path": "33/01/"}
    with pytest.raises(NotAllowed):
        unmask(made, "phone", by=nobody, purpose="call back", **ask)
    with pytest.raises(Invalid) as refused:
        unmask(made, "phone", by=handler, purpose="  ", **ask)
    assert "purpose" in refused.value.fields
    with pytest.raises(TypeError):
        unmask(made, "username", by=handler, purpose="call back", **ask)
    assert entries(SYSTEM) == []
    assert unmask(made, "phone", by=handler, purpose="call back", **ask) == PHONE
    assert unmask(made, "citizen_id", by=handler, purpose="call back", **ask) == ""
    entry = entries(SYSTEM)[-1]
    assert (entry.action, entry.subject) == ("personal.unmask_field", f"account:{made.uid}")
    assert (entry.reason, entry.payload["field"], entry.actor_id) == ("call back", "phone", 6)
    assert not re.search(PHONE, str(entry))


@pytest.mark.django_db(transaction=True)
def test_unmasking_inside_another_transaction_is_refused_since_its_log_could_be_lost() -> None:
    from django.db import transaction

    made = account(phone=PHONE)
    with pytest.raises(RuntimeError), transaction.atomic():
        unmask(made, "phone", by=SYSTEM, purpose="call back", permission="events.unmask")
