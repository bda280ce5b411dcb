"""Pictures for the demo's reports: a drawn street with the matter in it, before and after, each from a seed.

Drawn, not photographed: nobody's street, face or number plate is in them.
"""

from __future__ import annotations

import io
import random
from functools import cache

from PIL import Image

from yiwang.demo.photos.matters import MATTERS
from yiwang.demo.photos.street import DRAWN, SHOWN, Scene, draw_street

__all__ = ["KINDS", "draw_photo", "kind_of"]

KINDS = tuple(MATTERS)
QUALITY = 90
"""The files' room encodes it again, smaller; this one only carries it there."""
WORDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("manhole", ("井盖", "窨井")),
    ("flood", ("积水", "内涝", "淹", "倒灌")),
    ("leak", ("漏水", "爆管", "冒水", "水管", "污水", "堵塞", "管网")),
    ("tree", ("树", "绿化", "枝", "倒伏", "园林")),
    ("lamp", ("路灯", "照明", "不亮")),
    ("parking", ("停车", "违停", "占用消防", "通道", "僵尸车")),
    ("bikes", ("非机动车", "单车", "电动车")),
    ("stall", ("占道", "摊", "店外", "经营")),
    ("advert", ("广告", "招牌", "涂写", "横幅", "牌")),
    ("site", ("施工", "工地", "渣土", "扬尘", "建筑垃圾", "围挡")),
    ("smoke", ("油烟", "焚烧", "烟", "废气", "气味")),
    ("river", ("河", "水体", "湖", "漂浮")),
    ("railing", ("护栏", "隔离", "栏杆", "交通设施")),
    ("pothole", ("路面", "坑", "塌陷", "道路", "破损", "人行道", "地砖")),
    ("rubbish", ("垃圾", "不洁", "保洁", "脏", "公厕", "清运", "杂物", "堆")),
)


def kind_of(title: str, text: str = "") -> str:
    """Which picture goes with a matter, by its category's Chinese title, else its text; "" for none."""
    for said in (title, text):
        for kind, words in WORDS:
            if any(word in said for word in words):
                return kind
    return ""


def draw_photo(
    kind: str, seed: str, *, is_after: bool = False, is_night: bool = False, is_rainy: bool = False
) -> bytes:
    """A WebP of 960 x 720 pixels. The same seed draws the same street, so that before and after match."""
    rnd = random.Random(seed)  # noqa: S311 - a made-up street
    scene = Scene(Image.new("RGB", DRAWN), rnd, is_night=is_night or kind == "lamp", is_rainy=is_rainy and not is_after)
    draw_street(scene)
    MATTERS[kind](scene, is_after)
    return _finished(scene)


def _finished(scene: Scene) -> bytes:
    """Smaller, with the grain of a telephone's camera."""
    picture = scene.image.resize(SHOWN, Image.Resampling.BILINEAR)
    picture = Image.blend(picture, _grain(16 if scene.is_night else 9), 0.03)
    out = io.BytesIO()
    picture.save(out, "WEBP", quality=QUALITY, method=0)
    return out.getvalue()


@cache
def _grain(strength: int) -> Image.Image:
    """Even grey noise; made once, the same in every picture of a process."""
    grain = Image.effect_noise((SHOWN[0] // 2, SHOWN[1] // 2), strength).resize(SHOWN)
    return Image.merge("RGB", (grain, grain, grain))
