"""Template tags and filters of the design system; built in, so templates need no `{% load %}`.

`{% icon "bell" %}` · `{% part "status" status=… %}` · `{% ui "card" title=… %}…{% endui %}` · `{% control field %}` ·
`{% moment at %}` · `{% clock due_at %}` · `{% import_map %}` · `seconds|duration` · `code|tone` · `name|initials` ·
`title|in_language`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django import forms, template
from django.conf import settings
from django.contrib.staticfiles import finders
from django.forms.boundfield import BoundField
from django.template import Context
from django.template.loader import get_template
from django.templatetags.static import static
from django.utils import dateformat
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, pgettext

from yiwang.kernel import clock as kernel_clock
from yiwang.kernel.text import Text
from yiwang.kernel.titles import pick
from yiwang.web.shell import clocks
from yiwang.web.shell.tones import tone_of

register = template.Library()

# import map name → file below the static root; browser libraries come from npm (see tools/)
VENDOR = {
    "htmx": "vendor/htmx.org/htmx.esm.min.js",
    "echarts": "vendor/echarts/echarts.esm.min.js",
    "maplibre": "vendor/maplibre-gl/maplibre-gl.mjs",
}


@register.simple_tag
def icon(name: str, label: str = "", css: str = "", inline: bool = False) -> SafeString:
    """An icon of the sprite; `label` when it stands alone, `inline` writes its path into a page without the sprite."""
    return _drawn(name, str(label) if label else "", css, inline)


@lru_cache(maxsize=2048, typed=True)
def _drawn(name: str, label: str, css: str, inline: bool) -> SafeString:
    """A page draws forty, always the same; a safe string is another than the same letters to be escaped."""
    naming: SafeString = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    if inline:
        shape = mark_safe(_symbols().get(name, ""))  # noqa: S308 - our own file
        return format_html('<svg class="icon {}" viewBox="0 0 24 24" {}>{}</svg>', css, naming, shape)
    source = f"{static('icons.svg')}#{name}"
    return format_html('<svg class="icon {}" {}><use href="{}"></use></svg>', css, naming, source)


@lru_cache
def _symbols() -> dict[str, str]:
    found = finders.find("icons.svg")
    if not isinstance(found, str):
        return {}
    text = Path(found).read_text(encoding="utf-8")
    return dict(re.findall(r'<symbol id="([\w-]+)"[^>]*>(.*?)</symbol>', text))


def icon_names() -> list[str]:
    """All icons of the sprite, in its order (shown on the design page)."""
    return list(_symbols())


@register.simple_block_tag(takes_context=True, name="ui", end_name="endui")
def ui(context: Context, content: str, component: str, **values: Any) -> SafeString:
    """A component with content: `{% ui "card" title=… %}…{% endui %}` renders `components/card.html`."""
    return _component(context, component, {**values, "content": content})


@register.simple_tag(takes_context=True)
def part(context: Context, component: str, **values: Any) -> SafeString:
    """A component without content: `{% part "status" status=… label=… %}`.

    Unlike `{% include %}` it sees only the values it is given: a page's own `title` or `url` cannot stray into it.
    """
    return _component(context, component, values)


def _component(context: Context, component: str, values: Mapping[str, Any]) -> SafeString:
    request = context.get("request")
    inner = Context({"request": request, "shell": context.get("shell"), **values})
    inner.request = request  # type: ignore[attr-defined]  # where Django's {% querystring %} looks
    drawn: str = get_template(f"components/{component}.html").template.render(inner)  # type: ignore[attr-defined]
    return mark_safe(drawn)  # noqa: S308 - a rendered template, escaped where it was written


@register.filter
def kind(field: BoundField) -> str:
    """How `components/field.html` draws a field: input, textarea, select, checkbox, choices, upload or hidden."""
    widget = field.field.widget
    if widget.is_hidden:
        return "hidden"
    if isinstance(widget, forms.CheckboxInput):
        return "checkbox"
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "choices"
    if isinstance(widget, forms.FileInput):
        return "upload"
    if isinstance(widget, forms.Select):
        return "select"
    return "textarea" if isinstance(widget, forms.Textarea) else "input"


@register.simple_tag
def control(field: BoundField, css: str = "input", **attributes: str) -> SafeString:
    """A form field's control with its class, its error state and the ids of what describes it."""
    attrs: dict[str, Any] = dict(attributes)
    if css:
        attrs["class"] = f"{css} {field.field.widget.attrs.get('class', '')}".strip()
    described = [f"{field.auto_id}_{part}" for part, has in (("error", field.errors), ("hint", field.help_text)) if has]
    if described:
        attrs["aria-describedby"] = " ".join(described)
    if field.errors:
        attrs["aria-invalid"] = "true"
    return field.as_widget(attrs=attrs)


