"""How a scene brings its articles: `rules/knowledge.yaml`."""

from __future__ import annotations

from yiwang.base.areas import queries as areas
from yiwang.domains.events.knowledge.finding import forget_knowledge
from yiwang.domains.events.knowledge.specs import ArticleSpec, KnowledgeSpec
from yiwang.domains.events.models import Category, Knowledge
from yiwang.kernel.errors import Problems
from yiwang.kernel.scenes import Documents, InstallContext, Part, Scene, register_part
from yiwang.kernel.text import N_

PART = "knowledge"


def register() -> None:
    """Make the part known; called when Django starts."""
    register_part(
        Part(
            name=PART,
            folder="rules",
            ids=("knowledge",),
            spec=KnowledgeSpec,
            order=55,  # after the categories it names
            check=_check,
            install=_install,
            remove=_remove,
        )
    )


def _check(_scene: Scene, documents: Documents, problems: Problems) -> None:
    """Every code once."""
    for document in documents.values():
        seen: set[str] = set()
        for n, article in enumerate(document.spec.articles):
            if article.code in seen:
                twice = N_("the article “%(code)s” stands there twice")
                problems.add(document.file, document.line_of(("articles", n, "code")), twice, code=article.code)
            seen.add(article.code)


def _install(context: InstallContext, documents: Documents) -> None:
    """Replace the jurisdiction's articles by these."""
    jurisdiction: areas.JurisdictionView = context.jurisdiction
    articles = [one for document in documents.values() for one in document.spec.articles]
    categories = dict(Category.objects.filter(jurisdiction_id=jurisdiction.id).values_list("code", "id"))
    Knowledge.objects.filter(jurisdiction_id=jurisdiction.id).exclude(code__in=[a.code for a in articles]).delete()
    Knowledge.objects.bulk_create(
        [_row(one, jurisdiction.id, categories) for one in articles],
        update_conflicts=True,
        unique_fields=["jurisdiction", "code"],
        update_fields=["title", "text", "category", "words", "valid_until"],
    )
    forget_knowledge()


def _row(article: ArticleSpec, jurisdiction_id: int, categories: dict[str, int]) -> Knowledge:
    return Knowledge(
        jurisdiction_id=jurisdiction_id,
        code=article.code,
        title=article.title,
        text={"say": article.text, "ask": list(article.ask)},
        category_id=categories.get(article.category) if article.category else None,
        words=list(article.words),
        valid_until=article.until,
    )


def _remove(context: InstallContext) -> None:
    """Take the articles out."""
    Knowledge.objects.filter(jurisdiction_id=context.jurisdiction.id).delete()
    forget_knowledge()
