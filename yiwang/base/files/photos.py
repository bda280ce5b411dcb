"""Photos are decoded within limits and written anew: no metadata, no hidden payload, upright, at most 2,560 px."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from typing import BinaryIO

from PIL import Image, ImageOps, UnidentifiedImageError

from yiwang.base.files.judging import JPEG, WEBP, Kind
from yiwang.kernel.errors import Invalid
from yiwang.kernel.text import N_

MAX_PIXELS = 50_000_000
MAX_SIDE = 2560
THUMBNAIL_SIDE = 320
FORMATS = ("JPEG", "PNG", "WEBP")


@dataclass(frozen=True)
class Photo:
    """A photo written anew, with a small one of it; sizes in pixels."""

    kind: Kind
    content: bytes
    thumbnail: bytes
    width: int
    height: int


def rewrite(file: BinaryIO) -> Photo:
    """Decode and encode a photo again: WebP when it was or is transparent, else JPEG. Invalid for damaged ones."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(file, formats=FORMATS) as opened:
                return _rewritten(opened)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_many() from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, MemoryError):
        raise Invalid(N_("The photo is damaged and cannot be read.")) from None


def _too_many() -> Invalid:
    return Invalid(N_("The photo has too many pixels; at most %(limit)s million."), limit=MAX_PIXELS // 1_000_000)


def _rewritten(opened: Image.Image) -> Photo:
    if opened.width * opened.height > MAX_PIXELS:
        raise _too_many()
    opened.draft("RGB", (MAX_SIDE, MAX_SIDE))  # JPEG decodes straight to a smaller size, never below this one
    upright = ImageOps.exif_transpose(opened)
    has_alpha = "A" in upright.getbands() or "transparency" in upright.info
    image = upright.convert("RGBA" if has_alpha else "RGB")
    image.info.clear()
    image.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.LANCZOS)
    small = image.copy()
    small.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE), Image.Resampling.LANCZOS)
    kind = WEBP if has_alpha or opened.format == "WEBP" else JPEG
    return Photo(kind, _encoded(image, kind), _encoded(small, kind), image.width, image.height)


def _encoded(image: Image.Image, kind: Kind) -> bytes:
    out = io.BytesIO()
    if kind is JPEG:
        image.save(out, "JPEG", quality=85, optimize=True)
    else:
        image.save(out, "WEBP", quality=85, method=2)
    return out.getvalue()
