"""The design system keeps its promises: every component is shown, colours are legible, pages obey the strict policy."""

from __future__ import annotations

import itertools
import json
import math
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django import forms
from django.template import Context, RequestContext, Template
from django.test import Client, RequestFactory
from django.utils import translation

from yiwang.kernel import clock
from yiwang.kernel.text import Text
from yiwang.web.shell import clocks, navigation, pages, tones
from yiwang.web.shell.templatetags import ui

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "templates"
STATIC = ROOT / "assets" / "static"
PAGES = ("/design", "/design/citizen", "/design/citizen?urgency=no", "/design/wall")


def css_tokens(name: str = "tokens.css") -> dict[str, tuple[str, str]]:
    """Colour tokens of a sheet → (light, dark)."""
    text = (STATIC / "css" / name).read_text(encoding="utf-8")
    both = re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", text)
    return {token: (light, dark) for token, light, dark in both}


def linear(colour: str) -> list[float]:
    values = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in values]


def contrast(one: str, other: str) -> float:
    """WCAG 2.2 contrast ratio."""
    low, high = sorted(
        sum(w * v for w, v in zip((0.2126, 0.7152, 0.0722), linear(c), strict=True)) for c in (one, other)
    )
    return (high + 0.05) / (low + 0.05)


# Machado, Oliveira, Fernandes 2009: full-severity colour vision deficiencies, on linear RGB
VISIONS = {
    "usual": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}


