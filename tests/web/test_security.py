"""What a hostile browser, page or programme may try: headers, redirects, markup, files, and input of every bad kind."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.web.addresses import Call, address, api_examples, operations, pages, read_examples, write_examples
from tests.web.world import ANYBODY, IN_GRID, World, build_world

pytestmark = pytest.mark.xdist_group("security")

MARKUP = "<script>alert(1)</script>\"'><img onerror=alert(2) src=x>"
LIVE = re.compile(rb"<script>alert|<img onerror|<img[^>]*onerror=alert|onerror=alert\(2\) src=x>")
OTHERS = re.compile(r"[a-z]+://([^ ;/]+)")
INLINE = re.compile(r"<[^>]+\s(?:style|on[a-z]+)\s*=", re.IGNORECASE)
SCRIPT = re.compile(r"<script(?P<attributes>[^>]*)>", re.IGNORECASE)
OUTSIDE = re.compile(
    r"""(?:src|href|action|srcset|poster|data)\s*=\s*["']\s*(?:https?:)?//(?P<host>[^/"'\s]+)""", re.IGNORECASE
)


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The two cities of the walk, in a transaction of the module's own."""
    from yiwang.domains.events.course import forget_rules
    from yiwang.engines.place.queries import forget_indexes

    with django_db_blocker.unblock(), transaction.atomic():
        cache.clear()
        forget_rules()
        forget_indexes()
        yield build_world(tmp_path_factory.mktemp("scenes"))
        transaction.set_rollback(True)
    cache.clear()
    forget_rules()
    forget_indexes()


