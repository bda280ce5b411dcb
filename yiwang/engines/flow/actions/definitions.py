"""Publishing definitions: every changed one becomes a new version, running cases keep theirs."""

from __future__ import annotations

from yiwang.base.access import Viewer, require
from yiwang.base.deeds import deed
from yiwang.engines.flow.checks import check_flow
from yiwang.engines.flow.definition import spec_body, spec_digest
from yiwang.engines.flow.models import Definition
from yiwang.engines.flow.queries import forget_permissions
from yiwang.engines.flow.specs import FlowSpec, UserNode
from yiwang.kernel import clock
from yiwang.kernel.errors import Problems


def publish_definition(key: str, spec: FlowSpec, *, by: Viewer) -> int:
    """Publish a flow and return its version; the same definition again changes nothing.

    Needs `scenes.manage`. ProblemsFound lists everything wrong with it.
    """
    require(by, "scenes.manage")
    problems = Problems()
    for path, text in check_flow(key, spec):
        problems.add(f"flows/{key}.yaml", 0, "%(place)s: %(problem)s", place=".".join(map(str, path)), problem=text)
    problems.raise_if_any()
    body = spec_body(spec)
    digest = spec_digest(body)
    with deed("flow.publish_definition", by=by, subject=f"flow:{key}") as d:
        row, _ = Definition.objects.get_or_create(key=key)
        row = Definition.objects.select_for_update().get(pk=row.pk)  # two publishers never share a number
        last = row.versions.order_by("-version").first()
        if last is not None and last.digest == digest:
            d.note(version=last.version, is_new=False)
            return last.version
        version = (last.version if last else 0) + 1
        asked = sorted({node.permission for node in spec.nodes.values() if isinstance(node, UserNode)})
        row.versions.create(version=version, body=body, digest=digest, permissions=asked, published_at=clock.now())
        d.note(version=version, is_new=True, digest=digest)
    forget_permissions()
    return version
