"""A new scene's first files: small, but a scene that passes its check."""

from __future__ import annotations

import re
from pathlib import Path

import yiwang
from yiwang.kernel.errors import Conflict, Invalid
from yiwang.kernel.scenes.layout import README, SCENE_FILE
from yiwang.kernel.scenes.schemas import editor_hint
from yiwang.kernel.specs.fields import ID_PATTERN
from yiwang.kernel.text import N_

_SCENE = """\
name: {name}
version: 0.1.0
title: {{zh-Hans: {name}, en: {name}}}
summary:
  zh-Hans: 用一两句话说明：为谁解决什么问题。
  en: Say in a sentence or two what this does for whom.
# A scene for one city only names it; without these lines it can be installed anywhere.
# jurisdiction:
#   code: my_city
#   title: {{zh-Hans: 我的城市, en: My city}}
#   time_zone: Asia/Shanghai
#   calendar: CN
#   languages: [zh-Hans, en]
#   division_scheme: cn_12
#   root_area: "330100000000"
requires:
  yiwang: ">={major}.{minor}"
maturity: alpha
licence: Apache-2.0
# data_sources:
#   - title: {{zh-Hans: 数据名称, en: Name of the data}}
#     url: https://example.org/data
#     licence: CC-BY-4.0
#     retrieved_on: 2026-01-31
"""

_README = """\
# {name}

What this scene does, for whom, and which data it needs.
它为谁解决什么问题，需要哪些数据。

* `scene.yaml` says what the scene is; each other folder holds one kind of document (`docs/scenes.md`).
* `yiwang scene check {name}` tells everything that is wrong, `yiwang scene test {name}` runs it on `sample/`.
"""

_TEXTS = {
    "zh-Hans": "welcome: 欢迎使用{}。\n",
    "en": "welcome: Welcome to {}.\n",
}


def new_scene(name: str, folder: Path) -> Path:
    """Make the scene `name` inside `folder` (usually `scenes/`) and return its own folder.

    Raises `Invalid` for a name that is no identifier and `Conflict` when the folder is there already.
    """
    if not re.match(ID_PATTERN, name):
        raise Invalid(
            N_("“%(value)s” is no identifier: a lower-case letter, then letters, digits or _, at most 60"), value=name
        )
    home = folder / name
    try:
        home.mkdir(parents=True)
    except FileExistsError:
        raise Conflict(N_("there is a scene named “%(name)s” already"), name=name) from None
    major, minor = yiwang.__version__.split(".")[:2]
    scene = _SCENE.format(name=name, major=major, minor=minor)
    (home / SCENE_FILE).write_text(editor_hint("", "scene") + scene, encoding="utf-8")
    (home / README).write_text(_README.format(name=name), encoding="utf-8")
    (home / "locale").mkdir()
    for language, text in _TEXTS.items():
        file = home / "locale" / f"{language}.yaml"
        file.write_text(editor_hint("locale", "texts") + text.format(name), encoding="utf-8")
    return home