@pytest.fixture(autouse=True)
def in_the_world(world: World, db: None, settings: Any) -> None:
    """Every test is rolled back to the world; nobody is limited while trying a thousand things."""
    settings.API_CALLS_A_MINUTE = 0
    cache.clear()


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is done is taken back."""
    block = transaction.atomic()
    block._from_testcase = True  # type: ignore[attr-defined]
    with block:
        yield
        transaction.set_rollback(True)


def as_role(world: World, role: str, **more: Any) -> Client:
    """A browser of somebody."""
    client = Client(raise_request_exception=False, REMOTE_ADDR=f"198.51.100.{hash(role) % 250}", **more)
    if role != ANYBODY:
        client.force_login(world.accounts[role], backend="django.contrib.auth.backends.ModelBackend")
    return client


def body_of(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def every_page(world: World) -> Iterator[tuple[str, str]]:
    """Name and address of every page, once (files and wrong examples excepted)."""
    examples = read_examples(world)
    for page in pages():
        calls = examples.get(page.name, []) if page.parameters else [Call()]
        for call in calls[:1]:
            yield page.name, address(page, call)


# Headers


PUBLIC_FACTS = {"base_map", "base_map_tile", "plate_code", "suggest_places", "place_at"}
"""The same for everybody: outlines, roads, addresses."""
LED_OUT = {"work_task": {"uri.amap.com", "api.map.baidu.com"}, "work_near": {"uri.amap.com", "api.map.baidu.com"}}
"""Links a person may follow to be led to a place; nothing is fetched from there."""


@pytest.mark.parametrize("role", ["supervisor", "citizen_a", ANYBODY])
def test_every_page_is_strict_about_what_it_runs_and_who_keeps_it(world: World, role: str) -> None:
    client = as_role(world, role)
    for name, url in every_page(world):
        answer = client.get(url)
        policy = answer["Content-Security-Policy"]
        assert "default-src 'none'" in policy, name
        assert "unsafe" not in policy, (name, policy)
        # the stream of the same host, on the next port, is all that may be reached besides
        origins = {found for part in policy.split(";") if "connect-src" not in part for found in OTHERS.findall(part)}
        assert not origins, (name, policy)
        assert set(OTHERS.findall(policy)) <= {"127.0.0.1:8001", "localhost:8001", "[::1]:8001"}, (name, policy)
        assert answer["X-Content-Type-Options"] == "nosniff", name
        assert "frame-ancestors 'none'" in policy or "sandbox" in policy, name
        assert answer["X-Frame-Options"] == "DENY", name
        assert answer["Referrer-Policy"] in ("same-origin", "no-referrer"), name
        if role != ANYBODY and answer.status_code == 200 and name not in PUBLIC_FACTS:
            assert "public" not in answer["Cache-Control"], name
            assert "private" in answer["Cache-Control"] or "no-store" in answer["Cache-Control"], name


def test_no_page_needs_what_the_policy_forbids_or_another_origin(world: World) -> None:
    client = as_role(world, "supervisor")
    for name, url in every_page(world):
        answer = client.get(url)
        if not answer["Content-Type"].startswith("text/html"):
            continue
        text = body_of(answer).decode()
        assert not (found := INLINE.search(text)), (name, found)
        for script in SCRIPT.finditer(text):
            is_data = 'type="application/json"' in script["attributes"]  # read by scripts, never run
            assert is_data or "src=" in script["attributes"] or "nonce=" in script["attributes"], (name, script[0])
        hosts = {found["host"] for found in OUTSIDE.finditer(text)}
        assert hosts <= {"testserver", "testserver:81", *LED_OUT.get(name, ())}, (name, hosts)


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(world: World, settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    account = world.accounts["leader"]
    account.set_password("a-Long-0ne-indeed")
    account.save()
    client = Client()
    answer = client.post("/sign-in", {"username": "leader", "password": "a-Long-0ne-indeed"})
    assert answer.status_code == 302
    assert answer.cookies["sessionid"]["httponly"] and answer.cookies["sessionid"]["samesite"] == "Lax"
    assert all(cookie["samesite"] in ("Lax", "Strict") for cookie in answer.cookies.values())
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    answer = Client().post("/sign-in", {"username": "leader", "password": "a-Long-0ne-indeed"})
    assert all(answer.cookies[name]["secure"] for name in ("sessionid", "django_language"))


ELSEWHERE = [
    *("https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil.example", "///evil.example"),
    *(
        "javascript:alert(1)",
        "http:evil.example",
        "https:\\\\evil.example",
        " https://evil.example",
        "\t//evil.example",
    ),
    *("/\r\nSet-Cookie: a=b", "/\x00", "//[::1"),
]


@pytest.mark.parametrize("wanted", ELSEWHERE)
def test_nobody_is_led_to_another_site(world: World, wanted: str) -> None:
    client = as_role(world, "supervisor")
    for answer in (
        client.get("/sign-in", {"next": wanted}),
        client.post("/language", {"language": "en", "next": wanted}),
        client.post("/language", {"language": "en"}, headers={"Referer": "https://evil.example/page"}),
        client.post("/work/batch/", {"verb": "accept", "next": wanted}),
    ):
        assert answer.status_code == 302
        location = answer["Location"]
        assert location.startswith("/") and not location.startswith(("//", "/\\")), location
        assert "evil" not in location and "\n" not in location and "Set-Cookie" not in answer
        assert "a" not in answer.cookies


def test_a_foreign_host_name_is_refused_and_not_repeated() -> None:
    answer = Client(raise_request_exception=False).get("/sign-in", headers={"host": "evil.example"})
    assert answer.status_code == 400
    assert b"evil.example" not in answer.content


# Files


@pytest.mark.parametrize("url", ["/report/yunxi/", "/sign-in", "/api/v1/events/reports"])
def test_a_hundred_megabytes_are_refused_before_they_are_read(world: World, url: str) -> None:
    class Unread(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            raise AssertionError("the body was read")

    client = Client()
    answer = client.generic(
        "POST",
        url,
        CONTENT_LENGTH=str(100 * 1024 * 1024),
        **{"wsgi.input": Unread()},
        content_type="multipart/form-data",
    )
    assert answer.status_code == 413


def bomb() -> bytes:
    """A small XLSX whose sheet unpacks to 300 MB."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w") as sheet:
            for _ in range(300):
                sheet.write(b"\0" * (1024 * 1024))
    return out.getvalue()


@pytest.fixture(scope="module")
def hostile_files() -> dict[str, bytes]:
    wide = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(wide, "PNG")
    return {
        "bomb.xlsx": bomb(),
        "wide.png": wide.getvalue(),
        "page.jpg": b"<html><script>alert(1)</script>",
        "cut.jpg": b"\xff\xd8\xff\xe0\x00\x10JFIF",
        "empty.jpg": b"",
        f"{MARKUP}.jpg": b"GIF89a",
    }


