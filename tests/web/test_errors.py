"""Errors in words, with the navigation of whoever is signed in."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client, RequestFactory

from yiwang.base.access import ANONYMOUS, SYSTEM
from yiwang.base.people.actions import create_account
from yiwang.base.people.queries import account_for_sign_in
from yiwang.web.shell import pages

pytestmark = pytest.mark.django_db
ENGLISH = {"Accept-Language": "en"}


def signed_in() -> Client:
    client = Client(headers=ENGLISH)
    client.force_login(account_for_sign_in(create_account("li", display_name="Li", by=SYSTEM).uid))
    return client


def test_a_page_that_is_not_there_keeps_the_navigation_and_offers_the_search() -> None:
    answer = signed_in().get("/no/such/page")
    page = answer.content.decode()
    assert answer.status_code == 404
    assert 'class="sidebar"' in page and 'href="/search/"' in page and "Nothing here" in page
    assert 'class="sidebar"' not in Client().get("/no/such/page").content.decode()


def test_a_visitor_who_went_astray_keeps_the_ways_of_the_citizens_pages() -> None:
    answer = Client(headers={"accept-language": "en"}).get("/nowhere")
    page = answer.content.decode()
    assert answer.status_code == 404 and "Nothing here" in page
    assert all(f'href="{url}"' in page for url in ("/", "/report/", "/follow/", "/sign-in")), page


def test_a_missing_right_is_named_in_words_and_says_what_to_do() -> None:
    answer = signed_in().get("/events/")
    page = answer.content.decode()
    assert answer.status_code == 403 and 'class="sidebar"' in page
    assert "events.view" not in page and "ask your administrator" in page and 'href="/account"' in page


def test_an_action_that_is_refused_names_the_right_by_its_title() -> None:
    from yiwang.base.access import require
    from yiwang.kernel.errors import NotAllowed

    with pytest.raises(NotAllowed, match=r"Dispatch events"):
        require(ANONYMOUS, "events.dispatch")


def test_where_the_page_of_a_failure_fails_too_a_plain_one_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    request: Any = RequestFactory().get("/x")
    assert "<html" in pages.server_error(request).content.decode()

    def broken(*_given: Any, **_more: Any) -> str:
        raise RuntimeError("no template engine")

    with monkeypatch.context() as patch:
        patch.setattr(pages, "error_page", broken)
        answer = pages.server_error(request)
    assert answer.status_code == 500 and "<html" in answer.content.decode()


def test_a_database_that_does_not_answer_is_not_asked_for_the_navigation() -> None:
    request: Any = RequestFactory().get("/x")
    answer = pages.error_page(request, 503)
    assert answer.status_code == 503 and 'class="sidebar"' not in answer.content.decode()
