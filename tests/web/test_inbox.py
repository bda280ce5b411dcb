"""The page behind the bell."""

from __future__ import annotations

import pytest
from django.test import Client

from yiwang.base.access import SYSTEM
from yiwang.base.notices.actions import notify
from yiwang.base.notices.queries import notices, unread_count
from yiwang.base.organisation.queries import viewer_of
from yiwang.base.people.actions import create_account
from yiwang.base.people.queries import account_for_sign_in
from yiwang.kernel.text import Text

pytestmark = pytest.mark.django_db


def person(client: Client, name: str):
    account = account_for_sign_in(create_account(name, display_name=name, by=SYSTEM).uid)
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return viewer_of(account)


def test_opening_a_notice_marks_it_read_and_leads_on(client):
    li = person(client, "li")
    notify([li.account_id], Text("<b>%(n)s</b> is due", {"n": "<i>7</i>"}), url="/account", by=SYSTEM)
    page = client.get("/notices").content.decode()
    assert "&lt;b&gt;&lt;i&gt;7&lt;/i&gt;&lt;/b&gt; is due" in page
    assert "data-bell-count>1<" in page
    opened = client.get(f"/notices/{notices(li)[0].uid}")
    assert opened["Location"] == "/account"
    assert unread_count(li) == 0


def test_the_notices_of_others_are_not_found(client):
    wang = person(Client(), "wang")
    li = person(client, "li")
    notify([wang.account_id], Text("x"), by=SYSTEM)
    assert client.get(f"/notices/{notices(wang)[0].uid}").status_code == 404
    assert client.post("/notices/read").status_code == 302
    assert (unread_count(wang), unread_count(li)) == (1, 0)
    assert Client().get("/notices")["Location"].startswith("/sign-in")


def test_many_notices_come_in_pages(client):
    li = person(client, "li")
    for n in range(35):
        notify([li.account_id], Text("No %(n)s of many", {"n": n}), by=SYSTEM)
    first = client.get("/notices")
    assert first.content.decode().count("of many") == 30
    rest = client.get("/notices", {"cursor": first.context["next"]}).content.decode()
    assert rest.count("of many") == 5
    assert client.get("/notices?cursor=abc").status_code == 200
