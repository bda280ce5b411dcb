"""Prepared statements give what the ORM gives, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from django.db import connection, models, transaction
from django.test.utils import CaptureQueriesContext

from yiwang.base.access import SYSTEM
from yiwang.base.audit.models import Entry
from yiwang.base.messages.models import Delivery, Message
from yiwang.base.people.actions import create_account, create_token, token_digest
from yiwang.base.people.models import ApiToken
from yiwang.base.prepared import MOST, Given, Prepared, insert, update

AT = datetime(2026, 11, 20, 3, 4, 5, 678, tzinfo=UTC)
BY_DIGEST = Prepared(
    lambda: ApiToken.objects.select_related("account").filter(digest=Given("digest", models.CharField()))
)
MESSAGES = Prepared(
    lambda: Message.objects.filter(uid=Given("uid", models.UUIDField()), at__lte=Given("at", models.DateTimeField()))
)
LOCKED = Prepared(lambda: Message.objects.select_for_update().filter(uid=Given("uid", models.UUIDField())))

pytestmark = pytest.mark.django_db


def message(uid: UUID | None = None, **given: object) -> Message:
    facts = {"topic": "a.b", "version": 1, "subject": "x", "payload": {"n": [1, "二", None]}, "at": AT}
    return Message(uid=uid or uuid4(), **(facts | given))


def test_a_look_up_gives_the_queryset_s_rows_with_their_relations() -> None:
    ada = create_account("ada", display_name="Ada", by=SYSTEM)
    token = create_token(ada.uid, title="t", by=SYSTEM)
    for _ in range(2):  # compiled, and run again
        found = BY_DIGEST.first(digest=token_digest(token))
        usual = ApiToken.objects.select_related("account").get(digest=token_digest(token))
        assert found is not None
        assert {f.attname: getattr(found, f.attname) for f in ApiToken._meta.concrete_fields} == {
            f.attname: getattr(usual, f.attname) for f in ApiToken._meta.concrete_fields
        }
        with CaptureQueriesContext(connection) as asked:
            assert (found.account.username, found.account.uid) == ("ada", ada.uid)
        assert not asked.captured_queries
    assert BY_DIGEST.first(digest="none such") is None


def test_values_are_converted_as_their_fields_do() -> None:
    kept = message()
    insert([kept])
    found = MESSAGES.first(uid=kept.uid, at=AT)
    assert found is not None
    assert (found.pk, found.payload, found.at) == (kept.pk, {"n": [1, "二", None]}, AT)
    assert MESSAGES.rows(uid=kept.uid, at=AT.replace(year=2025)) == []


def test_a_look_up_without_a_value_is_an_error() -> None:
    with pytest.raises(KeyError, match="at"):
        MESSAGES.rows(uid=uuid4())


@pytest.mark.django_db(transaction=True)
def test_rows_are_locked_within_a_transaction_only() -> None:
    kept = message()
    insert([kept])
    with transaction.atomic():
        assert LOCKED.first(uid=kept.uid) == kept
    with pytest.raises(transaction.TransactionManagementError):
        LOCKED.first(uid=kept.uid)


def test_inserted_rows_know_their_ids_and_those_of_what_they_refer_to() -> None:
    first, second = message(), message()
    letter = Delivery(message=second, subscriber="s", subject="x", next_at=AT)  # assigned before it is saved
    insert([first, second])
    insert([letter])
    assert Message.objects.get(uid=first.uid).pk == first.pk != second.pk
    assert Delivery.objects.get(pk=letter.pk).message == second
    second.topic = "c.d"
    second.save()  # known as stored: an UPDATE
    assert Message.objects.count() == 2


def test_bytes_and_nulls_come_back() -> None:
    entry = Entry(uid=uuid4(), at=AT, action="a", subject="s", salt=b"\x00%s\xff", digest=b"d" * 32, mac=b"m" * 32)
    insert([entry])
    found = Entry.objects.get(pk=entry.pk)
    assert (bytes(found.salt or b""), found.payload, found.number) == (b"\x00%s\xff", None, None)


def test_a_row_that_is_there_is_changed_in_the_named_fields_only() -> None:
    kept = message(subject="first")
    insert([kept])
    again = message(kept.uid, subject="second", topic="other")
    insert([again], unique=("uid",), changing=("subject",))
    assert again.pk == kept.pk
    found = Message.objects.get(uid=kept.uid)
    assert (found.subject, found.topic) == ("second", "a.b")


def test_many_rows_go_the_usual_way() -> None:
    many = [message() for _ in range(MOST + 1)]
    insert(many)
    assert len({m.pk for m in many}) == Message.objects.count() == MOST + 1


def test_nothing_to_insert_asks_nothing() -> None:
    with CaptureQueriesContext(connection) as asked:
        insert([])
        update(message(), ())
    assert not asked.captured_queries


def test_an_update_writes_the_named_fields_only() -> None:
    kept = message()
    insert([kept])
    kept.subject, kept.topic, kept.payload = "new", "unsaved", {"k": "值"}
    update(kept, ["subject", "payload"])
    found = Message.objects.get(pk=kept.pk)
    assert (found.subject, found.topic, found.payload) == ("new", "a.b", {"k": "值"})
