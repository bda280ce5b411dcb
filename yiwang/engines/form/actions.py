"""Writes of forms: publish a version, keep the files that came with answers."""

from __future__ import annotations

from yiwang.base.access import Viewer, require
from yiwang.base.deeds import deed
from yiwang.base.files.actions import store_upload
from yiwang.engines.form.answers import uploads
from yiwang.engines.form.building import SceneForm
from yiwang.engines.form.checks import check_form
from yiwang.engines.form.models import Form
from yiwang.engines.form.specs import FormSpec
from yiwang.kernel import clock
from yiwang.kernel.errors import Problems


def publish_form(key: str, spec: FormSpec, *, by: Viewer) -> int:
    """Publish a form and return its version; the same content again changes nothing.

    Needs `scenes.manage`. ProblemsFound lists everything wrong with it.
    """
    require(by, "scenes.manage")
    problems = Problems()
    for path, text in check_form(key, spec):
        problems.add(f"forms/{key}.yaml", 0, "%(place)s: %(problem)s", place=".".join(map(str, path)), problem=text)
    problems.raise_if_any()
    digest = spec.digest
    with deed("form.publish_form", by=by, subject=f"form:{key}") as d:
        row, _ = Form.objects.get_or_create(key=key)
        row = Form.objects.select_for_update().get(pk=row.pk)  # two publishers never share a number
        last = row.versions.order_by("-version").first()
        if last is not None and last.digest == digest:
            d.note(version=last.version, is_new=False)
            return last.version
        version = (last.version if last else 0) + 1
        row.versions.create(version=version, body=spec.body, digest=digest, published_at=clock.now())
        d.note(version=version, is_new=True, digest=digest)
    return version


def keep_uploads(form: SceneForm, *, subject: str, by: Viewer) -> dict[str, list[str]]:
    """Store the files of a valid form; their uids by field, to be put beside the answers.

    `subject` is what they belong to (`event:<uid>`), whose owner decides who reads them.
    """
    field_kinds = {name: form.fields[name] for name in uploads(form)}
    return {
        name: [str(store_upload(one, by=by, kinds=field_kinds[name].kinds, subject=subject).uid) for one in files]  # type: ignore[attr-defined,arg-type]
        for name, files in uploads(form).items()
        if files
    }
