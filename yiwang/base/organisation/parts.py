"""What a scene says about its organisation: `organisation/departments.csv` and `organisation/posts.csv`.

    code,parent,title_zh,title_en,area
    water,,水务局,Water Bureau,

    code,role,department,area,reach,title_zh,title_en
    water_handler,handler,water,,department,处置岗,Handler

An empty area is the whole jurisdiction. A post's grants lie on its department's subtree, or with `reach`
jurisdiction on all departments of the city; with an area only there. Who holds a post is no matter of a scene:
people are appointed on a page. Departments and posts outlive the scene.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import StringConstraints

from yiwang.base.organisation.actions import ensure_roles, put_department, put_post
from yiwang.base.organisation.roles import DEFAULT_ROLES
from yiwang.kernel.errors import Invalid, Problems
from yiwang.kernel.scenes import Documents, InstallContext, Name, Part, Scene, register_part
from yiwang.kernel.specs import Refers, Spec, read_row_specs
from yiwang.kernel.text import N_

PART = "organisation"
DEPARTMENTS = "departments.csv"
POSTS = "posts.csv"
Code = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z_.-]{1,60}$")]
Label = Annotated[str, StringConstraints(min_length=1, max_length=120)]


class DepartmentRow(Spec):
    """A department; its parent stands in an earlier row."""

    code: Code
    parent: Annotated[Code | None, Refers("departments")] = None
    title_zh: Label
    title_en: Label
    area: Annotated[Code | None, Refers("areas")] = None


class PostRow(Spec):
    """A post of a department."""

    code: Code
    role: Annotated[Code, Refers("roles")]
    department: Annotated[Code, Refers("departments")]
    area: Annotated[Code | None, Refers("areas")] = None
    reach: Literal["department", "jurisdiction"] = "department"
    title_zh: Label
    title_en: Label


class NoDocument(Spec):
    """The organisation stands in CSV tables; there is no YAML for it."""


R = TypeVar("R", bound=Spec)


def _provides() -> Mapping[str, Collection[str]]:
    return {"roles": DEFAULT_ROLES.keys()}


def _names(scene: Scene, _documents: Documents) -> Iterable[Name]:
    for line, row in _rows(scene, DEPARTMENTS, DepartmentRow, Problems()):
        yield Name("departments", row.code, _table(scene, DEPARTMENTS), line)
    for line, post in _rows(scene, POSTS, PostRow, Problems()):
        yield Name("posts", post.code, _table(scene, POSTS), line)


def _check(scene: Scene, _documents: Documents, problems: Problems) -> None:
    """Sound rows that refer to what exists; parents stand before the departments below them."""
    path = _table(scene, DEPARTMENTS)
    rows = _rows(scene, DEPARTMENTS, DepartmentRow, problems)
    own = {row.code for _line, row in rows}
    seen: set[str] = set()
    for line, row in rows:
        if row.parent in own and row.parent not in seen:
            problems.add(path, line, N_("the parent “%(code)s” must stand in an earlier row"), code=row.parent)
        elif row.parent:
            scene.names.refer(problems, "departments", row.parent, path, line)
        if row.area:
            scene.names.refer(problems, "areas", row.area, path, line)
        seen.add(row.code)
    path = _table(scene, POSTS)
    for line, post in _rows(scene, POSTS, PostRow, problems):
        scene.names.refer(problems, "roles", post.role, path, line)
        scene.names.refer(problems, "departments", post.department, path, line)
        if post.area:
            scene.names.refer(problems, "areas", post.area, path, line)


def _install(context: InstallContext, _documents: Documents) -> None:
    departments = _rows(context.scene, DEPARTMENTS, DepartmentRow, Problems())
    posts = _rows(context.scene, POSTS, PostRow, Problems())
    if not departments and not posts:
        return
    if context.jurisdiction is None:
        raise Invalid(N_("A scene with places or departments needs a jurisdiction."))
    city: str = context.jurisdiction.code
    ensure_roles(by=context.by)
    for _line, row in departments:
        title = {"zh-Hans": row.title_zh, "en": row.title_en}
        put_department(city, row.code, title=title, parent_code=row.parent, area_code=row.area, by=context.by)
    for _line, post in posts:
        put_post(
            post_code(city, post.code),
            title={"zh-Hans": post.title_zh, "en": post.title_en},
            role=post.role,
            jurisdiction=city,
            department_code=post.department,
            area_code=post.area,
            reach=post.reach,
            by=context.by,
        )


def post_code(jurisdiction: str, code: str) -> str:
    """The installation-wide code of a post that a scene calls `code`."""
    return f"{jurisdiction}.{code}"


def _table(scene: Scene, name: str) -> Path:
    return scene.folder / "organisation" / name


def _rows(scene: Scene, name: str, kind: type[R], problems: Problems) -> list[tuple[int, R]]:
    path = scene.files.get(PART, {}).get(name)
    return read_row_specs(path, kind, problems) if path is not None else []


def register_organisation() -> None:
    """Make the part known."""
    register_part(
        Part(
            name=PART,
            folder="organisation",
            ids=("departments", "posts"),
            spec=NoDocument,
            suffixes=(".csv",),
            order=10,
            names=_names,
            provides=_provides,
            check=_check,
            install=_install,
        )
    )