def test_hostile_files_are_refused_where_photos_come_in(world: World, hostile_files: dict[str, bytes]) -> None:
    number = world.events["roads"].number
    for name, content in hostile_files.items():
        for role, url, data in (
            (ANYBODY, "/report/yunxi/", {"text": "有坑", "submission": "0190b8a0-0000-7000-8000-0000000000ff"}),
            ("handler_roads", f"/events/{number}/handle/", {"result": "修好了"}),
        ):
            with undone():
                answer = as_role(world, role).post(url, data | {"photos": SimpleUploadedFile(name, content)})
            assert answer.status_code == 422, (name, url, answer.status_code)
            assert not LIVE.search(body_of(answer)), (name, url)


def test_a_spreadsheet_that_unpacks_without_end_is_refused(tmp_path: Any, hostile_files: dict[str, bytes]) -> None:
    from yiwang.engines.data.reader import open_rows
    from yiwang.kernel.errors import Invalid

    path = tmp_path / "bomb.xlsx"
    path.write_bytes(hostile_files["bomb.xlsx"])
    with pytest.raises(Invalid):
        list(open_rows(path))


# Markup


def test_markup_in_every_text_field_is_shown_and_never_run(world: World) -> None:
    """Through every form and operation, and in the titles scenes bring; then every page is looked at."""
    _plant_markup(world)
    for role in ("supervisor", "citizen_a"):
        client = as_role(world, role)
        seen = 0
        for page in pages():
            calls = read_examples(world).get(page.name, []) if page.parameters else [Call()]
            calls = (
                [*calls, Call(dict(calls[0].kwargs), "?q=" + MARKUP.replace("&", "%26").replace(" ", "+"))]
                if calls
                else []
            )
            for call in calls:
                answer = client.get(address(page, call))
                body = body_of(answer)
                seen += b"&lt;script&gt;alert(1)" in body
                if answer["Content-Type"].startswith("text/html"):
                    assert not LIVE.search(body), (role, page.name, call)
                else:
                    assert answer["X-Content-Type-Options"] == "nosniff"
        assert seen > 1, f"{role} saw no markup at all: the test plants nothing"


def _plant_markup(world: World) -> None:
    """Markup where people, officials, files and scenes put words."""
    from yiwang.base.areas.models import Area
    from yiwang.base.organisation.models import Department
    from yiwang.base.people.models import Account
    from yiwang.domains.events.course import forget_rules
    from yiwang.domains.events.models import Category, DuplicateLink, Evaluation, Event, EventEntry, Report
    from yiwang.engines.board.models import Board
    from yiwang.kernel.clock import now

    _send_markup(world)
    title = {"zh-Hans": MARKUP, "en": MARKUP}
    for model in (Category, Department, Area):
        model.objects.filter().update(title=title)  # type: ignore[attr-defined]
    Account.objects.update(display_name=MARKUP)
    Event.objects.update(title=MARKUP, text=MARKUP, address_text=MARKUP, grid_code=MARKUP[:40], is_public=True)
    Report.objects.update(text=MARKUP, address_text=MARKUP, source_name=MARKUP[:60], external_id="")
    for report in Report.objects.all():
        report.reporter_name, report.extra = MARKUP, {MARKUP: MARKUP}
        report.save()
    EventEntry.objects.update(text=MARKUP, by_name=MARKUP)
    Evaluation.objects.update(text=MARKUP)
    one, other = Event.objects.order_by("id")[:2]
    DuplicateLink.objects.create(event=other, other=one, score=0.7, reasons=[{"msgid": MARKUP}], at=now())
    for board in Board.objects.all():
        text = (
            json.dumps(board.body).replace("今日", MARKUP.replace('"', "'")).replace("Today", MARKUP.replace('"', "'"))
        )
        board.body = json.loads(text)
        board.save()
    forget_rules()
    cache.clear()


