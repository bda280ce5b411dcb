"""`checks/*.yaml`: what must come out when the scene has worked on its `sample/`.

The kernel only says what an expectation is and who measures it: parts register a *runner* for each kind of
measurement (a metric's value, an event found by a condition …), `run_expectations` compares.

    expectations:
      - name: late_requests
        measure: metric
        of: late_requests
        with: {year: 2024}
        equals: 1567
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, JsonValue, model_validator

from yiwang.kernel.errors import Failure, Problems
from yiwang.kernel.specs import Defines, Document, Id, Spec, SpecError, TitleField
from yiwang.kernel.text import N_, Text


class ExpectationSpec(Spec):
    """One expectation: measure something, compare it with `equals` or with limits."""

    name: Annotated[Id, Defines("expectations")]
    title: TitleField | None = None
    measure: Id
    """Who measures: a registered runner such as `metric`."""
    of: str | None = None
    """What is measured: the id of a metric, query or document."""
    condition: str | None = None
    """A condition selecting the records to measure, for runners that take one."""
    parameters: dict[str, JsonValue] = Field(default={}, alias="with")
    """Parameters of the measurement."""
    equals: JsonValue = None
    """The exact value, list or mapping expected."""
    at_least: float | None = None
    at_most: float | None = None
    tolerance: float = Field(default=0, ge=0)
    """How far numbers may differ from `equals`, absolute."""

    @model_validator(mode="after")
    def _is_measurable(self) -> ExpectationSpec:
        if self.of is None and self.condition is None:
            raise SpecError(N_("“of” or “condition” is missing: what is measured?"))
        if not {"equals", "at_least", "at_most"} & self.model_fields_set:
            raise SpecError(N_("“equals”, “at_least” or “at_most” is missing: what is expected?"))
        return self


class ChecksSpec(Spec):
    """A file of expectations."""

    expectations: tuple[ExpectationSpec, ...] = Field(min_length=1)


@dataclass(frozen=True)
class Expectation:
    """An expectation and where it stands."""

    spec: ExpectationSpec
    file: Path
    line: int


@dataclass(frozen=True)
class Outcome:
    """What one expectation came to; `text` says what was wrong, None when it was met."""

    expectation: Expectation
    value: Any
    text: Text | None

    @property
    def is_met(self) -> bool:
        """Whether it came out as expected."""
        return self.text is None


Measure = Callable[[Any, ExpectationSpec], Any]
"""A runner: given the install context and the expectation, returns plain data (numbers, text, lists, mappings)."""


@dataclass(frozen=True)
class Runner:
    """Who measures expectations of a kind; `targets` is the kind of name that `of` must be, None for any text."""

    kind: str
    measure: Measure
    targets: str | None = None


_runners: dict[str, Runner] = {}


def register_runner(kind: str, measure: Measure, *, targets: str | None = None) -> None:
    """Make a runner known; ValueError when another one has that kind."""
    runner = Runner(kind, measure, targets)
    if _runners.setdefault(kind, runner) != runner:
        raise ValueError(f"a runner {kind!r} is registered already")


@contextmanager
def only_runners(*runners: Runner) -> Iterator[None]:
    """Within the block only these runners are registered; for tests."""
    before = dict(_runners)
    _runners.clear()
    _runners.update({runner.kind: runner for runner in runners})
    try:
        yield
    finally:
        _runners.clear()
        _runners.update(before)


def expectations_in(document: Document, spec: ChecksSpec) -> list[Expectation]:
    """The expectations of one file with their lines."""
    return [
        Expectation(each, document.file, document.line_of(("expectations", n)))
        for n, each in enumerate(spec.expectations)
    ]


def check_runner(expectation: Expectation, problems: Problems) -> Runner | None:
    """The runner of an expectation; None with a problem when there is none of that kind, or `of` is missing."""
    runner = _runners.get(expectation.spec.measure)
    if runner is None:
        told = N_("nobody measures “%(kind)s”; known here: %(known)s")
        known = ", ".join(sorted(_runners)) or "–"
        problems.add(expectation.file, expectation.line, told, kind=expectation.spec.measure, known=known)
    elif runner.targets and expectation.spec.of is None:
        problems.add(expectation.file, expectation.line, N_("“%(key)s” is missing"), key="of")
    return runner


def run_expectations(context: Any, expectations: tuple[Expectation, ...]) -> list[Outcome]:
    """Measure and compare every expectation; a measurement that fails is an outcome not met, not an exception."""
    outcomes = []
    for expectation in expectations:
        found = Problems()
        runner = check_runner(expectation, found)
        if runner is None or found:
            outcomes.append(Outcome(expectation, None, next(iter(found)).text))
            continue
        try:
            value = runner.measure(context, expectation.spec)
        except Failure as failure:
            outcomes.append(Outcome(expectation, None, failure.text))
            continue
        outcomes.append(Outcome(expectation, value, difference(expectation.spec, value)))
    return outcomes


def difference(spec: ExpectationSpec, value: Any) -> Text | None:
    """What is wrong with a measured value; None when it is as expected."""
    params = {"name": spec.name, "value": _shown(value)}
    if "equals" in spec.model_fields_set and not is_same(spec.equals, value, spec.tolerance):
        return Text(N_("%(name)s: %(expected)s expected, %(value)s found"), {**params, "expected": _shown(spec.equals)})
    limits = [limit for limit in (spec.at_least, spec.at_most) if limit is not None]
    if limits and (isinstance(value, bool) or not isinstance(value, int | float) or math.isnan(value)):
        return Text(N_("%(name)s: a number expected, %(value)s found"), params)
    if spec.at_least is not None and value < spec.at_least:
        return Text(N_("%(name)s: at least %(limit)s expected, %(value)s found"), {**params, "limit": spec.at_least})
    if spec.at_most is not None and value > spec.at_most:
        return Text(N_("%(name)s: at most %(limit)s expected, %(value)s found"), {**params, "limit": spec.at_most})
    return None


def is_same(expected: Any, value: Any, tolerance: float = 0) -> bool:
    """Whether two pieces of plain data are equal, numbers within `tolerance`; true and 1 are different."""
    if isinstance(expected, bool) or isinstance(value, bool):
        return expected is value
    if isinstance(expected, int | float) and isinstance(value, int | float):
        return expected == value or abs(expected - value) <= tolerance
    if isinstance(expected, list | tuple) and isinstance(value, list | tuple):
        pairs = zip(expected, value, strict=False)
        return len(expected) == len(value) and all(is_same(e, v, tolerance) for e, v in pairs)
    if isinstance(expected, Mapping) and isinstance(value, Mapping):
        return expected.keys() == value.keys() and all(is_same(expected[k], value[k], tolerance) for k in expected)
    return bool(expected == value)


def _shown(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
