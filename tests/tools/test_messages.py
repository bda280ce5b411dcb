"""Texts are found wherever they stand, and catalogues are compared with them."""

from __future__ import annotations

import gettext
from pathlib import Path

import pytest

from tools import messages, tree
from tools.message_sources import Message, find, room_of

PYTHON = """
from yiwang.kernel.errors import Conflict, Failure
from yiwang.kernel.text import N_, Text


class Taken(Conflict):
    pass


def f(problems, n, name, urgent):
    problems.add("a.yaml", 3, "The key %(key)s is unknown.", key=name)
    things = set()
    things.add("not a text")
    cell.text("not a text either")
    raise Taken("It is " "taken.")
    Text("Open", {}), N_("Closed"), _("Late") if urgent else _("Soon" if n else "Later")
    ngettext("%(n)s event", "%(n)s events", n) % {"n": n}
    pgettext("verb", "Open")
    raise Failure(f"Lost {name}")
"""
TEMPLATE = """
{% load i18n %}
  <h1>{% trans "Events" %}</h1>
{% blocktrans count counter=n trimmed %}
    One thing
{% plural %}
    {{ counter }} things
{% endblocktrans %}
{# {% trans "hidden" %} #}
<p title="{% translate 'Say "hi"' %}">{{ _("Filter") }}</p>
"""
CATALOGUE = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"

msgid "The key %(key)s is unknown."
msgstr "不认识键 %(k)s。"

msgid "Gone"
msgstr "已删除"

msgid "Open"
msgstr "打开"

msgctxt "verb"
msgid "Open"
msgstr "开"

msgid "Closed"
msgstr ""

msgid "%(n)s event"
msgid_plural "%(n)s events"
msgstr[0] "%(n)s 个事件"
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with one module, one template and one catalogue."""
    for name, text in {
        "yiwang/base/areas/actions.py": PYTHON,
        "yiwang/kernel/errors.py": "class Failure(Exception): ...\nclass Conflict(Failure): ...\n",
        "templates/events/list.html": TEMPLATE,
        "locale/zh_Hans/LC_MESSAGES/areas.po": CATALOGUE,
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    tree.files.cache_clear()
    tree.syntax.cache_clear()
    return tmp_path


def test_python_texts_are_found(project: Path) -> None:
    places = find(project).places

    ours = {message for message, where in places.items() if where[0].startswith("yiwang/base")}
    assert ours == {
        Message("The key %(key)s is unknown."),
        Message("It is taken."),
        Message("Open"),
        Message("Closed"),
        Message("Late"),
        Message("Soon"),
        Message("Later"),
        Message("%(n)s event", "%(n)s events"),
        Message("Open", context="verb"),
    }


def test_template_texts_are_found_at_their_lines(project: Path) -> None:
    places = find(project).places

    ours = {message: where for message, where in places.items() if where[0].startswith("templates")}
    assert set(ours) == {
        Message("Events"),
        Message("One thing", "%(counter)s things"),
        Message('Say "hi"'),
        Message("Filter"),
    }
    assert ours[Message("Events")] == ["templates/events/list.html:3"]


def test_what_cannot_be_translated_is_complained_of(project: Path) -> None:
    assert any("f-string" in told for told in find(project).complaints)


def test_missing_stale_and_disagreeing_entries_are_told(project: Path) -> None:
    told = "\n".join(messages.complaints(project))

    assert "yiwang/base/areas/actions.py:16: no Chinese for 'Closed'" in told
    assert "stale, no code says 'Gone' any more" in told
    assert "placeholders differ: ['key']" in told
    assert "no Chinese for 'Open'" not in told


def test_two_catalogues_must_not_contradict_each_other(project: Path) -> None:
    other = project / "locale/zh_Hans/LC_MESSAGES/flow.po"
    other.write_text('msgid "Open"\nmsgstr "待办"\n', encoding="utf-8")

    assert any("'Open' is '待办' here and '打开' at" in told for told in messages.complaints(project))


def test_compiled_catalogues_translate(project: Path) -> None:
    assert messages.compile_catalogues(project) == 5

    with (project / "locale/zh_Hans/LC_MESSAGES/django.mo").open("rb") as compiled:
        chinese = gettext.GNUTranslations(compiled)
    assert chinese.gettext("Open") == "打开"
    assert chinese.pgettext("verb", "Open") == "开"
    assert chinese.ngettext("%(n)s event", "%(n)s events", 5) == "%(n)s 个事件"


@pytest.mark.parametrize(
    ("place", "room"),
    [
        ("yiwang/base/areas/actions.py:3", "areas"),
        ("yiwang/kernel/codes/phone.py:9", "kernel"),
        ("yiwang/web/shell/pages.py:1", "web"),
        ("templates/events/list.html:4", "events"),
        ("templates/base.html:4", "web"),
    ],
)
def test_each_text_belongs_to_a_room(place: str, room: str) -> None:
    assert room_of(place) == room