def _send_markup(world: World) -> None:
    """Every writing example with markup in every text."""
    for page in pages():
        for call in write_examples(world).get(page.name, ()):
            data = {k: MARKUP if isinstance(v, str) and not _is_fixed(k) else v for k, v in call.data.items()}
            for role in ("supervisor", "handler_roads", ANYBODY):
                with undone():
                    answer = as_role(world, role).post(address(page, call), data)
                assert answer.status_code < 500, (page.name, answer.status_code, answer.exc_info)
                if answer["Content-Type"].startswith("text/html"):
                    assert not LIVE.search(body_of(answer)), (page.name, call)


def _is_fixed(name: str) -> bool:
    return name in ("submission", "department", "is_passed", "place", "source", "language")


# Input of every bad kind

FIELDS = ("next", "kept", "drop", "lon", "lat", "occurred_at", "address", "area", "category", "urgency", "minutes")


def _kept_apart(call: Call, value: Any) -> dict[str, Any]:
    """Half of the time what picks the branch stays right, so that the rest is looked at."""
    return {k: v for k, v in call.data.items() if _is_fixed(k)} if len(str(value)) % 2 else {}


NASTY: list[Any] = [
    *(
        "",
        " ",
        "\x00",
        "a\x00b",
        "\ud800",
        "\udfff x",
        "\u202e反",
        "💥" * 50,
        "'; DROP TABLE events_event; --",
        "%",
        "_",
    ),
    *("-1", "0", "9" * 40, "-" + "9" * 40, "1e400", "NaN", "Infinity", "0x1f", "１２", "1,5", "../../etc/passwd"),
    *("0001-01-01", "9999-12-31T23:59:59", "2026-02-30", "2026-13-01", "10000-01-01", "0000-00-00T00:00"),
    *("A" * 100_000, "字" * 6_000, '"', "\\", "' OR 1=1 --", "{{7*7}}", "${x}", "(((((", "!", "a & | b", "\n\r\t"),
    *(None, True, -1, 10**30, -(10**30), 1.5, [], {}, [[]], {"a": {"b": []}}, ["x"] * 50),
    *("YW-E000000000000000000000000000009", "YW-E-1", "YW-E９", "W10", "Wzk5OTk5OTk5OTk5OTk5OTk5OSwxXQ", "~", "~~"),
    *("WyIyMDI2LTAxLTAxVDAwOjAwOjAwKzAwOjAwIiwgMTAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwXQ", "180,90,-180,-90"),
    *("WyIwMDAxLTAxLTAxVDAwOjAwOjAwKzE0OjAwIiwgMV0", "nan,nan,nan,nan", "WyIyMDI2LTAxLTAxVDAwOjAwOjAwIiwgMV0"),
    *("20260101T000000.0-99999999999999999999999", "00010101T000000.0-1", "1e308,0,1,1"),
]
ASKED = (
    *("q", "state", "place", "category", "area", "department", "urgency", "source", "since", "until", "sort", "cursor"),
    *(
        "show",
        "after",
        "bbox",
        "text",
        "lon",
        "lat",
        "address",
        "tab",
        "look",
        "tile",
        "tiles",
        "size",
        "next",
        "before",
    ),
    *("jurisdiction", "order", "limit", "level", "drop", "kept", "page"),
)
nasty = st.sampled_from(NASTY) | st.text(max_size=40) | st.integers() | st.floats()
TRIES = settings(
    max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), database=None
)


def written(value: Any) -> str:
    """A value as an address or a form carries it; lone surrogates become bytes that are no UTF-8."""
    text = value if isinstance(value, str) else json.dumps(value)
    return "".join(f"%{byte:02x}" for byte in text.encode("utf-8", "surrogatepass"))


def sent(fields: Mapping[str, Any]) -> str:
    return "&".join(f"{name}={written(value)}" for name, value in fields.items())


def assert_answered(answer: Any, what: object) -> None:
    """Never a failure of ours: that would be 500 (503 is what the database's own complaints become)."""
    assert answer.status_code < 500, (what, answer.status_code, getattr(answer, "exc_info", None))


