"""Flows in scenes: the folder `flows/`, one YAML file for each process."""

from __future__ import annotations

from yiwang.engines.flow.actions.definitions import publish_definition
from yiwang.engines.flow.checks import check_flow
from yiwang.engines.flow.specs import FixedDepartment, FlowSpec, UserNode
from yiwang.kernel.calendar import NAMES
from yiwang.kernel.errors import Problems
from yiwang.kernel.scenes import Documents, InstallContext, Part, Scene, register_part


def check_flows(scene: Scene, documents: Documents, problems: Problems) -> None:
    """Add what is wrong with the scene's flows, each at its line."""
    calendars = {*NAMES, *scene.names.known("calendars")}
    departments = scene.names.known("departments")
    has_forms = any(part.name == "forms" for part in scene.parts)
    for document in documents.values():
        spec: FlowSpec = document.spec
        for path, text in check_flow(document.id, spec, calendars=calendars):
            problems.add(document.file, document.line_of(path), text)
        for name, node in spec.nodes.items():
            if not isinstance(node, UserNode):
                continue
            if node.form is not None and has_forms:
                scene.refer(problems, document, ("nodes", name, "form"), "forms", node.form.split("@")[0])
            if isinstance(node.department, FixedDepartment) and departments:
                at = ("nodes", name, "department", "code")
                scene.refer(problems, document, at, "departments", node.department.code)


def install_flows(context: InstallContext, documents: Documents) -> None:
    """Publish each flow; unchanged ones keep their version."""
    for document in documents.values():
        publish_definition(document.id, document.spec, by=context.by)


def register_flows() -> None:
    """Make the part known. Nothing is removed with a scene: running cases keep their definition."""
    register_part(Part(name="flows", folder="flows", spec=FlowSpec, order=40, check=check_flows, install=install_flows))
