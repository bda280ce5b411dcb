"""Text as search terms: the one way search, duplicates and matching cut text.

Chinese (also kana and Hangul) gives single characters and pairs of neighbours, no dictionary needed: measured hit@5
.676 against .631 for a word segmenter. Everything else gives whole words and numbers; a run that mixes letters and
digits (房号 b2a01, covid19) gives itself, and its parts of two or more characters. Punctuation separates: B2-301 is
`b2` and `301`. Text is normalised first (NFKC: full width becomes half width, ㎡ becomes m2) and lower-cased.
"""

from __future__ import annotations

import itertools
import re
import unicodedata

_HAN = "〇々㐀-䶿一-鿿豈-\ufaff\U00020000-\U0003ffff"
_KANA_AND_HANGUL = "ぁ-ゖゝ-ヺー-ヿ\u31f0-\u31ffㄅ-ㄯ\uac00-\ud7af"
_PAIRED = _HAN + _KANA_AND_HANGUL
# Signs that stand within words of other scripts though they are no letters: combining accents, Arabic and Uyghur
# vowels, Tibetan and Mongolian signs.
_SIGNS = "\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670" + (
    "\u0f18-\u0f19\u0f35\u0f37\u0f39\u0f3e-\u0f84\u0f86-\u0fbc\u180b-\u180d"
)
_RUNS = re.compile(rf"([{_PAIRED}]+)|((?:[^\W_{_PAIRED}]|[{_SIGNS}])+)")
_PARTS = re.compile(r"\d+|[^\W\d]+")


def grams(text: str, *, unique: bool = False) -> list[str]:
    """Search terms of `text` in the order they appear; each only once when `unique`."""
    found: list[str] = []
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
    for paired, word in _RUNS.findall(plain.lower()):
        if paired:
            found += paired
            found += map("".join, itertools.pairwise(paired))
        else:
            found.append(word)
            if not (word.isdecimal() or word.isalpha()):
                found += _parts(word)
    return list(dict.fromkeys(found)) if unique else found


def _parts(word: str) -> list[str]:
    """Letters and digits of a mixed run apart, single characters left out; nothing for an accented word."""
    parts = _PARTS.findall(word)
    return [part for part in parts if len(part) > 1] if any(part.isdecimal() for part in parts) else []
