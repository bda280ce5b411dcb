"""What fingers, speech and haste do to a text: wrong homophones, lost punctuation, doubled characters, dialect, emoji.

Names of places are left alone, so that where a matter is stays knowable.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from yiwang.demo.speech.kinds import read_words

FILE = "wear.yaml"
_EMOJI = ("😡", "🙏", "😭", "👍", "🙏🙏", "😤")
_MARKS = re.compile("[，。！？；]")
_END = re.compile("[，。！？；…~ ]+$")


def wear(rnd: random.Random, text: str, *, place: str, channel: str, mood: str) -> str:
    """The text as it would really arrive; about half of them come out clean."""
    if channel in ("patrol", "operator"):
        return text if rnd.random() < 0.9 else _outside(text, place, lambda part: _slip(rnd, part))
    if rnd.random() < (0.14 if mood == "elderly" else 0.045):
        text = _dialect(rnd, text, place)
    if rnd.random() < 0.1:
        text = _outside(text, place, lambda part: _slip(rnd, part))
    if channel == "phone":
        return text
    if rnd.random() < 0.05:
        text = _outside(text, place, lambda part: _double(rnd, part))
    if rnd.random() < 0.3:
        text = _repunctuate(rnd, text)
    if rnd.random() < 0.03:
        text += rnd.choice(_EMOJI)
    return text


def _outside(text: str, place: str, change: Callable[[str], str]) -> str:
    """Change what is not the place's name."""
    if not place or place not in text:
        return change(text)
    before, after = text.split(place, 1)
    return f"{change(before)}{place}{change(after)}"


def _slip(rnd: random.Random, text: str) -> str:
    """One or two wrong homophones, once each."""
    found = [pair for pair in read_words(FILE)["slips"].items() if pair[0] in text]
    for right, wrong in rnd.sample(found, min(len(found), rnd.choice((1, 1, 2)))):
        text = text.replace(right, wrong, 1)
    return text


def _double(rnd: random.Random, text: str) -> str:
    spots = [i for i, char in enumerate(text) if char in "了的我都就在不很是没"]
    if not spots:
        return text
    i = rnd.choice(spots)
    return text[:i] + text[i] + text[i:]


def _dialect(rnd: random.Random, text: str, place: str) -> str:
    which = rnd.choice(("wu", "wu", "jianghuai"))
    dialect = read_words(FILE)[which]

    def speak(part: str) -> str:
        for standard, local in dialect["words"].items():
            if standard in part and rnd.random() < 0.7:
                part = part.replace(standard, str(rnd.choice(local)), 1)
        return part

    text = _outside(text, place, speak)
    if text.endswith(("？", "管", "吗", "谢", "了！")) or rnd.random() < 0.4:
        return text
    return _END.sub("", text) + str(rnd.choice(dialect["tails"]))


def _repunctuate(rnd: random.Random, text: str) -> str:
    """As people type on a telephone: blanks, nothing, half-width commas, too many marks."""
    kind = rnd.choice(("blank", "blank", "none", "half", "many", "end"))
    if kind == "blank":
        return _MARKS.sub(" ", text).strip()
    if kind == "none":
        return _MARKS.sub("", text)
    if kind == "half":
        return text.translate({ord("，"): ",", ord("。"): ".", ord("！"): "!", ord("？"): "?"})
    if kind == "end":
        return _END.sub("", text)
    mark = rnd.choice(("！！！", "。。。", "！！", "……", "？？？" if "吗" in text or "怎么" in text else "！！！！"))
    return _END.sub("", text) + mark
