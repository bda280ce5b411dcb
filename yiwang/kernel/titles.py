"""Labels in several languages, as YAML and page-edited lists carry them: `{zh-Hans: 内涝, en: Flooding}`."""

from __future__ import annotations

from collections.abc import Mapping

Title = dict[str, str]


def pick(title: Mapping[str, str], language: str) -> str:
    """The label in `language` (case-insensitive, `zh-Hans` also serves `zh`), else Chinese, else any, else ""."""
    wanted = language.lower()
    for key, value in title.items():
        if key.lower() == wanted:
            return value
    for key, value in title.items():
        if key.lower().split("-")[0] == wanted.split("-")[0]:
            return value
    return title.get("zh-Hans") or next(iter(title.values()), "")
