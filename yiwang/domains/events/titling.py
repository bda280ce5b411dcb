"""The title of an event, or of a report: the first thing somebody said that says something, cut where a clause ends."""

from __future__ import annotations

import re

from yiwang.domains.events.course import CategoryView

TITLE_CHARACTERS = 40
SAYS_SOMETHING = 8
LEAST_SHARE = 0.3
"""A clause that ends before this share of the length would say too little; then it is cut at a pause, or anywhere."""
_CLAUSE_ENDS = re.compile(r"[，,；;：。！？!?]")
_OPENING = re.compile(
    r"(?:[^，,]{1,3}[，,]"
    r"|(?:我们?|您?这边|[跟给向]?[你您]们?|想|要|来|再|是)*(?:反映|投诉|举报|咨询|打听|请问|说|问|讲)"
    r"(?:一下|一个|一件|个|下|件)?(?:情况|事情|事儿?|问题)?[哈啊吧呢]?[，,：:]"
    r"|(?:有?(?:群众|市民|居民|网友|来电人|诉求人|反映人)(?:来电|来信|来访|留言)?(?:反映|咨询|询问|投诉|求助|举报|称|说|表示)"
    r"|(?:日常|网格)?巡查(?:时|中)?(?:上报|发现)?|走访(?:时|中)?(?:发现)?|网格员(?:上报|巡查发现|发现)"
    r"|不好意思又来麻烦你?您?们?了?)[，,：:]"
    r"|[【\[][^】\]]{1,6}[】\]])\s*"
)
"""How people begin before they come to the matter: "喂，", "跟你们说个事，", "来电人反映，", "【投诉】"."""
_PAUSES = re.compile(r"[、\s）)》”]")


def event_title(text: str, category: CategoryView | None = None) -> str:
    """The first sentence that says something, shortened; the category's name when nothing was said.

    Greetings and starts such as "喂，你好。我说一下哈。" are passed over: what is shorter than `SAYS_SOMETHING` counts
    only where nothing longer follows.
    """
    said = [part.strip() for part in re.split(r"[。！？!?\n]", text) if part.strip()]
    if not said:
        return category.title.get("zh-Hans", category.code) if category else ""
    first = next((part for part in said if len(part) >= SAYS_SOMETHING), max(said, key=len))
    while (cut := _OPENING.match(first)) and len(first) - cut.end() >= SAYS_SOMETHING:
        first = first[cut.end() :]
    return shortened(first)


def shortened(text: str, most: int = TITLE_CHARACTERS) -> str:
    """A text of at most so many characters: as it is, else to the last end of a clause (or pause) and "…"."""
    if len(text) <= most:
        return text
    head = text[: most - 1]
    for ends in (_CLAUSE_ENDS, _PAUSES):
        at = max((found.start() for found in ends.finditer(head)), default=0)
        if at >= most * LEAST_SHARE:
            return head[:at].rstrip() + "…"
    return head.rstrip() + "…"
