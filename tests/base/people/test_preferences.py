"""How an account likes its pages."""

from __future__ import annotations

import pytest

from yiwang.base.access import SYSTEM
from yiwang.base.organisation.queries import viewer_of
from yiwang.base.people.actions import create_account
from yiwang.base.people.preferences import preferences_of, set_preferences
from yiwang.base.people.queries import account_for_sign_in
from yiwang.kernel.errors import Invalid, NotAllowed

pytestmark = pytest.mark.django_db


def made(name: str):
    account = account_for_sign_in(create_account(name, display_name=name, by=SYSTEM).uid)
    return account, viewer_of(account)


def test_what_was_chosen_is_kept_and_the_rest_stays_as_it_was() -> None:
    account, viewer = made("li")
    assert preferences_of(account) == {"theme": "auto", "density": "comfortable", "tour": "new"}
    assert set_preferences(account.uid, {"theme": "dark"}, by=viewer)["theme"] == "dark"
    assert set_preferences(account.uid, {"tour": "seen"}, by=viewer) == {
        "theme": "dark",
        "density": "comfortable",
        "tour": "seen",
    }
    account.refresh_from_db()
    assert preferences_of(account)["theme"] == "dark"


@pytest.mark.parametrize("changes", [{"theme": "pink"}, {"colour": "dark"}, {"theme": ""}])
def test_what_does_not_exist_is_refused(changes: dict[str, str]) -> None:
    account, viewer = made("li")
    with pytest.raises(Invalid):
        set_preferences(account.uid, changes, by=viewer)


def test_nobody_chooses_for_another() -> None:
    account, _viewer = made("li")
    _other, wang = made("wang")
    with pytest.raises(NotAllowed):
        set_preferences(account.uid, {"theme": "dark"}, by=wang)


def test_a_value_that_is_not_known_any_more_counts_as_none() -> None:
    account, _viewer = made("li")
    account.preferences = {"theme": "sepia"}
    assert preferences_of(account)["theme"] == "auto"
