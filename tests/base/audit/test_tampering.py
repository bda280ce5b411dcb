"""Whoever alters the audit in the database is found out: one test for each way."""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db.models import F, Q

from yiwang.base.access import SYSTEM
from yiwang.base.audit.actions import erase_payloads
from yiwang.base.audit.models import Entry, Seal
from yiwang.base.audit.proof import FIELDS, link, mac_of
from yiwang.base.audit.sealer import heads_path, seal_entries
from yiwang.base.audit.verifier import verify_chain
from yiwang.base.deeds import deed
from yiwang.kernel.ids import new_uid

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def sealed(home: Path) -> None:
    """Given nine sealed entries under three seals."""
    for _ in range(3):
        for _ in range(3):
            act()
        assert seal_entries() == 3
    assert verify_chain().is_sound


def act(**notes: Any) -> Any:
    with deed("test.change_thing", by=SYSTEM, subject="thing:1", area_path="33/", reason="as asked") as d:
        d.note(amount=5, **notes)
    return d.uid


def rows(*numbers: int) -> Any:
    return Entry.objects.filter(number__in=numbers)


def messages() -> str:
    return "\n".join(map(str, verify_chain().findings))


def test_an_untouched_audit_is_sound_and_states_its_unsealed_window() -> None:
    act()
    found = verify_chain()
    assert found.is_sound
    assert (found.n_entries, found.n_seals, found.n_heads, found.n_unsealed) == (9, 4, 4, 1)
    assert found.oldest_unsealed_at is not None


def test_an_altered_payload_is_found() -> None:
    rows(4).update(payload='{"amount":50000}')
    assert "content of entry 4 " in messages()


def test_an_altered_reason_is_found() -> None:
    rows(4).update(reason="as nobody asked")
    assert "content of entry 4 " in messages()


@pytest.mark.parametrize(
    "change",
    [
        {"action": "test.other"},
        {"actor_id": 7},
        {"actor_uid": new_uid()},
        {"actor_kind": "citizen"},
        {"subject": "thing:2"},
        {"area_path": "44/"},
        {"uid": new_uid()},
        {"at": "2020-01-01T00:00:00Z"},
        {"digest": bytes(32)},
        {"mac": bytes(32)},
        {"hash": bytes(32)},
        {"salt": bytes(16)},
    ],
    ids=lambda c: next(iter(c)),
)
def test_any_altered_column_is_found(change: dict[str, Any]) -> None:
    rows(5).update(**change)
    assert "entry 5" in messages().lower()


def test_an_altered_column_is_found_even_before_it_is_sealed() -> None:
    uid = act()
    Entry.objects.filter(uid=uid).update(actor_id=3)
    assert str(uid) in messages()


def test_a_removed_row_is_found() -> None:
    rows(5).delete()
    assert "Entries 5 to 5 were removed." in messages()


def test_a_removed_row_is_found_after_the_others_were_renumbered() -> None:
    rows(5).delete()
    for number in range(6, 10):
        rows(number).update(number=number - 1)
    assert "Entry 5 was altered, inserted or moved." in messages()


def test_an_inserted_row_is_found() -> None:
    copy = rows(2).values(*FIELDS, "reason", "payload", "salt", "digest", "mac").get()
    Entry.objects.create(**(copy | {"uid": new_uid(), "actor_id": 99}))
    assert "was not written by this installation" in messages()
    seal_entries()
    assert "Entry 10 (" in messages()


def test_a_row_inserted_into_the_chain_is_found() -> None:
    for number in range(9, 4, -1):
        rows(number).update(number=number + 1)
    copy = rows(2).values(*FIELDS, "reason", "payload", "salt", "digest", "mac").get()
    Entry.objects.create(**(copy | {"uid": new_uid(), "number": 5, "hash": bytes(32)}))
    assert "Entry 5 was altered, inserted or moved." in messages()


def test_reordered_rows_are_found() -> None:
    rows(4).update(number=-4)
    rows(5).update(number=4)
    rows(-4).update(number=5)
    assert "Entry 4 was altered, inserted or moved." in messages()


def test_rows_reordered_together_with_their_hashes_are_found_by_the_seal() -> None:
    rechain([1, 2, 3, 5, 4, 6, 7, 8, 9])
    assert "The chain up to entry 6 does not lead to its seal." in messages()


def test_a_cut_tail_is_found_by_the_seals() -> None:
    rows(8, 9).delete()
    assert "Entries 8 to 9 were removed." in messages()


def test_a_tail_cut_together_with_its_seal_is_found_by_the_exported_heads() -> None:
    rows(7, 8, 9).delete()
    Seal.objects.filter(number_to=9).delete()
    assert "The end of the audit was cut off: entries 7 to 9." in messages()


