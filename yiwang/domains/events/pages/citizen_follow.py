"""Following a report by the code of its receipt: the receipt, the course, evaluation, reopening, photos.

The code is the key, so these pages are kept by no cache, listed by no search engine, and name themselves to no other
site. `Referrer-Policy` is `same-origin` and not `no-referrer`: with the latter browsers send `Origin: null` with the
page's own forms, which the protection against forged requests must refuse. Wrong codes are counted per address.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import wraps
from uuid import UUID
from zoneinfo import ZoneInfo

import segno
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yiwang.base.access.request import ViewerRequest
from yiwang.base.files.actions import Upload, store_upload
from yiwang.base.files.judging import PHOTOS
from yiwang.base.files.queries import FileView
from yiwang.base.files.serving import file_response
from yiwang.base.people import signin
from yiwang.domains.events import actions
from yiwang.domains.events.citizen_forms import MAX_PHOTOS, CodeForm, EvaluationForm, ReopenForm
from yiwang.domains.events.pages.asking import take_failure
from yiwang.domains.events.pages.citizen_words import sentence, status_title, steps, timeline
from yiwang.domains.events.queries import CitizenCourse, citizen_course, has_public_list, may_keep, photo_by_code
from yiwang.kernel.clock import now
from yiwang.kernel.errors import Conflict, Invalid, NotFound

MISSES = 30
"""Wrong codes an address may try in a quarter of an hour; a code has 60 bits, so this only stops noise."""
View = Callable[..., HttpResponse]


def by_code(view: View) -> View:
    """A page behind a code: limits misses, answers every wrong code alike, keeps the page private."""

    @wraps(view)
    def guarded(request: ViewerRequest, code: str, **more: object) -> HttpResponse:
        if told := told_to_wait(request):
            return private(_asked(request, CodeForm(), told, 429))
        try:
            return private(view(request, code, **more))
        except NotFound as failure:
            count_miss(request)
            return private(_asked(request, CodeForm(initial={"code": code[:40]}), failure.text.render(gettext), 404))

    return guarded


def count_miss(request: ViewerRequest) -> None:
    """Note a wrong code of the request's address."""
    signin.take_turn("follow", request.client_address, most=MISSES)


def private(response: HttpResponse) -> HttpResponse:
    """The answer with the headers of a page that only the holder of a code should have."""
    response["Cache-Control"] = "no-store, private"
    response["Referrer-Policy"] = "same-origin"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def written(code: str) -> str:
    """A code as receipts write it, in groups of four: however it was typed."""
    plain = "".join(c for c in code.upper() if c.isalnum())
    return "-".join(plain[i : i + 4] for i in range(0, len(plain), 4))


@require_http_methods(["GET", "POST"])
def ask_page(request: ViewerRequest) -> HttpResponse:
    """Enter the code; sent in the body, so that it stands in no address until it is right."""
    if request.method != "POST":
        return private(_asked(request, CodeForm()))
    form = CodeForm(request.POST)
    if not form.is_valid():
        return private(_asked(request, form, status=422))
    return _to_course(request, code=form.cleaned_data["code"])


@by_code
def _to_course(request: ViewerRequest, code: str) -> HttpResponse:
    citizen_course(code)
    return redirect("follow_code", code=written(code))


@require_safe
@by_code
def course_page(request: ViewerRequest, code: str) -> HttpResponse:
    """Where the matter stands, in plain words."""
    return _course(request, code)


@require_POST
@by_code
def evaluate(request: ViewerRequest, code: str) -> HttpResponse:
    """Take the stars; again while the time lasts replaces them."""
    form = EvaluationForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            actions.evaluate_event(code, score=given["score"], text=given["text"], reasons=given["reasons"])
        except Invalid as failure:
            take_failure(form, failure)
        except Conflict as failure:
            return _course(request, code, said=failure.text.render(gettext), status=409)
        else:
            messages.success(request, gettext("Thank you. Your evaluation is noted."))
            return redirect("follow_code", code=code)
    return _course(request, code, evaluation=form, status=422)


@require_POST
@by_code
def reopen(request: ViewerRequest, code: str) -> HttpResponse:
    """Have the matter taken up again, with a reason."""
    form = ReopenForm(request.POST, request.FILES)
    files = _stored(request, form) if form.is_valid() else ()
    if form.is_valid():
        try:
            actions.reopen_by_code(code, reason=form.cleaned_data["reason"], files=files)
        except Invalid as failure:
            take_failure(form, failure)
        except Conflict as failure:
            return _course(request, code, said=failure.text.render(gettext), status=409)
        else:
            messages.success(request, gettext("It is taken up again. You will see here what happens."))
            return redirect("follow_code", code=code)
    return _course(request, code, reopening=form, status=422)


