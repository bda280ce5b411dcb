r"""Which encoding a text file is in, judged by its content, and decoding that survives what is not of it.

UTF-8 and GB18030 can be told apart because Chinese text in GB18030 is practically never valid UTF-8; UTF-16 because
line ends and separators then carry NUL bytes on one side. Undecodable bytes become characters U+DC00+byte (`MARKED`),
so that the line they stand in can be rejected while the file goes on.
"""

from __future__ import annotations

import codecs
import re
from pathlib import Path

MARKED = "yiwang.marked"
SAMPLE = 1024 * 1024
MOST_DAMAGE = 0.25

_ASCII = bytes(range(128))
_MARKS = re.compile("[\udc00-\udcff]")
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_FRIENDLY = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8", "gb18030": "GB18030", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16"}


def _mark(error: UnicodeError) -> tuple[str, int]:
    """Replace what cannot be decoded by one marking character a byte."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "".join(chr(0xDC00 + byte) for byte in error.object[error.start : error.end]), error.end


codecs.register_error(MARKED, _mark)


def friendly(encoding: str) -> str:
    """The encoding's name for people."""
    return _FRIENDLY.get(encoding, encoding)


def detect_encoding(path: Path) -> str:
    """The encoding of a text file, one of Python's names: `utf-8(-sig)`, `gb18030`, `utf-16-le`, `utf-16-be`."""
    sample = _telling_part(path)
    for bom, name in _BOMS:
        if sample.startswith(bom):
            return name
    if b"\0" in sample and (wide := _wide_encoding(sample)):
        return wide
    utf8 = _n_faults(sample, "utf-8")
    # Chinese in GB18030 is faulty UTF-8 for the most part; damaged UTF-8 only here and there.
    is_damaged_utf8 = utf8 <= MOST_DAMAGE * len(sample.translate(None, _ASCII))
    return "utf-8" if is_damaged_utf8 or _n_faults(sample, "gb18030") >= utf8 else "gb18030"


def bom_length(encoding: str, head: bytes) -> int:
    """Bytes of the byte order mark at the start of a file in this encoding."""
    return next((len(bom) for bom, name in _BOMS if name == encoding and head.startswith(bom)), 0)


def _telling_part(path: Path) -> bytes:
    """The first block of a file, or the first one that is not plain ASCII (with up to 4 bytes before it)."""
    with path.open("rb") as file:
        first = block = file.read(SAMPLE)
        while block and block.isascii() and b"\0" not in first:
            block = file.read(SAMPLE)
    if not block or block is first:
        return first
    # Go on at the first foreign byte, so that the block's beginning cannot be half a character.
    start = next(n for n, byte in enumerate(block) if byte > 0x7F)
    return block[start:]


def _n_faults(sample: bytes, encoding: str) -> int:
    """How many bytes of the sample cannot be decoded; a character cut off at its end does not count."""
    text = codecs.getincrementaldecoder(encoding)(MARKED).decode(sample, final=False)
    return 0 if text.isascii() else len(_MARKS.findall(text))


def _wide_encoding(sample: bytes) -> str | None:
    """UTF-16 in the byte order that gives readable text, or None when neither does (NULs in a byte encoding)."""
    sample = sample[: 65536 - 65536 % 2]
    best, name = 0.0, None
    for candidate in ("utf-16-le", "utf-16-be"):
        text = codecs.getincrementaldecoder(candidate)(MARKED).decode(sample, final=False)
        likely = sum(1 for char in text if _is_likely(char)) / max(len(text), 1)
        if likely > best:
            best, name = likely, candidate
    return name if best > 0.9 else None


def _is_likely(char: str) -> bool:
    """Characters tables are made of: printable ASCII, line ends, Latin, punctuation, CJK, full width forms."""
    return (
        " " <= char <= "~"
        or char in "\t\r\n"
        or "\xa0" <= char <= "\u024f"
        or "\u2010" <= char <= "\u203b"
        or "\u3000" <= char <= "\u303f"
        or "\u4e00" <= char <= "\u9fff"
        or "\uff00" <= char <= "\uffef"
    )
