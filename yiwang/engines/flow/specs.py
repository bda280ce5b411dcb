"""What a flow file `flows/<id>.yaml` may say: the steps of a process, who does them, how long they may take.

The shape is BPMN's — nodes joined by flows — so that a BPMN file can be read into the same model: a user step whose
`outcomes` lead on is a user task followed by its exclusive gateway. Times are working minutes of a named calendar.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from yiwang.kernel.specs import Id, Spec, TitleField
from yiwang.kernel.tables import TableSpec

DEFAULT_PERMISSION = "flow.work"
CASE_CALENDAR = "case"
"""Name of the calendar an instance was started with; any other name is one of the kernel's calendars."""

VariableType = Literal["boolean", "integer", "decimal", "float", "string", "date", "datetime"]
PermissionCode = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$")]
FormRef = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,59}@[1-9][0-9]{0,5}$")]
Fraction = Annotated[float, Field(gt=0, lt=1)]
Formula = Annotated[str, StringConstraints(min_length=1, max_length=2000)]
Value = bool | int | float | str


class VariableSpec(Spec):
    """One declared variable: flows keep nothing else, so that no personal data gets in unseen."""

    type: VariableType
    title: TitleField | None = None
    one_of: tuple[str, ...] = ()
    """Texts allowed; only for the type string. Makes it possible to prove that a gateway covers every case."""
    default: Value | None = None
    """The value an instance starts with; a variable with a default is never empty."""


def _long_form(value: VariableType | VariableSpec) -> VariableSpec:
    """`urgency: integer` is short for `urgency: {type: integer}`."""
    return VariableSpec(type=value) if isinstance(value, str) else value


if TYPE_CHECKING:
    Variable = VariableSpec  # what the validator leaves
else:
    # A validator before the union would leave pydantic's JSON mode, where a list may stand for a tuple.
    Variable = Annotated[VariableType | VariableSpec, AfterValidator(_long_form)]


class ClockSpec(Spec):
    """A time limit."""

    minutes: Annotated[int, Field(gt=0, le=5_256_000)] | Formula
    """Working minutes: a number, or an expression over the variables (empty or not above 0 = no limit)."""
    calendar: Id = CASE_CALENDAR
    """`case` = the calendar the instance was started with, else a named calendar (`always`, `office`, …)."""
    warn_at: tuple[Fraction, ...] = ()
    """Fractions of the limit at which the holder is warned, `[0.5, 0.8]`."""


class SameAs(Spec):
    """Whoever had an earlier user step last."""

    same_as: Id


class FixedDepartment(Spec):
    """One department by its code."""

    code: Annotated[str, StringConstraints(min_length=1, max_length=64)]


class ComputedDepartment(Spec):
    """A department by the code an expression over the variables gives; empty = the subject's department."""

    value: Formula


DepartmentRule = Literal["subject.department"] | SameAs | FixedDepartment | ComputedDepartment


class OutcomeSpec(Spec):
    """One way to finish a user step."""

    title: TitleField
    next: Id
    needs_reason: bool = False


class WithdrawSpec(Spec):
    """Who may take a step back from whoever has it (收回) before it is done, and where the case goes then."""

    permission: PermissionCode
    next: Id


class StartNode(Spec):
    """Where an instance begins."""

    kind: Literal["start"]
    next: Id


class UserNode(Spec):
    """A step a person does."""

    kind: Literal["user"]
    title: TitleField
    outcomes: Annotated[dict[Id, OutcomeSpec], Field(min_length=1)]
    permission: PermissionCode = DEFAULT_PERMISSION
    department: DepartmentRule = "subject.department"
    person: SameAs | None = None
    """Give the step to the very person who finished an earlier one."""
    not_by: Id | None = None
    """Refuse whoever finished that step last: nobody verifies their own work."""
    clock: ClockSpec | None = None
    form: FormRef | None = None
    data: dict[Id, Variable] = {}
    """What the finished step may keep beside its outcome; like variables, only declared keys."""
    may_return: bool | tuple[Id, ...] = True
    """Whether the step may be returned, or to which steps."""
    withdraw: WithdrawSpec | None = None
    """Left out: only who has the step lets go of it."""
    returned_to: Literal["department", "person"] = "department"
    """Who gets the step when a later one is returned to it: its department's inbox, or who had finished it."""


class TableNode(Spec):
    """A decision table; its outputs are written to the variables of the same name."""

    kind: Literal["table"]
    title: TitleField | None = None
    table: TableSpec
    next: Id


class RouteSpec(Spec):
    """One way out of a gateway."""

    when: Formula
    next: Id


class ExclusiveNode(Spec):
    """A gateway: the first route whose condition is true, else the default."""

    kind: Literal["exclusive"]
    title: TitleField | None = None
    routes: Annotated[tuple[RouteSpec, ...], Field(min_length=1)]
    default: Id | None = None


class EndNode(Spec):
    """Where a token ends; the instance ends with its last token."""

    kind: Literal["end"]
    title: TitleField | None = None
    outcome: Id | None = None
    """What the instance came to; the node's id when left out."""


NodeSpec = Annotated[StartNode | UserNode | TableNode | ExclusiveNode | EndNode, Field(discriminator="kind")]


class FlowSpec(Spec):
    """One process definition."""

    title: TitleField
    description: TitleField | None = None
    variables: dict[Id, Variable] = {}
    clock: ClockSpec | None = None
    """The time limit of the whole case, from its start to its end."""
    supervised_by: Annotated[tuple[PermissionCode, ...], Field(min_length=1)] = ("flow.supervise",)
    """Who may hold, resume, terminate, urge, extend and transfer what others have: any of these permissions."""
    nodes: Annotated[dict[Id, NodeSpec], Field(min_length=2)]


def targets(
    node: StartNode | UserNode | TableNode | ExclusiveNode | EndNode,
) -> list[tuple[tuple[str | int, ...], str]]:
    """The nodes a node leads to, each with the place below the node that says so."""
    if isinstance(node, UserNode):
        roads: list[tuple[tuple[str | int, ...], str]] = [
            (("outcomes", name, "next"), outcome.next) for name, outcome in node.outcomes.items()
        ]
        return [*roads, (("withdraw", "next"), node.withdraw.next)] if node.withdraw else roads
    if isinstance(node, ExclusiveNode):
        found: list[tuple[tuple[str | int, ...], str]] = [
            (("routes", n, "next"), route.next) for n, route in enumerate(node.routes)
        ]
        return [*found, (("default",), node.default)] if node.default else found
    if isinstance(node, EndNode):
        return []
    return [(("next",), node.next)]
