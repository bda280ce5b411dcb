"""Things are kept as long as the rules say, and no longer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from pydantic import ValidationError

from yiwang.base.access import SYSTEM, Viewer
from yiwang.base.audit.queries import entries
from yiwang.base.audit.sealer import seal_entries
from yiwang.base.audit.verifier import verify_chain
from yiwang.base.deeds import deed
from yiwang.base.erasure.actions import apply_retention, remove_retention, set_retention
from yiwang.base.erasure.queries import retention_rules
from yiwang.base.erasure.registry import forget_ager, register_ager
from yiwang.base.erasure.specs import RetentionSpec
from yiwang.base.messages.actions import announce
from yiwang.base.messages.models import Message
from yiwang.kernel import clock
from yiwang.kernel.errors import Invalid, NotAllowed, NotFound

pytestmark = pytest.mark.django_db
START = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: Any) -> None:
    settings.HOME, settings.KEYS = tmp_path, tmp_path / "keys"


@pytest.fixture
def cases() -> Iterator[list[datetime]]:
    """A package that ages cases: times of its cases, removed oldest first."""
    held = [START + timedelta(days=n) for n in range(2_500)]

    def age(name: str, before: datetime, limit: int) -> int:
        gone = [t for t in held if t < before][:limit] if name == "noise" else []
        del held[: len(gone)]
        return len(gone)

    register_ager("test_case", age)
    yield held
    forget_ager("test_case")


def test_what_is_past_its_time_goes_in_batches_and_is_logged(cases: list[datetime]) -> None:
    set_retention(RetentionSpec(target="test_case", name="noise", keep_days=100), by=SYSTEM)
    with clock.frozen(START + timedelta(days=2_200)):
        assert apply_retention() == {"test_case:noise": 2_100}
        assert apply_retention() == {}
    assert len(cases) == 400
    entry = entries(SYSTEM, action="erasure.apply_retention")[0]
    assert entry.payload["removed"] == 2_100
    rule = retention_rules(SYSTEM)[0]
    assert (rule.keep_days, rule.last_removed) == (100, 0)


def test_old_audit_payloads_are_erased_and_the_chain_stays_whole() -> None:
    with clock.frozen(START):
        for _ in range(5):
            with deed("test.old", by=SYSTEM, reason="old") as d:
                d.note(text="old")
        seal_entries()
    with clock.frozen(START + timedelta(days=400)):
        with deed("test.new", by=SYSTEM, reason="new"):
            pass
        set_retention(RetentionSpec(target="audit", keep_days=365), by=SYSTEM)
        assert apply_retention() == {"audit": 5}
        assert apply_retention() == {}
        seal_entries()
    assert {e.is_erased for e in entries(SYSTEM, action="test.old")} == {True}
    assert entries(SYSTEM, action="test.new")[0].reason == "new"
    found = verify_chain()
    assert found.is_sound, found.findings
    assert found.n_erased == 5


def test_old_messages_go() -> None:
    with clock.frozen(START), transaction.atomic():
        announce("test.nobody", version=1, subject="a", payload={})
    set_retention(RetentionSpec(target="messages", keep_days=1), by=SYSTEM)
    apply_retention()
    assert not Message.objects.filter(topic="test.nobody").exists()


def test_rules_are_replaced_removed_and_guarded() -> None:
    set_retention(RetentionSpec(target="jobs", keep_days=10), by=SYSTEM)
    set_retention(RetentionSpec(target="jobs", keep_days=20), by=SYSTEM)
    assert [r.keep_days for r in retention_rules(SYSTEM)] == [20]
    remove_retention("jobs", "", by=SYSTEM, reason="for ever")
    with pytest.raises(NotFound):
        remove_retention("jobs", "", by=SYSTEM, reason="again")
    with pytest.raises(Invalid):
        set_retention(RetentionSpec(target="nothing", keep_days=20), by=SYSTEM)
    with pytest.raises(NotAllowed):
        set_retention(RetentionSpec(target="jobs", keep_days=1), by=Viewer(1, None, "x", "official"))
    with pytest.raises(ValidationError):
        RetentionSpec(target="jobs", keep_days=0)
