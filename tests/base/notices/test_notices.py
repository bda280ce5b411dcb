"""Notices: told once, read by their account alone, in its language."""

from __future__ import annotations

import pytest

from yiwang.base.access import ANONYMOUS, SYSTEM, Viewer
from yiwang.base.notices import actions, queries
from yiwang.base.people.actions import create_account
from yiwang.kernel import clock
from yiwang.kernel.errors import Invalid
from yiwang.kernel.text import Text

pytestmark = pytest.mark.django_db


def person(name: str) -> Viewer:
    made = create_account(name, display_name=name, by=SYSTEM)
    return Viewer(made.id, made.uid, name, "official")


def test_each_account_reads_its_own_notices():
    li, wang = person("li"), person("wang")
    text = Text("%(what)s is due on %(day)s", {"what": Text("Event %(n)s", {"n": 7}), "day": "Monday"})
    assert actions.notify([li.account_id, li.account_id], text, url="/events/7", by=SYSTEM) == 1
    assert (queries.unread_count(li), queries.unread_count(wang), queries.unread_count(ANONYMOUS)) == (1, 0, 0)
    shown = queries.notices(li)[0]
    assert str(shown.text) == "Event 7 is due on Monday"
    assert queries.notices(wang) == queries.notices(ANONYMOUS) == []


def test_a_notice_is_read_in_the_language_of_its_reader():
    li = person("li")
    words = {"%(what)s is due": "%(what)s 到期", "Event %(n)s": "事件 %(n)s"}
    actions.notify([li.account_id], Text("%(what)s is due", {"what": Text("Event %(n)s", {"n": 7})}), by=SYSTEM)
    assert queries.notices(li)[0].text.render(lambda msgid: words[msgid]) == "事件 7 到期"


def test_nobody_is_told_the_same_thing_twice():
    li, wang = person("li"), person("wang")
    for told in (1, 0):
        assert actions.notify([li.account_id], Text("Closed"), key="event:7:closed", by=SYSTEM) == told
    assert actions.notify([li.account_id, wang.account_id], Text("Closed"), key="event:7:closed", by=SYSTEM) == 1


def test_much_of_a_kind_is_one_line_that_counts_on():
    # given work that comes in for two, one of whom reads the first line
    li, wang = person("li"), person("wang")
    both = [li.account_id, wang.account_id]

    def tell(n: int) -> None:
        one, many = Text("New: %(number)s", {"number": f"E-{n}"}), Text("%(n)s new ones")
        came = {account: actions.Came(1, one, f"/events/E-{n}/") for account in both}
        assert actions.notify_grouped(came, many, group="work:7", many_url="/work/", by=SYSTEM) == 2

    def lines(of: Viewer) -> list[tuple[str, str, bool]]:
        return [(str(one.text), one.url, one.is_read) for one in queries.notices(of)]

    tell(1)
    assert lines(li) == [("New: E-1", "/events/E-1/", False)]
    actions.mark_read(by=wang)
    # when more comes, then what is unread counts on, and what was read stays as it was
    tell(2)
    tell(3)
    assert lines(li) == [("3 new ones", "/work/", False)]
    assert lines(wang) == [("2 new ones", "/work/", False), ("New: E-1", "/events/E-1/", True)]
    # and after an hour a line of its own begins
    with clock.frozen(clock.now() + actions.GROUPED_FOR):
        tell(4)
    assert [line[0] for line in lines(li)] == ["New: E-4", "3 new ones"]


def test_reading_marks_only_the_own_ones():
    li, wang = person("li"), person("wang")
    for n in range(3):
        actions.notify([li.account_id, wang.account_id], Text("No %(n)s", {"n": n}), by=SYSTEM)
    first = queries.notices(li)[0]
    assert actions.mark_read([first.uid], by=wang) == 0
    assert actions.mark_read([first.uid], by=li) == 1
    assert [one.is_read for one in queries.notices(li)] == [True, False, False]
    assert len(queries.notices(li, only_unread=True)) == 2
    assert actions.mark_read(by=li) == 2
    assert (queries.unread_count(li), queries.unread_count(wang)) == (0, 3)
    assert actions.mark_read(by=ANONYMOUS) == 0


def test_pages_go_on_after_the_last_one_shown():
    li = person("li")
    for n in range(5):
        actions.notify([li.account_id], Text("No %(n)s", {"n": n}), by=SYSTEM)
    first = queries.notices(li, limit=2)
    rest = queries.notices(li, after=first[-1].id)
    assert [str(one.text) for one in (*first, *rest)] == [f"No {n}" for n in (4, 3, 2, 1, 0)]


@pytest.mark.parametrize("url", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:x"])
def test_a_notice_leads_nowhere_else(url):
    with pytest.raises(Invalid):
        actions.notify([person("li").account_id], Text("x"), url=url, by=SYSTEM)


def test_notices_of_a_person_can_be_erased():
    li = person("li")
    actions.notify([li.account_id], Text("x"), by=SYSTEM)
    assert actions.erase_notices_of([li.account_id], reason="asked for", by=SYSTEM) == 1
    assert queries.notices(li) == []
