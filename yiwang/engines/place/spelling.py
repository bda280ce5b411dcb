"""One spelling of many: full width and half width, circled digits, dashes, Chinese numerals.

`plain` never changes the length of a text, so that what is found in it stands at the same place in the original.
"""

from __future__ import annotations

import re

_DIGITS = {"〇": 0, "零": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_TENS = {"十": 10, "百": 100, "千": 1000}
CHINESE_NUMERALS = "".join((*_DIGITS, *_TENS))

_PLAIN = {0xFF01 + n: 0x21 + n for n in range(94)}  # ！ … ～
_PLAIN |= {0x3000: 0x20, 0x00A0: 0x20, 0x2022: 0xB7, ord("號"): ord("号"), ord("棟"): ord("栋"), ord("㙟"): ord("幢")}
_PLAIN |= {ord(dash): ord("-") for dash in "‐‑‒–—―−－﹣~～"}
_PLAIN |= {ord("①") + n: ord("1") + n for n in range(9)}
_PLAIN |= {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}
_PLAIN |= {full: full - 0xFF21 + ord("a") for full in range(0xFF21, 0xFF3B)}
_IGNORED = re.compile(r"[\s·.,,。、;;::'\"“”‘’()()\[\]【】]+")


def plain(text: str) -> str:
    """The text in half width and lower case, with one kind of dash; as long as before."""
    return text.translate(_PLAIN)


def name_key(name: str) -> str:
    """A name as keys keep it: plain, without blanks, dots and brackets, at most 120 characters."""
    return _IGNORED.sub("", plain(name))[:120]


def number(text: str) -> int | None:
    """The whole number written in digits or in Chinese: 114, 一百一十四, 一一四, 二十; None when it is none.

    Up to 99,999; more is no house number.
    """
    if text.isascii() and text.isdigit():
        return int(text) if len(text) <= 5 else None
    if not text or any(c not in _DIGITS and c not in _TENS for c in text):
        return None
    if not any(c in _TENS for c in text):  # read out digit by digit
        return int("".join(str(_DIGITS[c]) for c in text)) if len(text) <= 5 else None
    whole, pending = 0, 0
    for c in text:
        if c in _TENS:
            whole += (pending or 1) * _TENS[c]
            pending = 0
        else:
            pending = _DIGITS[c]
    return whole + pending
