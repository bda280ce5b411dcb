"""Forms in scenes: the folder `forms/`, one YAML file for each."""

from __future__ import annotations

from yiwang.engines.form.actions import publish_form
from yiwang.engines.form.checks import check_form
from yiwang.engines.form.specs import FormSpec
from yiwang.kernel.errors import Problems
from yiwang.kernel.scenes import Documents, InstallContext, Part, Scene, register_part


def register_forms() -> None:
    """Make the part known. Nothing is removed with a scene: answers keep the version they were given to."""
    register_part(Part(name="forms", folder="forms", spec=FormSpec, order=35, check=_check, install=_install))


def _check(scene: Scene, documents: Documents, problems: Problems) -> None:
    for document in documents.values():
        for path, text in check_form(document.id, document.spec):
            problems.add(document.file, document.line_of(path), text)


def _install(context: InstallContext, documents: Documents) -> None:
    for document in documents.values():
        publish_form(document.id, document.spec, by=context.by)
