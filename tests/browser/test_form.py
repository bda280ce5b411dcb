"""A form with branches in a real browser: folded by scripts, whole without them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path
from playwright.sync_api import Page, expect

from tests.engines.form.makers import GOOD, form_spec
from yiwang.base.access import SYSTEM
from yiwang.engines.form import actions, queries
from yiwang.engines.form.answers import answers
from yiwang.web.urls import handler400, handler403, handler404, handler500  # noqa: F401 - Django looks here

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.urls(__name__)]

TAKEN: list[Any] = []


def fill_in(request: HttpRequest) -> HttpResponse:
    """A page with the form, as domains make them."""
    made = queries.class_of(queries.form_version("road"), language="zh-hans")
    form = made(request.POST or None)
    if request.method == "POST" and form.is_valid():
        TAKEN.append(answers(form))
        return render(request, "form/trial.html", {"form": form, "is_done": True})
    return render(request, "form/trial.html", {"form": form})


urlpatterns = [path("trial", fill_in), path("", include("yiwang.web.urls"))]


@pytest.fixture(autouse=True)
def published(settings: Any, tmp_path: Any) -> None:
    TAKEN.clear()
    page = tmp_path / "form" / "trial.html"
    page.parent.mkdir()
    page.write_text(
        '{% extends "base/page.html" %}{% block title %}占道{% endblock %}'
        '{% block page_scripts %}<script type="module" src="{% static \'js/form.js\' %}"></script>{% endblock %}'
        '{% block content %}<h1>占道</h1><form method="post">{% csrf_token %}{% include "form/fields.html" %}'
        '<button class="button">提交</button></form>{% endblock %}',
        encoding="utf-8",
    )
    options = settings.TEMPLATES[0]
    settings.TEMPLATES = [{**options, "DIRS": [*options["DIRS"], tmp_path]}]
    actions.publish_form("road", form_spec(), by=SYSTEM)


def put(page: Page, name: str, value: str) -> None:
    page.locator(f"[name={name}]").fill(value)


def test_branches_fold_while_somebody_answers(
    open_page: Callable[..., Page], accessible: Callable[[Page], None]
) -> None:
    page = open_page("/trial")
    code, plan = page.locator("[data-part=credit_code]"), page.locator("[data-part=traffic_plan]")
    expect(code).to_be_hidden()
    page.locator("input[name=applicant][value=company]").check()
    expect(code).to_be_visible()
    page.locator("input[name=applicant][value=person]").check()
    expect(code).to_be_hidden()
    expect(page.locator("[data-part=citizen_id]")).to_be_visible()
    page.locator("[name=lanes]").select_option("2")
    expect(plan).to_be_visible()
    accessible(page)


def test_everything_works_without_scripts(open_page: Callable[..., Page]) -> None:
    page = open_page("/trial", javascript=False)
    expect(page.locator("[data-part=credit_code]")).to_be_visible()
    page.locator("input[name=applicant][value=company]").check()
    for name in ("name", "phone", "credit_code", "starts_on", "days"):
        put(page, name, str(GOOD[name]))
    page.locator("input[name=purposes][value=pipes]").check()
    page.locator("button:has-text('提交')").click()
    expect(page.locator("[name=agreed][aria-invalid=true]")).to_be_visible()
    page.locator("[name=agreed]").check()
    page.locator("button:has-text('提交')").click()
    assert [one["credit_code"] for one in TAKEN] == ["91350100M000100Y43"]