def seen(colour: str, vision: str) -> tuple[float, float, float]:
    """CIELAB (D65) of a colour as somebody with that vision sees it."""
    rgb = [min(1.0, max(0.0, sum(a * b for a, b in zip(row, linear(colour), strict=True)))) for row in VISIONS[vision]]
    to_xyz = ((0.4124564, 0.3575761, 0.1804375), (0.2126729, 0.7151522, 0.0721750), (0.0193339, 0.1191920, 0.9503041))
    white = (0.95047, 1.0, 1.08883)
    x, y, z = (sum(a * b for a, b in zip(row, rgb, strict=True)) / w for row, w in zip(to_xyz, white, strict=True))
    fx, fy, fz = (t ** (1 / 3) if t > 216 / 24389 else (24389 / 27 * t + 16) / 116 for t in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_design_pages_answer_in_both_languages(client: Client, path: str, language: str) -> None:
    answer = client.get(path, headers={"Accept-Language": language})
    assert answer.status_code == 200
    assert f'lang="{"zh-Hans" if language == "zh-hans" else "en"}"' in answer.content.decode()


@pytest.mark.django_db
def test_every_component_is_shown_on_the_living_pages(client: Client) -> None:
    shown = {t.name for path in PAGES for t in client.get(path).templates}
    written = {f"components/{p.name}" for p in (TEMPLATES / "components").glob("*.html")}
    # messages.html is included by both shells, so it counts as shown although it is empty here
    assert written - shown == set()


@pytest.mark.django_db
def test_the_theme_cookie_is_written_into_the_page_so_nothing_flashes(client: Client) -> None:
    client.cookies["theme"] = "dark"
    client.cookies["density"] = "no such density"
    page = client.get("/design").content.decode()
    assert 'data-theme="dark"' in page
    assert 'data-density="comfortable"' in page


def test_a_citizens_page_with_its_sheet_stays_below_20_kb(client: Client) -> None:
    page = len(client.get("/design/citizen").content)
    weight = page + sum((STATIC / name).stat().st_size for name in ("css/citizen.css", "mark.svg"))
    assert weight <= 20_000


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_text_is_legible_on_every_surface_in_both_themes(theme: int) -> None:
    token = {name: pair[theme] for name, pair in css_tokens().items()}
    pairs = list(
        itertools.product(
            ["text", "text-muted", "text-faint", "accent-text"],
            ["surface-page", "surface", "surface-raised", "surface-sunken"],
        )
    )
    pairs += [(f"{tone}-text", f"{tone}-soft") for tone in tones.TONES]
    pairs += [(f"{tone}-text", "surface") for tone in tones.TONES]
    faint = {(a, b): round(contrast(token[a], token[b]), 2) for a, b in pairs if contrast(token[a], token[b]) < 4.5}
    on_solid = {
        t: round(contrast("#ffffff", token[f"{t}-solid"]), 2)
        for t in tones.TONES
        if contrast("#ffffff", token[f"{t}-solid"]) < 4.5
    }
    assert faint == {}
    assert on_solid == {}
    assert contrast("#ffffff", token["accent"]) >= 4.5
    assert contrast(token["line-strong"], token["surface-raised"]) >= 3  # borders of controls, WCAG 1.4.11
    assert contrast(token["focus"], token["surface"]) >= 3


@pytest.mark.parametrize("vision", VISIONS)
@pytest.mark.parametrize("palette", ["light", "dark", "wall"])
def test_data_colours_stay_apart_whoever_looks(palette: str, vision: str) -> None:
    if palette == "wall":
        colours = re.findall(r"--data-\d: (#\w{6})", (STATIC / "css" / "wall.css").read_text(encoding="utf-8"))
    else:
        colours = [css_tokens()[f"data-{n}"][palette == "dark"] for n in range(1, 9)]
    assert len(colours) == 8
    nearest = min(math.dist(seen(a, vision), seen(b, vision)) for a, b in itertools.combinations(colours, 2))
    assert nearest >= 15


def test_no_template_breaks_the_content_policy() -> None:
    forbidden = re.compile(
        r"<style|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|<script(?![^>]*(?:src=|nonce=))|javascript:|//cdn", re.IGNORECASE
    )
    found = [
        f"{p.relative_to(ROOT)}: {m[0]}"
        for p in TEMPLATES.rglob("*.html")
        for m in forbidden.finditer(p.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_every_icon_named_in_a_template_is_in_the_sprite() -> None:
    drawn = set(ui.icon_names())
    named = {
        (name, str(p.relative_to(ROOT)))
        for p in TEMPLATES.rglob("*.html")
        for name in re.findall(r'(?:\{% icon |icon=|icon\|default:)"([\w-]+)"', p.read_text(encoding="utf-8"))
    }
    assert len(drawn) >= 40
    assert {one for one in named if one[0] not in drawn} == set()


def test_scripts_are_short_modules_that_import_only_mapped_names() -> None:
    page = Template("{% import_map %}").render(Context({"request": RequestFactory().get("/")}))
    imports = json.loads(page[page.index(">") + 1 : page.rindex("<")])["imports"]
    for path in (STATIC / "js").glob("*.js"):
        text = path.read_text(encoding="utf-8")
        assert len(text.splitlines()) < 200, path.name
        assert f"yiwang/{path.stem}" in imports
        assert set(re.findall(r'(?:from|import\(?)\s*"([^"]+)"', text)) <= set(imports), path.name
        assert not re.search(r"\beval\(|innerHTML|insertAdjacentHTML|new Function", text), path.name


def test_addresses_of_static_files_change_with_their_content() -> None:
    html = render("{% static 'css/base.css' %} {% static 'no-such-file.css' %} {% icon 'bell' %}")
    assert re.search(r"/static/css/base\.css\?v=[0-9a-f]{8} /static/no-such-file\.css ", html)
    assert re.search(r'icons\.svg\?v=[0-9a-f]{8}#bell"', html)


class Feedback(forms.Form):
    """A small form."""

    name = forms.CharField(label="Name", max_length=20, help_text="As on your card")
    kind = forms.ChoiceField(label="Kind", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    text = forms.CharField(label="Text", max_length=300, widget=forms.Textarea, required=False)


def render(source: str, **values: object) -> str:
    return Template(source).render(RequestContext(RequestFactory().get("/?sort=title&page=2"), values))


def test_a_refused_field_names_its_error_and_hint_to_a_screen_reader() -> None:
    html = render('{% part "field" field=form.name %}', form=Feedback({"name": ""}))
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_name_error id_name_hint"' in html
    assert 'id="id_name_error"' in html and 'id="id_name_hint"' in html


def test_the_error_summary_leads_to_each_field() -> None:
    html = render('{% part "error_summary" form=form %}', form=Feedback({}))
    assert 'href="#id_name"' in html and 'href="#id_kind' in html
    assert render('{% part "error_summary" form=form %}', form=Feedback({"name": "x", "kind": "a"})).strip() == ""


def test_markup_in_what_people_wrote_is_shown_as_text() -> None:
    story = [{"title": "<b>x</b>", "body": "<script>alert(1)</script>", "by": "<i>"}]
    html = render(
        '{% part "timeline" entries=story %}{% part "empty" title=t %}{% part "facts" facts=facts %}',
        story=story,
        t="<u>",
        facts=[("<a>", "<p>")],
    )
    assert "<script" not in html and "<b>" not in html and "<u>" not in html and "<a>" not in html


def test_a_part_sees_only_what_it_is_given() -> None:
    html = render('{% part "button" label="Go" %}', url="/elsewhere", form="stray", icon="bell")
    assert "elsewhere" not in html and "stray" not in html and "<svg" not in html


def test_sorting_keeps_the_other_filters_and_turns_round() -> None:
    html = render('{% part "sort_header" title="Title" field="title" %}')
    assert 'aria-sort="ascending"' in html
    assert "sort=-title" in html and "page=2" in html


@pytest.mark.parametrize(
    ("hours", "is_closed", "words"),
    [(1, True, "Done in time"), (1, False, "Handled in time"), (-2, False, "Handled 2 hours late")],
)
def test_what_still_waits_for_its_check_is_handled_not_done(hours: int, is_closed: bool, words: str) -> None:
    at = datetime(2026, 5, 4, 8, tzinfo=UTC)
    with translation.override("en"):
        face = clocks.face(at + timedelta(hours=hours), finished_at=at, is_closed=is_closed)
    assert face.words == words


@pytest.mark.parametrize(
    ("hours_left", "known", "state"),
    [
        (50, {}, "on_time"),
        (5, {}, "warning"),
        (-3, {}, "overdue"),
        (5, {"held_since": -1}, "held"),
        (5, {"finished_at": -2}, "met"),
        (-5, {"finished_at": -2}, "missed"),
    ],
)
def test_a_clock_shows_its_state(hours_left: int, known: dict[str, int], state: str) -> None:
    at = datetime(2026, 5, 4, 8, tzinfo=UTC)
    with clock.frozen(at):
        times = {name: at + timedelta(hours=hours) for name, hours in known.items()}
        face = clocks.face(at + timedelta(hours=hours_left), started_at=at - timedelta(hours=48), **times)  # type: ignore[arg-type]
    assert face.state == state
    assert 0 <= face.percent <= 100


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (30, "less than a minute"),
        (60, "1 minute"),
        (3 * 3600 + 120, "3 hours 2 minutes"),
        (2 * 86400 + 300, "2 days"),
        (90_000, "1 day 1 hour"),
    ],
)
def test_lengths_of_time_are_said_in_two_units(seconds: int, words: str) -> None:
    with translation.override("en"):
        assert clocks.duration(seconds) == words


def test_moments_are_said_as_people_say_them() -> None:
    with clock.frozen(datetime(2026, 5, 4, 8, tzinfo=UTC)), translation.override("en"):
        assert ">today 16:20<" in ui.moment(datetime(2026, 5, 4, 8, 20, tzinfo=UTC))
        assert ">yesterday 07:00<" in ui.moment(datetime(2026, 5, 2, 23, tzinfo=UTC))
        assert "2024" in ui.moment(datetime(2024, 5, 2, 23, tzinfo=UTC))
        assert ">today 04:20<" in ui.moment(datetime(2026, 5, 4, 8, 20, tzinfo=UTC), zone="America/New_York")


def test_initials_follow_the_script_of_the_name() -> None:
    assert [ui.initials(name) for name in ("赵明", "Ada Okafor", "lin", "")] == ["赵", "AO", "L", "?"]


class Reader:
    """A viewer with one right."""

    def may(self, permission: str) -> bool:
        return permission == "events.read"


@pytest.fixture
def entries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(navigation, "_entries", {})
    navigation.register_navigation(
        "language", Text("Language"), "set_language", "map", "events.read", 2, count=lambda viewer: 3
    )
    navigation.register_navigation("design", Text("Design system"), "design", "grid", "", 1)
    navigation.register_navigation("wall", Text("Wall"), "design_wall", "board", "", 3)
    navigation.register_navigation("secret", Text("Secret"), "design", "lock", "secrets.read", 4)
    navigation.register_navigation("gone", Text("Gone"), "no_such_page", "lock", "", 5)


@pytest.mark.usefixtures("entries")
def test_navigation_offers_what_exists_and_is_allowed_and_marks_the_nearest() -> None:
    request = RequestFactory().get("/design/wall/7")
    request.viewer = Reader()  # type: ignore[attr-defined]
    links = navigation.navigation(request)
    assert [link.code for link in links] == ["design", "language", "wall"]
    assert [link.code for link in links if link.is_current] == ["wall"]
    assert [link.count for link in links] == [0, 3, 0]


@pytest.mark.usefixtures("entries")
def test_navigation_without_a_viewer_keeps_what_needs_a_right_to_itself() -> None:
    assert "language" not in {link.code for link in navigation.navigation(RequestFactory().get("/"))}


@pytest.mark.parametrize("status", pages.FACES)
def test_error_pages_keep_their_status_and_say_what_happened(status: int) -> None:
    request = RequestFactory().get("/x")
    answer = pages.error_page(request, status, "Because <b>of this</b>")
    assert answer.status_code == status
    assert "Because &lt;b&gt;of this&lt;/b&gt;" in answer.content.decode()


def test_an_htmx_request_gets_only_the_message() -> None:
    answer = pages.error_page(RequestFactory().get("/x", headers={"HX-Request": "true"}), 409, "Too late")
    assert "<html" not in answer.content.decode()
    assert "Too late" in answer.content.decode()


def test_a_tone_without_colours_is_refused() -> None:
    with pytest.raises(ValueError, match="pink"):
        tones.register_tones({"new": "pink"})
    assert tones.tone_of("no such status") == "neutral"
