"""Accounts, passwords and tokens."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth import authenticate

from yiwang.base.access import ANONYMOUS, SYSTEM, Grant, Viewer
from yiwang.base.people import actions, queries
from yiwang.base.people.models import Account, ApiToken
from yiwang.kernel import clock
from yiwang.kernel.errors import Invalid, NotAllowed, NotFound

pytestmark = pytest.mark.django_db
GOOD = "correct-horse-battery"


@pytest.fixture(autouse=True)
def quick_hashes(settings):
    """Real ones take 0.3 s each, on purpose."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def viewer_for(username: str, *grants: Grant) -> Viewer:
    row = Account.objects.get(username=username)
    return Viewer(row.pk, row.uid, row.display_name, row.kind, grants)


def made(username: str = "li", **kwargs) -> queries.AccountView:
    return actions.create_account(username, display_name="李雷", by=SYSTEM, **kwargs)


def test_an_account_signs_in_with_its_password():
    made(password=GOOD)
    assert authenticate(username="li", password=GOOD) is not None
    assert authenticate(username="li", password="wrong") is None


def test_everything_wrong_with_a_new_account_is_said_at_once():
    made()
    with pytest.raises(Invalid) as caught:
        actions.create_account("li", display_name=" ", kind="robot", by=SYSTEM)
    assert set(caught.value.fields) == {"username", "display_name", "kind"}
    with pytest.raises(Invalid) as caught:
        made("short", password="1234")
    assert "password" in caught.value.fields
    assert not Account.objects.filter(username="short").exists()


def test_only_who_manages_accounts_creates_them():
    with pytest.raises(NotAllowed):
        actions.create_account("x1", display_name="X", by=ANONYMOUS)


def test_one_changes_the_own_password_knowing_the_current_one():
    li = made(password=GOOD)
    me = viewer_for("li")
    with pytest.raises(Invalid):
        actions.set_password(li.uid, password=GOOD + "2", current="no", by=me)
    actions.set_password(li.uid, password=GOOD + "2", current=GOOD, by=me)
    assert authenticate(username="li", password=GOOD + "2") is not None
    other = viewer_for("li", Grant("accounts.manage", "city/", "33/"))
    made("wang", password=GOOD)
    with pytest.raises(NotAllowed):  # a city's administrator cannot take over an account
        actions.set_password(queries.account_named(SYSTEM, "wang").uid, password=GOOD + "3", by=other)


def test_the_first_password_is_shown_once():
    made()
    password = actions.make_password_once("li", by=SYSTEM)
    assert password is not None
    assert authenticate(username="li", password=password) is not None
    assert actions.make_password_once("li", by=SYSTEM) is None


def test_a_token_stands_for_its_account_until_it_ends():
    li = made()
    token = actions.create_token(li.uid, title="export", by=viewer_for("li"))
    assert token not in str(ApiToken.objects.values_list())  # only the digest is kept
    assert actions.account_of_token(token).uid == li.uid
    listed = queries.tokens(SYSTEM, li.uid)[0]
    assert token.startswith(listed.prefix)
    assert listed.used_on is None or listed.used_on == clock.now().date()
    actions.revoke_token(listed.uid, by=viewer_for("li"))
    for bad in (token, "yw_guess", ""):
        with pytest.raises(NotAllowed):
            actions.account_of_token(bad)


def test_a_token_ends_by_its_day_and_with_its_account():
    li = made()
    at = clock.now()
    with clock.frozen(at):
        token = actions.create_token(li.uid, title="t", expires_at=at + timedelta(hours=1), by=SYSTEM)
        other = actions.create_token(li.uid, title="t", by=SYSTEM)
        clock.shift(3600)
        with pytest.raises(NotAllowed):
            actions.account_of_token(token)
    actions.disable_account(li.uid, reason="left", by=SYSTEM)
    with pytest.raises(NotAllowed):
        actions.account_of_token(other)
    actions.enable_account(li.uid, reason="back", by=SYSTEM)
    with pytest.raises(NotAllowed):
        actions.account_of_token(other)