@pytest.fixture(scope="module")
def trying(world: World, django_db_blocker: Any) -> Callable[[str], Client]:
    clients: dict[str, Client] = {}

    def of(role: str) -> Client:
        if role not in clients:
            clients[role] = as_role(world, role)
        return clients[role]

    return of


@pytest.fixture(scope="module")
def lists(world: World) -> list[str]:
    """Addresses that read what stands behind their question mark."""
    api = ["/api/v1/events/"]
    boards = ["/boards/yunxi/city/tiles", "/boards/yunxi/city/", "/public/yunxi/", "/report/yunxi/"]
    plain = [address(page, Call()) for page in pages() if not page.parameters and page.name != "health"]
    return [*plain, *api, *boards]


def test_no_query_string_breaks_a_page(
    world: World, lists: list[str], trying: Callable[[str], Client], size: Callable[[int, int], int]
) -> None:
    client, one_in = trying("supervisor"), size(12, 4)
    for n, value in enumerate(NASTY):
        for url in lists[n % one_in :: one_in]:
            asked = dict.fromkeys(ASKED[(n + len(url)) % 2 :: 2], value)
            with undone():
                answer = client.get(f"{url}?{sent(asked)}"[:60_000])
                body_of(answer)
            assert_answered(answer, (url, value))


def test_no_filter_breaks_a_list(world: World, trying: Callable[[str], Client]) -> None:
    client = trying("supervisor")
    urls = ["/events/", "/events/map/list", "/events/newer", "/search/", "/work/", "/api/v1/events/", "/events/map/"]

    @TRIES
    @given(st.sampled_from(urls), st.dictionaries(st.sampled_from(ASKED), nasty, min_size=1, max_size=4))
    def ask(url: str, asked: dict[str, Any]) -> None:
        with undone():
            answer = client.get(f"{url}?{sent(asked)}"[:60_000])
        assert_answered(answer, (url, asked))

    ask()


def test_bytes_that_are_no_text_break_nothing(world: World, trying: Callable[[str], Client]) -> None:
    client = trying("supervisor")
    for url in (
        "/events/?q=%ff%fe",
        "/search?q=%c3%28",
        "/events/%ff/",
        "/follow/%ff%00",
        "/report/photos/%00",
        "/%00",
    ):
        assert_answered(client.get(url), url)
    for content_type in ("application/x-www-form-urlencoded", "application/x-www-form-urlencoded; charset=utf-16"):
        for url in ("/sign-in", "/report/yunxi/", "/follow/", "/events/new/"):
            assert_answered(client.generic("POST", url, b"text=%ff&code=\xff\xfe", content_type=content_type), url)
    assert_answered(client.post("/report/yunxi/", b"nonsense", content_type="multipart/form-data"), "no boundary")
    assert_answered(client.post("/report/yunxi/", b"--x\r\nbad", content_type="multipart/form-data; boundary=x"), "cut")


@pytest.mark.parametrize("role", ["supervisor", "handler_roads"])
def test_no_form_breaks_on_what_stands_in_its_fields(
    world: World, role: str, trying: Callable[[str], Client], size: Callable[[int, int], int]
) -> None:
    client = trying(role)
    examples = [(page, call) for page in pages() for call in write_examples(world).get(page.name, ())[: size(6, 14)]]
    wrong = NASTY[:: size(12, 6)] if role == "supervisor" else NASTY[1 :: size(18, 9)]
    for page, call in examples:
        for value in wrong:
            data = dict.fromkeys([*call.data, *FIELDS], value) | _kept_apart(call, value)
            with undone():
                answer = client.post(address(page, call), sent(data), content_type="application/x-www-form-urlencoded")
            assert_answered(answer, (page.name, call.kwargs, value))
        client = trying(role) if page.name != "sign_out" else as_role(world, role)


@pytest.mark.parametrize("at", ["0001-01-01T00:00", "9999-12-31T23:59", "1700-01-01T00:00", "2026-03-08T02:30"])
def test_a_time_no_clock_shows_is_refused_beside_its_field(world: World, at: str) -> None:
    for role, url, name in (("operator", "/events/new/", "new_event"), (ANYBODY, "/report/yunxi/", "report_in")):
        data = dict(write_examples(world)[name][0].data) | {"occurred_at": at}
        with undone():
            answer = as_role(world, role).post(url, data)
        assert answer.status_code == (302 if at.startswith("2026") else 422), (url, at, answer.status_code)


