"""Parts as engines would declare them, small: categories from a CSV, flows with steps, queries with SQL."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from yiwang.kernel.errors import Problems
from yiwang.kernel.scenes import Documents, Name, Part, Scene
from yiwang.kernel.specs import Defines, Id, Refers, Spec, TitleField, read_rows
from yiwang.kernel.sqlguard import guard_select


class CategoriesSpec(Spec):
    title: TitleField
    file: Annotated[str, Refers("categories.files")]


class UserStep(Spec):
    kind: Literal["user"]
    name: Annotated[Id, Defines("steps", local=True)]
    form: Annotated[Id, Refers("forms")] | None = None
    next: Annotated[Id, Refers("steps", local=True)] | None = None


class EndStep(Spec):
    kind: Literal["end"]
    name: Annotated[Id, Defines("steps", local=True)]


class FlowSpec(Spec):
    title: TitleField
    calendar: Annotated[str, Refers("calendars")] = "office"
    category: Annotated[str, Refers("category")] | None = None
    steps: tuple[Annotated[UserStep | EndStep, Field(discriminator="kind")], ...]


class FormSpec(Spec):
    title: TitleField
    fields: dict[Id, Literal["text", "number"]]


class QuerySpec(Spec):
    title: TitleField
    reads: tuple[str, ...]
    of: tuple[Annotated[Id, Refers("flows")], ...] = ()


def category_names(scene: Scene, documents: Documents) -> Iterable[Name]:
    for file in scene.files.get("categories", {}).values():
        for row in read_rows(file, Problems()):
            yield Name("category", row.cells["code"], file, row.line)


def check_categories(scene: Scene, documents: Documents, problems: Problems) -> None:
    for file in scene.files.get("categories", {}).values():
        read_rows(file, problems, columns=("code", "title"), required=("code",))


def check_queries(scene: Scene, documents: Documents, problems: Problems) -> None:
    for document in documents.values():
        file = scene.files.get("queries", {}).get(f"{document.id}.sql")
        if file is None:
            problems.add(document.file, 1, "%(id)s.sql is missing", id=document.id)
            continue
        for problem in guard_select(file.read_text("utf-8"), document.spec.reads):
            problems.add(file, problem.line, problem.text)


def parts() -> list[Part]:
    return [
        Part(
            name="categories", folder="rules", spec=CategoriesSpec, order=10, suffixes=(".csv",), ids=("categories",),
            names=category_names, check=check_categories,
        ),
        Part(name="forms", folder="forms", spec=FormSpec, order=20),
        Part(
            name="flows", folder="flows", spec=FlowSpec, order=30,
            provides=lambda: {"calendars": ["office", "always", "hotline"]},
        ),
        Part(
            name="queries", folder="metrics/queries", spec=QuerySpec, order=40, suffixes=(".sql",),
            check=check_queries,
        ),
    ]  # fmt: skip


SCENE = """\
name: {name}
version: 1.0.0
title: {{zh-Hans: 内涝, en: Flooding}}
summary: {{zh-Hans: 及时发现积水, en: Standing water found in time}}
jurisdiction:
  code: demo_city
  title: {{zh-Hans: 演示市, en: Demo City}}
  time_zone: Asia/Shanghai
  calendar: CN
  languages: [zh-Hans, en]
  division_scheme: cn_12
  root_area: "330100000000"
requires:
  yiwang: ">=0.1, <9"
"""


def write(folder: Path, files: dict[str, str]) -> None:
    for place, text in files.items():
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        (folder / place).write_text(text, encoding="utf-8")


def good_scene(root: Path, name: str = "flood") -> Path:
    folder = root / name
    write(
        folder,
        {
            "scene.yaml": SCENE.format(name=name),
            "README.md": "# Flooding\n",
            "rules/categories.yaml": "title: {zh-Hans: 类别, en: Categories}\nfile: categories.csv\n",
            "rules/categories.csv": "code,title\n0101,积水\n0102,井盖\n",
            "forms/report.yaml": "title: {zh-Hans: 上报, en: Report}\nfields:\n  depth_cm: number\n",
            "flows/pump.yaml": (
                "title: {zh-Hans: 抽排, en: Pump}\n"
                "category: '0101'\n"
                "steps:\n"
                "  - {kind: user, name: go, form: report, next: done}\n"
                "  - {kind: end, name: done}\n"
            ),
            "metrics/queries/open.yaml": "title: {zh-Hans: 在办, en: Open}\nreads: [events]\nof: [pump]\n",
            "metrics/queries/open.sql": "select count(*) as n\nfrom events\nwhere closed_at is null\n",
            "locale/zh-Hans.yaml": "reply: 已收到 {number}\n",
            "locale/en.yaml": "reply: Received as {number}\n",
            "sample/events.csv": "id\n1\n",
        },
    )
    return folder