def test_nobody_ends_or_reads_the_tokens_of_others():
    li = made()
    made("wang")
    actions.create_token(li.uid, title="t", by=SYSTEM)
    listed = queries.tokens(SYSTEM, li.uid)[0]
    with pytest.raises(NotAllowed):
        actions.revoke_token(listed.uid, by=viewer_for("wang"))
    with pytest.raises(NotAllowed):
        queries.tokens(viewer_for("wang"), li.uid)


def test_an_outside_identity_belongs_to_one_account():
    li, wang = made(), made("wang")
    actions.link_identity(li.uid, issuer="https://id.example", sub="42", by=SYSTEM)
    found = queries.account_of_identity("https://id.example", "42")
    assert found is not None
    assert found.uid == li.uid
    assert queries.account_of_identity("https://other.example", "42") is None
    with pytest.raises(Invalid):
        actions.link_identity(wang.uid, issuer="https://id.example", sub="42", by=SYSTEM)


def test_lists_come_in_pages_by_user_name():
    for name in ("cc", "aa", "bb"):
        made(name)
    assert [one.username for one in queries.accounts(SYSTEM, limit=2)] == ["aa", "bb"]
    assert [one.username for one in queries.accounts(SYSTEM, after="bb")] == ["cc"]
    assert [one.username for one in queries.accounts(SYSTEM, text="AA")] == ["aa"]
    with pytest.raises(NotFound):
        queries.account_named(SYSTEM, "zz")


def test_a_language_must_be_one_the_pages_come_in():
    li = made()
    actions.set_language(li.uid, language="en", by=viewer_for("li"))
    assert queries.account(SYSTEM, li.uid).language == "en"
    with pytest.raises(Invalid):
        actions.set_language(li.uid, language="tlh", by=viewer_for("li"))


def test_personal_facts_are_checked_kept_encrypted_and_shown_masked():
    li = made()
    with pytest.raises(Invalid) as caught:
        actions.set_personal(li.uid, phone="12", citizen_id="110101199003070000", by=viewer_for("li"))
    assert set(caught.value.fields) == {"phone", "citizen_id"}
    actions.set_personal(li.uid, real_name="李雷", phone="13812345678", by=viewer_for("li"))
    assert queries.personal(SYSTEM, li.uid)["phone"] == "138****5678"
    assert "13812345678" not in str(Account.objects.values_list())
    assert [one.uid for one in queries.accounts_with(SYSTEM, "phone", "+86 138-1234-5678")] == [li.uid]
    made("wang")
    with pytest.raises(NotAllowed):
        actions.set_personal(li.uid, phone="", by=viewer_for("wang"))


@pytest.mark.django_db(transaction=True)
def test_seeing_a_fact_in_full_needs_the_right_and_a_purpose():
    li = made()
    actions.set_personal(li.uid, phone="13812345678", by=SYSTEM)
    with pytest.raises(NotAllowed):
        actions.unmask_personal(li.uid, "phone", purpose="call back", by=viewer_for("li"))
    with pytest.raises(Invalid):
        actions.unmask_personal(li.uid, "phone", purpose="", by=SYSTEM)
    assert actions.unmask_personal(li.uid, "phone", purpose="call back", by=SYSTEM) == "13812345678"


def test_many_officials_at_once_and_again():
    # when a list of officials is brought in twice, once more with one more
    first = actions.create_officials({"roads-01": "吴刚", "roads-02": "郑红"}, by=SYSTEM)
    again = actions.create_officials({"roads-01": "别人", "roads-03": "王强"}, by=SYSTEM)
    # then each is there once, who was there stays as they were, and nobody can sign in with a password
    assert again["roads-01"] == first["roads-01"]
    names = dict(Account.objects.filter(username__startswith="roads-").values_list("username", "display_name"))
    assert names == {"roads-01": "吴刚", "roads-02": "郑红", "roads-03": "王强"}
    assert not any(row.has_usable_password() for row in Account.objects.filter(username__startswith="roads-"))


def test_one_unfit_name_keeps_all_officials_out():
    with pytest.raises(Invalid, match="a b"):
        actions.create_officials({"good": "吴刚", "a b": "郑红"}, by=SYSTEM)
    assert not Account.objects.filter(username="good").exists()
    with pytest.raises(NotAllowed):
        actions.create_officials({"good": "吴刚"}, by=ANONYMOUS)