def test_no_body_breaks_the_api(world: World) -> None:
    told = api_examples(world)
    writing = [(name, route) for name, (method, route) in operations().items() if method != "get"]
    tokens = {"Authorization": f"Bearer {world.tokens['supervisor']}"}
    client = Client(raise_request_exception=False)

    @TRIES
    @given(st.data())
    def send(data: st.DataObject) -> None:
        name, route = data.draw(st.sampled_from(writing))
        call = told[name][0]
        body: Any = dict(call.data)
        for field in data.draw(st.sets(st.sampled_from([*body, "lon", "lat", "occurred_at", "submission", "minutes"]))):
            body[field] = data.draw(nasty)
        body = data.draw(st.sampled_from([body, body, body, body, [body], None, "x"]))
        with undone():
            answer = client.post(
                route.format(**call.kwargs), json.dumps(body), content_type="application/json", headers=tokens
            )
        assert_answered(answer, (name, body))
        assert answer["Content-Type"].startswith("application/json") or answer.status_code == 204

    send()


def test_a_text_with_a_nul_is_refused_at_its_field(world: World) -> None:
    call = api_examples(world)["events_http_report"][0]
    tokens = {"Authorization": f"Bearer {world.tokens['supervisor']}"}
    for field in ("jurisdiction", "text"):
        answer = Client().post(
            "/api/v1/events/reports", dict(call.data) | {field: "a\0b"}, content_type="application/json", headers=tokens
        )
        assert (answer.status_code, list(answer.json()["fields"])) == (422, [field])
    answer = Client().get("/api/v1/events/", {"text": "a\0b"}, headers=tokens)
    assert answer.status_code == 422


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b'{"a":' * 5_000, b'"\\ud800"', b"[" * 50_000, b"nul", b"1e999"])
def test_a_body_that_is_no_json_is_a_clear_refusal(world: World, body: bytes) -> None:
    tokens = {"Authorization": f"Bearer {world.tokens['supervisor']}"}
    client = Client(raise_request_exception=False)
    answer = client.post("/api/v1/events/reports", body, content_type="application/json", headers=tokens)
    assert 400 <= answer.status_code < 500
    assert answer.json()["message"]


@pytest.mark.parametrize("token", ["", "x", "yw_" + "A" * 10_000, "\x00", "é", "' OR 1=1 --"])
def test_a_token_that_is_none_is_refused(token: str) -> None:
    answer = Client(raise_request_exception=False).get("/api/v1/events/", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code in (401, 403)


# Twice


def test_what_is_sent_twice_is_done_once(world: World) -> None:
    from yiwang.domains.events.models import Event

    before = Event.objects.count()
    data = {"text": "湖滨路有个大坑", "submission": "0190b8a0-0000-7000-8000-0000000000aa", "website": ""}
    first, second = (as_role(world, ANYBODY).post("/report/yunxi/", data) for _ in range(2))
    assert first.status_code == second.status_code == 302
    assert first["Location"] == second["Location"]
    assert Event.objects.count() == before + 1
    number = world.events["roads"].number
    handler = as_role(world, "handler_roads")
    answers = [handler.post(f"/events/{number}/handle/", {"result": "修好了"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 409]


def test_a_place_of_the_map_is_not_taken_for_another(world: World) -> None:
    """Coordinates outside the city or swapped are refused or put right, never stored as they are."""
    from yiwang.domains.events.models import Event

    base = {"text": "有坑", "website": ""}
    data = base | {"submission": "0190b8a0-0000-7000-8000-0000000000bb", "lon": "2.35", "lat": "48.85"}
    assert as_role(world, ANYBODY).post("/report/yunxi/", data).status_code == 422
    data = base | {"submission": "0190b8a0-0000-7000-8000-0000000000cc", "lon": IN_GRID["lat"], "lat": IN_GRID["lon"]}
    assert as_role(world, ANYBODY).post("/report/yunxi/", data).status_code in (302, 422)
    assert not Event.objects.filter(lon__lt=100).exists()
