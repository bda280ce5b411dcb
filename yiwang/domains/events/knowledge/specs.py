"""What a scene may say in `rules/knowledge.yaml`.

articles:
  - code: street_light_out
    category: "020103"
    title: {zh-Hans: 路灯不亮怎么答, en: A street light is out}
    text:
      zh-Hans: |-
        您反映的路灯我们已经登记，市政照明中心会在 24 小时内到场。
      en: |-
        Your report is noted; the lighting centre will be there within 24 hours.
    ask:
      - {zh-Hans: 是一盏还是一整段都不亮？, en: One lamp, or the whole stretch?}
    words: [路灯, 不亮, 摸黑]
    until: 2027-12-31
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from yiwang.domains.events.specs import Code
from yiwang.kernel.specs import Day, Defines, Refers, Spec, TitleField

Word = Annotated[str, StringConstraints(min_length=1, max_length=40)]


class ArticleSpec(Spec):
    """One article."""

    code: Annotated[Code, Defines("articles")]
    category: Annotated[Code | None, Refers("categories")] = None
    """The matter it is about, with everything below it; empty: of no one category."""
    title: TitleField
    text: TitleField
    """What may be read aloud, paragraphs apart by an empty line."""
    ask: Annotated[tuple[TitleField, ...], Field(max_length=12)] = ()
    """What to ask back, in this order."""
    words: Annotated[tuple[Word, ...], Field(max_length=60)] = ()
    """What callers say when they mean it; weighs like the title."""
    until: Day | None = None
    """The last day on which it holds; empty: until it is taken out."""


class KnowledgeSpec(Spec):
    """`rules/knowledge.yaml`."""

    articles: tuple[ArticleSpec, ...] = ()