def test_a_cut_tail_refilled_with_new_entries_differs_from_the_exported_heads() -> None:
    rows(7, 8, 9).delete()
    Seal.objects.filter(number_to=9).delete()
    for _ in range(4):
        act()
    seal_entries()
    assert "The chain differs from the head exported at entry 9." in messages()


def test_the_whole_audit_deleted_is_found() -> None:
    Entry.objects.all().delete()
    Seal.objects.all().delete()
    assert "The end of the audit was cut off: entries 1 to 9." in messages()


def test_a_chain_rewritten_and_signed_with_another_key_is_found(home: Path) -> None:
    rows(5).update(actor_id=7)
    mine = Ed25519PrivateKey.generate()
    rechain(list(range(1, 10)))
    for seal in Seal.objects.filter(number_to__gte=6):
        seal.signature = mine.sign(b"anything")
        seal.save()
    assert "has no valid signature" in messages()


def test_with_another_row_key_every_row_is_foreign(home: Path, settings: Any) -> None:
    settings.KEYS = home / "other"
    found = messages()
    assert "Entry 1 (" in found
    assert "has no valid signature" in found


def test_a_chain_rewritten_with_the_stolen_keys_contradicts_heads_kept_elsewhere(tmp_path: Path) -> None:
    kept = tmp_path / "kept.jsonl"
    kept.write_bytes(heads_path().read_bytes())
    row = rows(5).values(*FIELDS).get() | {"actor_id": 7}
    digest = bytes(rows(5).values_list("digest", flat=True).get())
    rows(5).update(actor_id=7, mac=mac_of(row, digest))
    Entry.objects.update(number=None, hash=None)
    Seal.objects.exclude(number_to=0).delete()
    heads_path().unlink()
    seal_entries()
    assert verify_chain().is_sound
    assert not verify_chain(kept).is_sound


def test_a_missing_seal_is_found() -> None:
    Seal.objects.filter(number_to=6).delete()
    assert "A seal is missing or altered before entry 7." in messages()


def test_a_numbered_entry_no_seal_covers_is_found() -> None:
    uid = act()
    Entry.objects.filter(uid=uid).update(number=10, hash=secrets.token_bytes(32))
    assert "numbered entries that no seal covers" in messages()


def test_erased_payloads_leave_the_chain_valid() -> None:
    with deed("test.erase", by=SYSTEM, subject="thing:1") as d:
        erased = erase_payloads(Q(number__in=[2, 5]), recorded_in=d.uid)
        d.note(erased_payloads=erased.note())
    found = verify_chain()
    assert found.is_sound
    assert (erased.n, found.n_erased) == (2, 2)
    assert set(rows(2, 5).values_list("payload", "salt", "reason")) == {(None, None, "")}


def test_a_payload_removed_without_a_deed_is_found() -> None:
    rows(4).update(payload=None, salt=None, reason="")
    assert "removed without a deed" in messages()


def test_a_payload_removed_in_the_name_of_another_deed_is_found() -> None:
    rows(4).update(payload=None, salt=None, reason="", erased_by=F("uid"))
    assert "which does not say so" in messages()


def test_a_heads_line_cut_by_a_crash_is_completed_and_an_altered_one_is_found() -> None:
    whole = heads_path().read_text()
    heads_path().write_text(whole + '{"chain": "abc", "fr')
    assert verify_chain().is_sound
    act()
    seal_entries()
    assert verify_chain().is_sound
    assert verify_chain().n_heads == 5
    lines = whole.splitlines()
    head = json.loads(lines[2]) | {"hash": "00" * 32}
    heads_path().write_text("\n".join([*lines[:2], json.dumps(head), *lines[3:]]) + "\n")
    assert "exported head at entry 6 has no valid signature" in messages()


def test_heads_a_killed_sealer_did_not_export_follow_with_the_next_run() -> None:
    lines = heads_path().read_text().splitlines()
    heads_path().write_text("\n".join(lines[:-1]) + "\n")
    seal_entries()
    assert heads_path().read_text().splitlines() == lines


def rechain(order: list[int]) -> None:
    """What a careful forger would do without the key: put rows in another order and recompute all hashes."""
    found = {e["number"]: e for e in Entry.objects.values("id", "number", *FIELDS, "digest", "mac")}
    Entry.objects.update(number=None)
    head = bytes(32)
    for number, old in enumerate(order, 1):
        row = found[old]
        row["mac"] = mac_of(row, bytes(row["digest"]))
        head = link(head, number, row)
        Entry.objects.filter(id=row["id"]).update(number=number, hash=head, mac=row["mac"])
