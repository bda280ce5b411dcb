"""Translations: extract the texts, check the catalogues, compile them.

    python -m tools.messages extract [FILE]    write all texts as a PO template (to FILE, else to the screen)
    python -m tools.messages missing [ROOM]    PO entries to copy and fill in, of one room or of all
    python -m tools.messages check             what is missing, disagreeing, unclear or stale
    python -m tools.messages compile           merge every locale/zh_Hans/LC_MESSAGES/*.po into django.mo

Message ids are the English texts, so only Chinese needs catalogues; each room keeps its own (`flow.po`, `web.po` …).
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po, write_po

from tools.message_sources import Found, Message, find, room_of

ROOT = Path(__file__).resolve().parents[1]
LANGUAGE = "zh_Hans"
PLACEHOLDER = re.compile(r"%\((\w+)\)[#0\- +]*\d*(?:\.\d+)?[a-zA-Z]|\{(\w+)\}")


@dataclass
class Translations:
    """All catalogues together: message → (translations, where it stands)."""

    entries: dict[Message, tuple[tuple[str, ...], str]] = field(default_factory=dict)
    complaints: list[str] = field(default_factory=list)


def folder(root: Path) -> Path:
    """Where the Chinese catalogues lie."""
    return root / "locale" / LANGUAGE / "LC_MESSAGES"


def translations(root: Path) -> Translations:
    """Read every catalogue; entries without text are left out, unclear and contradicting ones complained of."""
    whole = Translations()
    for path in sorted(folder(root).glob("*.po")):
        name = str(path.relative_to(root))
        try:
            with path.open("rb") as source:
                catalogue = read_po(source, locale=LANGUAGE, abort_invalid=True)
        except (PoFileError, ValueError, UnicodeDecodeError) as error:
            whole.complaints.append(f"{name}:0: does not read: {error}")
            continue
        for entry in catalogue:
            _take(entry, name, whole)
    return whole


def complaints(root: Path) -> list[str]:
    """Everything wrong with the translations, as `file:line: what`."""
    found, held = find(root), translations(root)
    told = found.complaints + held.complaints
    for message, places in found.places.items():
        if message not in held.entries:
            told.append(f"{places[0]}: no Chinese for {message.id!r}{_in(message)}")
    for message, (texts, place) in held.entries.items():
        if message not in found.places:
            told.append(f"{place}: stale, no code says {message.id!r}{_in(message)} any more")
        told += [f"{place}: {what}" for what in _placeholder_complaints(message, texts)]
    return sorted(told)


def compile_catalogues(root: Path) -> int:
    """Write `django.mo` of all catalogues; returns the number of entries. The file changes at one moment."""
    held = translations(root)
    merged = Catalog(locale=LANGUAGE, domain="django")
    for message, (texts, _) in held.entries.items():
        merged.add(
            (message.id, message.plural) if message.plural else message.id,
            tuple(texts) if message.plural else texts[0],
            context=message.context or None,
        )
    folder(root).mkdir(parents=True, exist_ok=True)
    fresh = folder(root) / "django.mo.new"
    with fresh.open("wb") as to:
        write_mo(to, merged)
    fresh.replace(folder(root) / "django.mo")
    return len(held.entries)


def template(places: Iterable[tuple[Message, list[str]]], *, header: bool) -> str:
    """Messages as PO text with empty translations and their places."""
    catalogue = Catalog(locale=LANGUAGE, project="yiwang", charset="utf-8", fuzzy=False)
    for message, where in places:
        spots = [(spot.rsplit(":", 1)[0], int(spot.rsplit(":", 1)[1])) for spot in where]
        ids = (message.id, message.plural) if message.plural else message.id
        catalogue.add(ids, locations=spots, context=message.context or None)
    to = BytesIO()
    write_po(to, catalogue, width=120, omit_header=not header)
    return to.getvalue().decode()


def _take(entry: object, name: str, whole: Translations) -> None:
    """Add one catalogue entry (a babel Message)."""
    ids, strings = getattr(entry, "id", ""), getattr(entry, "string", "")
    if not ids:
        return  # the header
    singular, plural = ids if isinstance(ids, tuple | list) else (ids, "")
    message = Message(singular, plural, getattr(entry, "context", None) or "")
    texts = tuple(strings) if isinstance(strings, tuple | list) else (strings,)
    place = f"{name}:{getattr(entry, 'lineno', 0) or 0}"
    if getattr(entry, "fuzzy", False):
        whole.complaints.append(f"{place}: marked fuzzy: {singular!r}")
    if not all(texts):
        return  # reported as missing
    held = whole.entries.get(message)
    if held is not None and held[0] != texts:
        whole.complaints.append(f"{place}: {singular!r} is {texts[0]!r} here and {held[0][0]!r} at {held[1]}")
    whole.entries.setdefault(message, (texts, place))


def _placeholder_complaints(message: Message, texts: tuple[str, ...]) -> Iterator[str]:
    """Placeholders that the translation lost or made up."""
    wanted = _placeholders(message.plural or message.id)
    for text in texts:
        if _placeholders(text) != wanted:
            yield f"placeholders differ: {sorted(wanted)} in {message.id!r}, {sorted(_placeholders(text))} in {text!r}"
        elif "%(" in text:
            try:
                _ = re.sub(r"(%\(\w+\)[#0\- +]*\d*(?:\.\d+)?)[a-zA-Z]", r"\1s", text) % dict.fromkeys(wanted, "")
            except (ValueError, KeyError, TypeError):
                yield f"a single % must be written %% in {text!r}"


def _placeholders(text: str) -> set[str]:
    return {first or second for first, second in PLACEHOLDER.findall(text)}


def _in(message: Message) -> str:
    return f" (context {message.context!r})" if message.context else ""


def _missing(root: Path, room: str | None) -> str:
    """PO entries of a room (or of all) that no catalogue has."""
    found, held = find(root), translations(root)
    wanted = [
        (message, places)
        for message, places in found.places.items()
        if message not in held.entries and (room is None or room in {room_of(place) for place in places})
    ]
    return template(wanted, header=False)


def main(arguments: list[str]) -> int:
    """Do one of the commands; returns the exit code."""
    what, rest = (arguments[0] if arguments else "--help"), arguments[1:]
    if what == "compile":
        print(f"{compile_catalogues(ROOT)} texts")
        return 0
    if what == "check":
        told = complaints(ROOT)
        print("\n".join(told) if told else "complete")
        return 1 if told else 0
    if what == "missing":
        print(_missing(ROOT, rest[0] if rest else None))
        return 0
    if what == "extract":
        found: Found = find(ROOT)
        text = template(found.places.items(), header=True)
        if rest:
            Path(rest[0]).write_text(text, encoding="utf-8")
        else:
            print(text)
        return 0
    print(__doc__)
    return 0 if what in {"-h", "--help"} else 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