@register.filter
def option_hint(field: BoundField, value: str) -> str:
    """The hint of one choice, from the widget's `hints` mapping (value → text), if it has one."""
    hints: Mapping[str, Any] = getattr(field.field.widget, "hints", {})
    return str(hints.get(str(value), ""))


@register.simple_tag
def moment(at: datetime | date | None, style: str = "short", zone: str = "") -> SafeString:
    """A time as people say it (`today 16:20`), exactly in `datetime` and title; styles: short, long, day, clock."""
    if at is None:
        return mark_safe('<span class="faint">—</span>')
    if not isinstance(at, datetime):
        return format_html('<time datetime="{}">{}</time>', at.isoformat(), _day(at, with_year=True))
    local = at.astimezone(ZoneInfo(zone or settings.DISPLAY_TIME_ZONE))
    exact = local.strftime("%Y-%m-%d %H:%M:%S")
    words = {"long": exact, "clock": local.strftime("%H:%M")}.get(style) or _spoken(local, style == "day")
    return format_html('<time datetime="{}" title="{}">{}</time>', at.isoformat(), exact, words)


def _spoken(local: datetime, only_day: bool) -> str:
    today = kernel_clock.now().astimezone(local.tzinfo).date()
    days = {
        today: gettext("today"),
        today - timedelta(days=1): gettext("yesterday"),
        today + timedelta(days=1): gettext("tomorrow"),
    }
    day = days.get(local.date()) or _day(local.date(), with_year=local.year != today.year)
    return day if only_day else f"{day} {local:%H:%M}"


def _day(day: date, *, with_year: bool) -> str:
    pattern = pgettext("date pattern with year", "j M Y") if with_year else pgettext("date pattern", "j M")
    return dateformat.format(day, pattern)


@register.filter
def duration(seconds: float | None) -> str:
    """Seconds as `2 days 3 hours`; "" for None."""
    return "" if seconds is None else clocks.duration(seconds)


@register.inclusion_tag("components/clock.html")
def clock(due_at: datetime | None, is_wide: bool = False, **known: Any) -> dict[str, Any]:
    """A deadline with its bar; takes what `yiwang.web.shell.clocks.face` takes."""
    return {"clock": clocks.face(due_at, **known), "is_wide": is_wide}


@register.filter
def tone(code: str) -> str:
    """The colour name of a status, urgency or message level; neutral when unknown."""
    return tone_of(str(code))


@register.filter
def initials(name: str) -> str:
    """What an avatar shows: the last character of a Chinese name's family part, else up to two initials."""
    name = str(name or "").strip()
    if not name:
        return "?"
    if ord(name[0]) > 0x2E80:
        return name[0]
    return "".join(part[0] for part in name.split()[:2]).upper()


@register.filter
def in_language(title: Mapping[str, str] | str | None) -> str:
    """A `{zh-Hans: …, en: …}` label in the reader's language; plain text stays as it is."""
    if not title:
        return ""
    return title if isinstance(title, str) else pick(title, get_language() or settings.LANGUAGE_CODE)


@register.filter
def worded(text: Text) -> str:
    """A kernel `Text` in the reader's language."""
    return text.render(gettext)


@register.simple_tag(takes_context=True)
def import_map(context: Context, *only: str) -> SafeString:
    """The import map with the page's CSP nonce: our modules as `yiwang/<name>`, the libraries by their plain names.

    With names (`{% import_map "yiwang/citymap" "maplibre" %}`) only those, for pages that must stay light.
    """
    nonce = getattr(context.get("request"), "csp_nonce", "")
    return format_html('<script type="importmap" nonce="{}">{}</script>', nonce, mark_safe(_import_map(only)))  # noqa: S308 - our own names


@lru_cache
def _import_map(only: tuple[str, ...] = ()) -> str:
    root = finders.find("js/app.js")
    ours = sorted(Path(root).parent.glob("*.js")) if isinstance(root, str) else []
    imports = {f"yiwang/{path.stem}": static(f"js/{path.name}") for path in ours}
    imports |= {name: static(path) for name, path in VENDOR.items()}
    if only:
        imports = {name: url for name, url in imports.items() if name in only}
    return json.dumps({"imports": imports}, separators=(",", ":")).replace("<", "\\u003c")
