"""Pages: sign in, sign out, language, and one's own account (password, API tokens)."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST
from django.views.i18n import set_language

from yiwang.base.access import Viewer
from yiwang.base.areas.queries import jurisdictions
from yiwang.base.notices.queries import unread_count
from yiwang.base.organisation.queries import departments_by_id, posts_of, viewer_of
from yiwang.base.people import actions, queries, signin
from yiwang.base.people.preferences import CHOICES, preferences_of, set_preferences
from yiwang.kernel.errors import Invalid, NotAllowed
from yiwang.kernel.text import N_
from yiwang.web.signin.addresses import client_address
from yiwang.web.signin.forms import PasswordForm, SignInForm, TokenForm

if TYPE_CHECKING:
    from yiwang.base.people.models import Account

YEAR_S = 365 * 86400
LOOKS = ("theme", "density")


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in page; whoever is signed in already goes on. 429 after too many attempts."""
    onward = _onward(request)
    if request.method == "GET" and request.user.is_authenticated:
        return HttpResponseRedirect(onward)
    form = SignInForm(request.POST or None, initial={"username": request.GET.get("as", "")[:64]})
    status = 200
    if request.method == "POST" and form.is_valid():
        username, password = form.cleaned_data["username"], form.cleaned_data["password"]
        address = client_address(request)
        wait_s = signin.take_attempt(username, address)
        account = None if wait_s else authenticate(request, username=username, password=password)
        if account is not None:
            signin.give_back(username, address)
            return _welcome(request, account, onward)
        form.add_error(None, _refusal(wait_s))
        status = 429 if wait_s else 422
    elif request.method == "POST":
        status = 422
    shown = {"form": form, "next": onward, "has_oidc": bool(getattr(settings, "OIDC_RP_CLIENT_ID", ""))}
    return render(request, "signin/sign_in.html", shown, status=status)


