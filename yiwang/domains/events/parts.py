"""How a scene gives a jurisdiction its event rules: `rules/course.yaml`, `categories.csv`, `responsibilities.csv`."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from yiwang.base.access import SYSTEM
from yiwang.base.access.paths import join_path
from yiwang.base.areas import queries as areas
from yiwang.base.organisation import queries as organisation
from yiwang.domains.events.course import forget_rules
from yiwang.domains.events.knowledge.synonyms import repeated
from yiwang.domains.events.models import Category, Course, Responsibility
from yiwang.domains.events.schema import EVENT_SCHEMA
from yiwang.domains.events.specs import CategoryRow, CourseSpec, ResponsibilityRow
from yiwang.kernel.conditions import ConditionError, condition
from yiwang.kernel.errors import Problems
from yiwang.kernel.scenes import Documents, InstallContext, Name, Part, Scene, register_part
from yiwang.kernel.specs import read_row_specs
from yiwang.kernel.text import N_

PART = "events"
CATEGORIES = "categories.csv"
RESPONSIBILITIES = "responsibilities.csv"
MAX_LEVEL = 4


def register() -> None:
    """Make the part known; called when Django starts."""
    register_part(
        Part(
            name=PART,
            folder="rules",
            ids=("course", "categories", "responsibilities"),
            spec=CourseSpec,
            suffixes=(".csv",),
            order=50,
            names=_names,
            check=_check,
            install=_install,
            remove=_remove,
        )
    )


def _names(scene: Scene, _documents: Documents) -> Iterable[Name]:
    """Every category's code is a name others may refer to."""
    path = scene.files.get(PART, {}).get(CATEGORIES)
    if path is not None:
        for line, row in read_row_specs(path, CategoryRow, Problems()):
            yield Name("categories", row.code, path, line)


def _check(scene: Scene, documents: Documents, problems: Problems) -> None:
    """Tree without holes and at most four levels deep; conditions that are sound; departments that exist."""
    files = scene.files.get(PART, {})
    if (path := files.get(CATEGORIES)) is not None:
        _check_categories(path, problems)
    if (path := files.get(RESPONSIBILITIES)) is not None:
        for line, row in read_row_specs(path, ResponsibilityRow, problems):
            scene.names.refer(problems, "departments", row.department, path, line)
            if row.category:
                scene.names.refer(problems, "categories", row.category, path, line)
            if row.condition:
                try:
                    condition(row.condition, EVENT_SCHEMA)
                except ConditionError as wrong:
                    problems.add(path, line, wrong.text)
    for document in documents.values():
        if CATEGORIES not in files:
            problems.add(document.file, 0, N_("events need rules/categories.csv beside this file"))
        for n, word in repeated(document.spec.synonyms):
            twice = N_("the word “%(word)s” stands there twice")
            problems.add(document.file, document.line_of(("synonyms", n)), twice, word=word)


def _check_categories(path: Path, problems: Problems) -> None:
    levels: dict[str, int] = {}
    for line, row in read_row_specs(path, CategoryRow, problems):
        if row.code in levels:
            problems.add(path, line, N_("the category “%(code)s” stands there twice"), code=row.code)
        elif row.parent and row.parent not in levels:
            problems.add(path, line, N_("the parent “%(code)s” must stand in an earlier row"), code=row.parent)
        else:
            levels[row.code] = levels[row.parent] + 1 if row.parent else 1
            if levels[row.code] > MAX_LEVEL:
                problems.add(path, line, N_("the category tree has at most %(levels)s levels"), levels=MAX_LEVEL)


def _install(context: InstallContext, documents: Documents) -> None:
    """Put the rules in force under a new version; categories that are gone are switched off, never deleted."""
    spec: CourseSpec = documents["course"].spec if "course" in documents else CourseSpec()
    files = context.scene.files.get(PART, {})
    jurisdiction: areas.JurisdictionView = context.jurisdiction
    digest = hashlib.sha256(spec.model_dump_json().encode())
    for path in files.values():
        digest.update(path.read_bytes())
    version = f"{context.scene.name} {context.scene.spec.version} {digest.hexdigest()[:12]}"
    if CATEGORIES in files:
        put_categories(files[CATEGORIES], jurisdiction)
    if RESPONSIBILITIES in files:
        put_responsibilities(files[RESPONSIBILITIES], jurisdiction)
    Course.objects.update_or_create(
        jurisdiction_id=jurisdiction.id,
        defaults={"flow": spec.flow, "settings": spec.model_dump(mode="json"), "version": version},
    )
    forget_rules()


def _remove(context: InstallContext) -> None:
    """Take the rules out of force; events keep their categories."""
    Course.objects.filter(jurisdiction_id=context.jurisdiction.id).delete()
    Responsibility.objects.filter(jurisdiction_id=context.jurisdiction.id).delete()
    Category.objects.filter(jurisdiction_id=context.jurisdiction.id).update(is_active=False)
    forget_rules()


def put_categories(path: Path, jurisdiction: areas.JurisdictionView) -> None:
    """Insert or update the tree from a checked file; raises ProblemsFound when it is not sound."""
    problems = Problems()
    rows = [row for _line, row in read_row_specs(path, CategoryRow, problems)]
    problems.raise_if_any()
    known = {c.code: c for c in Category.objects.filter(jurisdiction_id=jurisdiction.id)}
    for row in rows:
        parent = known[row.parent] if row.parent else None
        category = known.get(row.code) or Category(jurisdiction_id=jurisdiction.id, code=row.code)
        category.title = {"zh-Hans": row.title_zh, "en": row.title_en}
        category.parent = parent
        category.path = join_path(parent.path if parent else "", row.code)
        category.level = parent.level + 1 if parent else 1
        category.urgency = row.urgency
        category.accept_minutes = row.accept_minutes
        category.handle_minutes = row.handle_minutes
        category.calendar = row.calendar or ""
        category.legal_basis = row.legal_basis
        category.words = row.words.split()
        category.is_active = True
        category.save()
        known[row.code] = category
    gone = set(known) - {row.code for row in rows}
    Category.objects.filter(jurisdiction_id=jurisdiction.id, code__in=gone).update(is_active=False)


def put_responsibilities(path: Path, jurisdiction: areas.JurisdictionView) -> None:
    """Replace the responsibility list; row numbers are the file's lines."""
    problems = Problems()
    rows = read_row_specs(path, ResponsibilityRow, problems)
    problems.raise_if_any()
    departments = {d.code: d.id for d in organisation.departments(SYSTEM, jurisdiction=jurisdiction.code)}
    categories = dict(Category.objects.filter(jurisdiction_id=jurisdiction.id).values_list("code", "id"))
    named = {row.area for _line, row in rows if row.area}
    places = {code: areas.area(code, jurisdiction.code).id for code in named}
    Responsibility.objects.filter(jurisdiction_id=jurisdiction.id).delete()
    Responsibility.objects.bulk_create(
        Responsibility(
            jurisdiction_id=jurisdiction.id,
            row=line,
            category_id=categories[row.category] if row.category else None,
            area_id=places[row.area] if row.area else None,
            condition=row.condition,
            department_id=departments[row.department],
            basis=row.basis,
        )
        for line, row in rows
    )
