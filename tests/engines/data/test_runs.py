"""Runs and rejects: kept once, shown without numbers that call somebody, found again when a person is erased."""

from __future__ import annotations

import pytest

from yiwang.base.access import SYSTEM, Grant, Viewer
from yiwang.base.audit.models import Entry
from yiwang.base.personal.sealed import blind
from yiwang.engines.data import actions, queries
from yiwang.engines.data.models import Reject, RejectTrace
from yiwang.engines.data.records import Counts, Reason, RejectedRow
from yiwang.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from yiwang.kernel.text import Text

pytestmark = pytest.mark.django_db

CLERK = Viewer(None, None, "clerk", "official", (Grant("data.manage", "", "33/3301/"),))
STRANGER = Viewer(None, None, "stranger", "official", (Grant("data.manage", "", "44/"),))


def rejected(line: int, raw: str = "a,b") -> RejectedRow:
    return RejectedRow(line, (Reason(Text("“%(value)s” is no number.", {"value": "b"}), "amount", "金额"),), raw)


def test_a_run_is_opened_filled_and_closed_with_its_counts() -> None:
    run = actions.open_run("gauges", by=SYSTEM, file_name="a.csv", digest="ab", n_bytes=9, area_path="33/3301/")
    actions.add_rejects(run.uid, [rejected(3), rejected(7)])
    closed = actions.close_run(run.uid, Counts(n_in=10, n_new=8, n_rejected=2), by=SYSTEM)

    assert (closed.number, closed.state, closed.counts.n_new) == (1, "done", 8)
    assert closed.seconds is not None
    page = queries.rejects(CLERK, run.uid)
    assert [row.line for row in page.rows] == [3, 7]
    assert str(page.rows[0].reasons[0].text) == "“b” is no number."
    assert page.rows[0].reasons[0].columns == "金额"
    assert queries.reject_reasons(CLERK, run.uid) == {"“%(value)s” is no number.": 2}
    assert list(Entry.objects.order_by("id").values_list("action", flat=True)) == ["data.open_run", "data.close_run"]


def test_runs_of_one_dataset_are_numbered_and_the_same_file_is_found_again() -> None:
    first = actions.open_run("gauges", by=SYSTEM, digest="ab")
    second = actions.open_run("gauges", by=SYSTEM, digest="ab")
    assert (first.number, second.number) == (1, 2)
    assert [run.number for run in queries.runs_of_file(SYSTEM, "gauges", "ab")] == [2, 1]


def test_a_repeated_batch_of_rejects_adds_nothing() -> None:
    run = actions.open_run("gauges", by=SYSTEM)
    assert actions.add_rejects(run.uid, [rejected(3), rejected(4)]) == 2
    assert actions.add_rejects(run.uid, [rejected(4), rejected(5)]) == 1
    assert Reject.objects.count() == 3


def test_an_ended_run_cannot_be_closed_or_moved_on() -> None:
    run = actions.open_run("gauges", by=SYSTEM)
    actions.close_run(run.uid, Counts(), by=SYSTEM, error=Text("The file is empty."))
    with pytest.raises(Conflict):
        actions.close_run(run.uid, Counts(), by=SYSTEM)
    with pytest.raises(Conflict):
        actions.note_progress(run.uid, Counts(n_in=1))
    assert str(queries.run(SYSTEM, run.uid).error) == "The file is empty."


def test_only_grants_that_cover_the_dataset_open_and_see_its_runs() -> None:
    with pytest.raises(NotAllowed):
        actions.open_run("gauges", by=STRANGER, area_path="33/3301/")
    run = actions.open_run("gauges", by=CLERK, area_path="33/3301/")
    assert [r.uid for r in queries.runs(CLERK).rows] == [run.uid]
    assert queries.runs(STRANGER).rows == ()
    with pytest.raises(NotFound):
        queries.rejects(STRANGER, run.uid)


def test_original_text_is_encrypted_starred_and_traceable() -> None:
    run = actions.open_run("gauges", by=SYSTEM)
    raw = "17,张三,13812345678,11010519491231002X,路灯不亮"
    actions.add_rejects(run.uid, [rejected(3, raw)])

    stored = Reject.objects.get()
    assert "13812345678" not in stored.detail.token
    shown = queries.rejects(SYSTEM, run.uid).rows[0].raw
    assert "13812345678" not in shown and "11010519491231002X" not in shown and shown.startswith("17,张三,138")
    blinds = set(RejectTrace.objects.values_list("blind", flat=True))
    assert blinds >= {blind("phone", "13812345678"), blind("citizen_id", "11010519491231002X")}


@pytest.mark.django_db(transaction=True)
def test_the_full_text_needs_a_purpose_and_is_logged() -> None:
    run = actions.open_run("gauges", by=SYSTEM)
    actions.add_rejects(run.uid, [rejected(3, "13812345678")])
    with pytest.raises(Invalid):
        queries.full_reject(SYSTEM, run.uid, 3, purpose=" ")
    assert queries.full_reject(SYSTEM, run.uid, 3, purpose="correct the row") == "13812345678"
    assert Entry.objects.filter(action="personal.unmask_field").exists()


def test_pages_of_runs_follow_each_other_without_gaps() -> None:
    wanted = [actions.open_run("gauges", by=SYSTEM).number for _ in range(5)][::-1]
    seen, after = [], ""
    while True:
        page = queries.runs(SYSTEM, after=after, limit=2)
        seen += [run.number for run in page.rows]
        after = page.after
        if not after:
            break
    assert seen == wanted
