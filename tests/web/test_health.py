"""`/health` for load balancers, `/metrics` for whoever may watch the platform."""

from __future__ import annotations

import os
import re
import time
from datetime import UTC, datetime, timedelta

import pytest
from django.db import OperationalError
from django.db.backends.utils import CursorWrapper

from yiwang.base.access import SYSTEM
from yiwang.base.deeds import deed
from yiwang.base.jobs.models import Job
from yiwang.base.organisation.actions import appoint, ensure_roles, put_post
from yiwang.base.people.actions import create_account, create_token
from yiwang.kernel import clock
from yiwang.kernel.ids import new_uid
from yiwang.web import health, watching

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 7, 1, 4, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def looked_at_anew():
    health._kept.clear()
    yield
    health._kept.clear()


def checks(client):
    health._kept.clear()
    answer = client.get("/health")
    return answer.status_code, answer.json()["checks"]


def test_an_installation_where_nothing_waits_is_well(client):
    answer = client.get("/health")
    assert answer.status_code == 200
    assert answer.json()["status"] == "well"
    assert set(answer.json()["checks"]) == {"database", "audit", "outbox", "jobs"}


def test_audit_and_outbox_that_lag_make_it_unwell(client):
    with clock.frozen(NOON), deed("tests.do", by=SYSTEM, subject="thing:秘密", reason="秘密的理由") as d:
        d.announce("event.reported", version=1, subject="thing:秘密", payload={"source": "秘密"})
    with clock.frozen(NOON.replace(second=30)):
        status, found = checks(client)
    assert (status, found["audit"]["n_waiting"], found["audit"]["oldest_s"]) == (200, 1, 30.0)
    with clock.frozen(NOON.replace(minute=6)):
        status, found = checks(client)
        assert status == 503
        assert not found["audit"]["is_well"] and not found["outbox"]["is_well"]
        assert "秘密" not in client.get("/health").content.decode("unicode_escape")


def test_a_job_whose_time_has_long_come_makes_it_unwell_a_future_one_does_not(client):
    with clock.frozen(NOON):
        later = NOON.replace(hour=10)
        job = Job.objects.create(uid=new_uid(), name="x", arguments={}, run_at=later, asked_at=NOON)
        assert checks(client)[1]["jobs"] == {"is_well": True, "n_waiting": 0, "oldest_s": 0.0, "limit_s": 900.0}
        Job.objects.filter(pk=job.pk).update(run_at=NOON.replace(hour=3))
        status, found = checks(client)
    assert status == 503 and found["jobs"]["oldest_s"] == 3600.0


def test_a_database_that_does_not_answer_is_said_so_and_no_more(client, monkeypatch):
    def dead(*args, **kwargs):
        raise OperationalError("could not connect to server, password=geheim")

    monkeypatch.setattr(CursorWrapper, "execute", dead)
    answer = client.get("/health")
    assert answer.status_code == 503
    assert answer.json()["checks"].keys() == {"database"}
    assert b"geheim" not in answer.content


def test_health_asks_the_database_no_oftener_than_every_two_seconds(client, django_assert_num_queries):
    client.get("/health")
    with django_assert_num_queries(0):
        assert client.get("/health").status_code == 200


@pytest.fixture
def token():
    """The token of a service that may watch, and nothing else."""
    ensure_roles(by=SYSTEM)
    put_post("t.watch", title={"zh-Hans": "监", "en": "W"}, role="watcher", reach="installation", by=SYSTEM)
    uid = create_account("prometheus", display_name="Prometheus", kind="service", by=SYSTEM).uid
    appoint(uid, "t.watch", by=SYSTEM)
    return create_token(uid, title="scrape", by=SYSTEM)


def scraped(client, token):
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200
    return answer.content.decode()


def counted(text, page, status):
    found = re.search(rf'yiwang_request_seconds_count\{{method="GET",page="{page}",status="{status}"\}} (\S+)', text)
    return float(found.group(1)) if found else 0.0


def test_requests_are_counted_by_page_and_never_by_address(client, token):
    before = counted(scraped(client, token), "follow_code", "404")
    client.get("/follow/ABCD-EFGH-2345")
    text = scraped(client, token)
    assert counted(text, "follow_code", "404") == before + 1
    assert "ABCD" not in text
    client.get("/no-such-page-ZqSecret")
    assert "ZqSecret" not in scraped(client, token)


def test_lags_are_computed_when_asked_for(client, token):
    at = clock.now()
    with clock.frozen(at), deed("tests.do", by=SYSTEM, subject="thing:1") as d:
        d.announce("event.reported", version=1, subject="thing:1", payload={})
    with clock.frozen(at + timedelta(minutes=2)):
        text = scraped(client, token)
    assert re.search(r"^yiwang_audit_unsealed [1-9]", text, re.MULTILINE)
    assert float(re.search(r"^yiwang_audit_unsealed_oldest_seconds (\S+)", text, re.MULTILINE).group(1)) >= 120
    assert 'yiwang_outbox_pending{subscriber="events.duplicates"} 1.0' in text
    assert 'yiwang_outbox_oldest_seconds{subscriber="events.duplicates"} 120.0' in text


def test_only_who_may_watch_the_whole_installation_sees_figures(client):
    assert client.get("/metrics").status_code == 302
    uid = create_account("li", display_name="Li", by=SYSTEM).uid
    mine = create_token(uid, title="x", by=SYSTEM)
    assert client.get("/metrics", headers={"Authorization": f"Bearer {mine}"}).status_code == 403


def test_counts_of_processes_long_ended_go(tmp_path):
    for name, age_s in (("counter_999999999.db", 8 * 86_400), ("counter_999999998.db", 60), ("x.txt", 8 * 86_400)):
        (tmp_path / name).write_bytes(b"")
        os.utime(tmp_path / name, (0, time.time() - age_s))
    mine = tmp_path / f"counter_{os.getpid()}.db"
    mine.write_bytes(b"")
    os.utime(mine, (0, 0))
    assert watching.forget_ended_processes(tmp_path) == 1
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(["counter_999999998.db", mine.name, "x.txt"])