def _refusal(wait_s: int) -> str:
    if not wait_s:
        return gettext("User name and password do not match, or the account is closed.")
    minutes = -(-wait_s // 60)
    return ngettext(
        "Too many attempts. Wait %(n)s minute and try again.",
        "Too many attempts. Wait %(n)s minutes and try again.",
        minutes,
    ) % {"n": minutes}


def _welcome(request: HttpRequest, account: Account, onward: str) -> HttpResponse:
    login(request, account)
    signin.note_sign_in(account, by=viewer_of(account), means="password")
    onwards = HttpResponseRedirect(onward)
    chosen = preferences_of(account)
    for name in LOOKS:  # what the account chose holds on every browser, from the first page on
        if name in account.preferences:
            remember_look(onwards, name, chosen[name])
    if settings.LANGUAGE_COOKIE_NAME in request.COOKIES:  # chosen on the way here
        return onwards
    return remember_language(onwards, account.language)


def remember_look(response: HttpResponse, name: str, value: str) -> HttpResponse:
    """Keep a choice of the appearance with the browser, where theme.js and the templates read it."""
    response.set_cookie(name, value, max_age=YEAR_S, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE)
    return response


def remember_language(response: HttpResponse, language: str) -> HttpResponse:
    """Keep the language an account reads in with its browser, so that no page must ask the database for it."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, language, max_age=YEAR_S, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
    )
    return response


def _onward(request: HttpRequest) -> str:
    """Where to go after signing in: `next` when it stays on this host, else the start page."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return wanted
    return settings.LOGIN_REDIRECT_URL


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session; the next person at this browser is asked in their own language."""
    logout(request)
    response = redirect("sign_in")
    response.delete_cookie(settings.LANGUAGE_COOKIE_NAME, samesite="Lax")
    return response


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Change the language of the pages, and keep it with the account of whoever is signed in."""
    viewer = _viewer(request)
    language = request.POST.get("language", "")
    response = set_language(request)
    if translation.check_for_language(language) and language in dict(settings.LANGUAGES):
        remember_language(response, language)
        if viewer.uid is not None:
            actions.set_language(viewer.uid, language=language, by=viewer)
    return response


@require_POST
def choose_look(request: HttpRequest) -> HttpResponse:
    """Keep a choice of the appearance (`theme`, `density`) for this browser, and for the account where there is one.

    A script asks for nothing but the keeping and gets 204; a form goes back to where it stood.
    """
    viewer = _viewer(request)
    response = HttpResponse(status=204)
    if not request.headers.get("X-Requested-With"):
        response = HttpResponseRedirect(_onward(request))
    changes = {name: request.POST[name] for name in LOOKS if request.POST.get(name) in CHOICES[name]}
    for name, value in changes.items():
        remember_look(response, name, value)
    if changes and viewer.uid is not None:
        set_preferences(viewer.uid, changes, by=viewer)
    return response


@require_POST
def end_tour(request: HttpRequest) -> HttpResponse:
    """The tour was seen or put away: it does not come by itself again."""
    viewer = _viewer(request)
    if viewer.uid is not None:
        set_preferences(viewer.uid, {"tour": "seen"}, by=viewer)
    return HttpResponse(status=204)


@never_cache
@sensitive_post_parameters("current", "password", "again")
@require_http_methods(["GET", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """One's own account: posts, password, tokens."""
    viewer = _signed_in(request)
    assert viewer.uid is not None
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            actions.set_password(viewer.uid, password=given["password"], current=given["current"], by=viewer)
        except Invalid as failure:
            form.take(failure)
        else:
            user = cast("Account", request.user)
            user.refresh_from_db()
            update_session_auth_hash(request, user)
            messages.success(request, gettext("Your password is changed. Other sessions of yours have ended."))
            return redirect("account")
    return _account_page(request, viewer, form, 422 if form.errors else 200)


@never_cache
@require_POST
def create_token(request: HttpRequest) -> HttpResponse:
    """Make an API token and show it, once."""
    viewer = _signed_in(request)
    assert viewer.uid is not None
    form = TokenForm(request.POST)
    if not form.is_valid():
        return _account_page(request, viewer, PasswordForm(), 422, token_form=form)
    token = actions.create_token(viewer.uid, title=form.cleaned_data["title"], by=viewer)
    return _account_page(request, viewer, PasswordForm(), 200, token=token)


@require_POST
def revoke_token(request: HttpRequest, uid: UUID) -> HttpResponse:
    """End one of one's API tokens."""
    actions.revoke_token(uid, by=_signed_in(request))
    messages.success(request, gettext("The token has ended."))
    return redirect("account")


def _account_page(
    request: HttpRequest, viewer: Viewer, form: PasswordForm, status: int, **more: object
) -> HttpResponse:
    assert viewer.uid is not None and viewer.account_id is not None
    shown = {
        "account": queries.account(viewer, viewer.uid),
        "posts": _posts(viewer.account_id),
        "is_citizen": viewer.kind in ("citizen", "company"),
        "unread": unread_count(viewer),
        "tokens": queries.tokens(viewer, viewer.uid),
        "form": form,
        "token_form": TokenForm(),
    }
    return render(request, "signin/account.html", shown | more, status=status)


def _posts(account_id: int) -> list[dict[str, object]]:
    """The posts of an account with the city and department each belongs to."""
    held = posts_of(account_id)
    homes = departments_by_id(post.department_id for post in held if post.department_id is not None)
    cities = {one.code: one.title for one in jurisdictions()}
    shown: list[dict[str, object]] = []
    for post in held:
        home = homes.get(post.department_id) if post.department_id is not None else None
        shown.append(
            {
                "title": post.title,
                "department": home.title if home else {},
                "city": cities.get(home.jurisdiction, {}) if home else {},
            }
        )
    return shown


def _viewer(request: HttpRequest) -> Viewer:
    return cast(Viewer, request.viewer)  # type: ignore[attr-defined]


def _signed_in(request: HttpRequest) -> Viewer:
    viewer = _viewer(request)
    if not viewer.is_signed_in:
        raise NotAllowed(N_("Please sign in first."))
    return viewer