@require_POST
@by_code
def keep(request: ViewerRequest, code: str) -> HttpResponse:
    """Put the report into the account of who is signed in."""
    try:
        actions.keep_report(code, by=request.viewer)
    except Conflict as failure:
        return _course(request, code, said=failure.text.render(gettext), status=409)
    messages.success(request, gettext("It is among your reports now."))
    return redirect("follow_code", code=code)


def _stored(request: ViewerRequest, form: ReopenForm) -> tuple[str, ...]:
    """The photos sent with a form, taken in; what is wrong with one stands at the field."""
    sent: list[Upload] = form.cleaned_data["photos"]
    if len(sent) > MAX_PHOTOS:
        form.add_error("photos", gettext("At most %(most)s photos, please.") % {"most": MAX_PHOTOS})
        return ()
    stored: list[str] = []
    for upload in sent:
        try:
            stored.append(str(store_upload(upload, by=request.viewer, kinds=PHOTOS).uid))
        except Invalid as failure:
            form.add_error("photos", f"{upload.name}: {failure.text.render(gettext)}")
    return tuple(stored)


@require_safe
@by_code
def receipt_page(request: ViewerRequest, code: str) -> HttpResponse:
    """What one gets after reporting: number, code, its picture, what happens next."""
    course = citizen_course(code)
    shown: dict[str, object] = {"course": course, "city": course.jurisdiction, "code": written(code)}
    shown["has_public_list"] = has_public_list(course.jurisdiction)
    shown["sentence"] = _sentence(course)
    return render(request, "citizen/receipt.html", shown)


@require_safe
@by_code
def code_picture(request: ViewerRequest, code: str) -> HttpResponse:
    """The QR picture (SVG) of the course's address, for a telephone or a printed receipt."""
    citizen_course(code)
    address = request.build_absolute_uri(reverse("follow_code", kwargs={"code": code}))
    out = io.BytesIO()
    picture = segno.make(address, error="m", micro=False)
    picture.save(out, kind="svg", xmldecl=False, border=3, light="#fff", svgclass=None, lineclass=None, omitsize=True)
    return HttpResponse(out.getvalue(), content_type="image/svg+xml")


@require_safe
@by_code
def photo(request: ViewerRequest, code: str, uid: UUID) -> HttpResponse:
    """A photo of the report or of the result."""
    return file_response(request, photo_by_code(code, uid), is_small=request.GET.get("size") == "small")


def _course(
    request: ViewerRequest,
    code: str,
    *,
    evaluation: EvaluationForm | None = None,
    reopening: ReopenForm | None = None,
    said: str = "",
    status: int = 200,
) -> HttpResponse:
    course = citizen_course(code)
    known = {"score": course.seen.score, "text": course.said, "reasons": course.reasons} if course.seen.score else None
    is_open_to_words = course.evaluate_until is not None and now() <= course.evaluate_until
    with timezone.override(ZoneInfo(course.jurisdiction.time_zone)):
        shown = {
            "course": course,
            "seen": course.seen,
            "city": course.jurisdiction,
            "has_public_list": has_public_list(course.jurisdiction),
            "code": code,
            "title": status_title(course.seen.status),
            "sentence": _sentence(course),
            "steps": steps(course),
            "timeline": timeline(course),
            "photos": _gallery(code, course.photos, gettext("Photo of the report")),
            "results": _gallery(code, course.results, gettext("Photo of the result")),
            "may_say": is_open_to_words,
            "may_keep": may_keep(request.viewer, code),
            "evaluation": evaluation or EvaluationForm(initial=known),
            "reopening": reopening or ReopenForm(),
            "said": said,
        }
        return render(request, "citizen/course.html", shown, status=status)


def _sentence(course: CitizenCourse) -> str:
    seen = course.seen
    zone, is_rated = course.jurisdiction.time_zone, seen.score is not None
    return sentence(seen.status, seen.department, seen.due_at, seen.closed_at, zone, is_rated=is_rated)


def _gallery(code: str, files: tuple[FileView, ...], alt: str) -> list[dict[str, str]]:
    urls = [reverse("follow_photo", kwargs={"code": code, "uid": file.uid}) for file in files]
    return [{"url": url, "thumb_url": f"{url}?size=small", "alt": f"{alt} {n}"} for n, url in enumerate(urls, 1)]


def _asked(request: ViewerRequest, form: CodeForm, problem: str = "", status: int = 200) -> HttpResponse:
    return render(request, "citizen/follow.html", {"form": form, "problem": problem}, status=status)


def told_to_wait(request: ViewerRequest) -> str:
    """What is said to an address that has tried too many wrong codes; "" while it may try."""
    wait_s = signin.turn_wait("follow", request.client_address, most=MISSES)
    if not wait_s:
        return ""
    minutes = -(-wait_s // 60)
    return gettext("Too many wrong codes came from your connection. Please wait %(n)s minutes.") % {"n": minutes}
