"""Laws of the token-moving function, on random flows and random verbs, without a database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engines.flow.conftest import FRIDAY
from yiwang.engines.flow.checks import check_flow
from yiwang.engines.flow.definition import Definition
from yiwang.engines.flow.run import Surroundings
from yiwang.engines.flow.specs import FlowSpec
from yiwang.engines.flow.state import (
    OPEN_INSTANCES,
    OPEN_ITEMS,
    ClockState,
    Event,
    InstanceStatus,
    LogLine,
    State,
    TokenState,
    Unit,
)
from yiwang.engines.flow.verbs import advance, new_state, replay
from yiwang.kernel.calendar import named
from yiwang.kernel.errors import Failure

AROUND = Surroundings({"case": named("office"), "always": named("always")}, lambda code: Unit(len(code), f"{code}/"))
VERBS = [
    *("claim", "unclaim", "complete", "return", "transfer", "withdraw"),
    *("hold", "resume", "extend", "urge", "warn", "miss"),
]


def titled(text: str) -> dict[str, str]:
    return {"zh-Hans": text, "en": text}


@st.composite
def flows(draw: st.DrawFn) -> FlowSpec:
    """A random flow of 1-4 user steps, gateways and tables that passes every check."""
    n_users = draw(st.sampled_from([3, 4, 2, 1]))
    users = [f"user_{n}" for n in range(n_users)]
    others = [f"auto_{n}" for n in range(draw(st.integers(0, 3)))]
    ends = [f"end_{n}" for n in range(draw(st.integers(1, 2)))]
    nodes: dict[str, dict[str, object]] = {"begin": {"kind": "start", "next": users[0]}}
    for n, name in enumerate(users):
        # The first outcome leads forward, so that every node can reach an end; the others lead anywhere.
        anywhere = st.sampled_from(users + others + ends)
        ahead = users[n + 1] if n + 1 < n_users else ends[0]
        targets = [ahead, *draw(st.lists(anywhere, max_size=2))]
        node: dict[str, object] = {
            "kind": "user",
            "title": titled(name),
            "outcomes": {f"go_{i}": {"title": titled(target), "next": target} for i, target in enumerate(targets)},
            "department": draw(st.sampled_from(["subject.department", {"code": "abc"}, {"value": "code"}])),
            "returned_to": draw(st.sampled_from(["department", "person"])),
        }
        if draw(st.sampled_from([True, True, False])):
            calendar = draw(st.sampled_from(["case", "always"]))
            minutes = draw(st.sampled_from([600, "n * 30", 30]))
            node["clock"] = {
                "minutes": minutes,
                "calendar": calendar,
                "warn_at": draw(st.sampled_from([[0.2, 0.5], [0.5], []])),
            }
        if draw(st.booleans()):
            node["withdraw"] = {"permission": "flow.dispatch", "next": draw(anywhere)}
        nodes[name] = node
    for n, name in enumerate(others):
        after = draw(st.sampled_from(others[n + 1 :] + users + ends))
        if draw(st.booleans()):
            routes = [{"when": "n > 3 AND flow_returns < 2", "next": after}]
            nodes[name] = {"kind": "exclusive", "routes": routes, "default": draw(st.sampled_from(users + ends))}
        else:
            rows = [{"when": "n >= 5", "then": {"n": "= n - 5"}}]
            table = {"outputs": {"n": "INTEGER"}, "rows": rows, "default": {"n": 9}}
            nodes[name] = {"kind": "table", "table": table, "next": after}
    nodes |= {name: {"kind": "end"} for name in ends}
    clock = {"minutes": 900} if draw(st.booleans()) else None
    reached = _reached(nodes)
    return FlowSpec.model_validate(
        {
            "title": titled("x"),
            "variables": {"n": {"type": "integer", "default": draw(st.integers(0, 9))}, "code": "string"},
            "clock": clock,
            "nodes": {name: node for name, node in nodes.items() if name in reached},
        }
    )


def _reached(nodes: dict[str, dict[str, object]]) -> set[str]:
    seen, waiting = set(), ["begin"]
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            node = nodes[name]
            waiting += [o["next"] for o in node.get("outcomes", {}).values()]
            waiting += [r["next"] for r in node.get("routes", [])]
            waiting += [node["withdraw"]["next"]] if "withdraw" in node else []
            waiting += [node[key] for key in ("next", "default") if node.get(key)]
    return seen


def attempt(random: Random, definition: Definition, state: State) -> tuple[str, int | None, dict[str, object]]:
    """A verb somebody may try in this state: mostly sensible, sometimes on work that is finished, held or not there."""
    verb = random.choice(
        VERBS
        + ["complete"] * 4
        + ["return", "return", "warn", "warn", "warn", "claim", "unclaim", "unclaim"]
        + ["terminate"] * (random.random() < 0.05)
    )
    if state.status is InstanceStatus.HELD and random.random() < 0.6:
        verb = "resume"
    if verb in ("hold", "resume", "terminate"):
        return verb, None, {}
    if verb in ("warn", "miss"):
        running = [clock.number for clock in state.clocks.values() if clock.state is ClockState.RUNNING]
        return verb, None, {"clock": random.choice(running or [max(1, state.n_clocks)])}
    open_items = [item.number for item in state.open_items]
    number = random.choice(open_items if open_items and random.random() < 0.85 else sorted(state.items))
    if verb == "complete":
        outcomes = [*definition.user(state.items[number].node).outcomes] * 5 + ["nothing"]
        data: dict[str, object] = {"outcome": random.choice(outcomes), "variables": {"n": random.randint(0, 9)}}
        if random.random() < 0.5:
            data["assign"] = {"unit": [7, "seven/"], "account": random.choice([None, 1, 2])}
        return verb, number, data
    if verb == "return":
        return verb, number, {"to": random.choice([None, None, "user_0", "user_1"])}
    if verb == "transfer":
        return verb, number, {"unit": [random.randint(1, 9), "t/"], "account": random.choice([None, 1, 2])}
    return verb, number, {"minutes": random.randint(0, 500)} if verb == "extend" else {}


def check_laws(state: State) -> None:
    """What holds in every state an instance can be in."""
    live = {token.number for token in state.live_tokens}
    # no token lost, no work item without a token, no token of a person's step without its one open item
    assert sorted(item.token for item in state.open_items) == sorted(live)
    if state.status in OPEN_INSTANCES:
        assert live
    else:
        assert not state.open_items
        assert state.ended_at is not None
        assert not [c for c in state.clocks.values() if c.state in (ClockState.RUNNING, ClockState.HELD)]
    for token in state.tokens.values():
        assert len(set(token.path)) == len(token.path)
        assert set(token.path) <= set(state.done)
    for item in state.items.values():
        assert (item.ended_at is None) == (item.state in OPEN_ITEMS)
        assert item.state != "claimed" or item.assignee is not None
        assert (item.state == "claimed") == (item.claimed_at is not None and item.ended_at is None)
    for clock in state.clocks.values():
        owner = state.items.get(clock.item) if clock.item else None
        if owner is not None and owner.state not in OPEN_ITEMS:
            assert clock.state not in (ClockState.RUNNING, ClockState.HELD)
        assert (clock.next_at is not None) == (clock.state is ClockState.RUNNING)
        if state.status is InstanceStatus.HELD:
            assert clock.state is not ClockState.RUNNING
    if state.status is InstanceStatus.OPEN:
        assert not [c for c in state.clocks.values() if c.state is ClockState.HELD]


@pytest.mark.slow
def test_whatever_people_try_no_token_is_lost_and_the_log_tells_the_state(size: Callable[[int, int], int]):
    succeeded: Counter[str] = Counter()

    @settings(max_examples=size(300, 5000), deadline=None, database=None, derandomize=size(1, 0) == 1)
    @given(flows(), st.integers(0, 2**32))
    def law(spec: FlowSpec, seed: int) -> None:
        assert [str(text) for _, text in check_flow("x", spec)] == []
        succeeded.update(line.verb for line in run_randomly(Definition("x", 1, spec), Random(seed)))

    law()
    missing = [verb for verb in [*VERBS, "terminate", "decide", "route", "end"] if not succeeded[verb]]
    assert not missing, f"none of {missing}: {succeeded}"


def run_randomly(definition: Definition, random: Random) -> list[LogLine]:
    """Up to 40 attempts on one instance, every law checked after each; returns what was logged."""
    at = FRIDAY
    state = new_state()
    log: list[tuple[LogLine, datetime, int | None]] = []
    verb, item, data = "start", None, {"variables": {"code": "abcd"}}
    for _ in range(40):
        event = Event(verb, at, random.choice([None, 1, 2]), item, data)
        before = repr(state)
        try:
            step = advance(definition, state, event, AROUND)
        except Failure:
            assert repr(state) == before
        else:
            assert repr(state) == before
            assert set(step.state.tokens) >= set(state.tokens)
            state = step.state
            log += [(line, at, event.by) for line in step.lines]
            check_laws(state)
            if state.status not in OPEN_INSTANCES:
                break
        verb, item, data = attempt(random, definition, state)
        at += timedelta(minutes=random.choice([0, 7, 7, 30, 200, 3000]))
    elsewhere = Surroundings(AROUND.calendars, lambda code: None)  # departments come from the log
    assert replay(definition, log, elsewhere) == state
    return [line for line, _, _ in log]


def test_a_replayed_decision_that_comes_out_the_same_logs_the_same_lines():
    nodes = {
        "begin": {"kind": "start", "next": "grade"},
        "grade": {
            "kind": "table",
            "table": {
                "inputs": {"n": "n"},
                "outputs": {"grade": "STRING"},
                "rows": [{"when": {"n": ">= 5"}, "then": {"grade": "high"}, "note": "rule 3"}],
                "default": {"grade": "low"},
            },
            "next": "choose",
        },
        "choose": {"kind": "exclusive", "routes": [{"when": "grade = 'high'", "next": "yes"}], "default": "no"},
        "yes": {"kind": "end"},
        "no": {"kind": "end"},
    }
    variables = {"n": "integer", "grade": "string"}
    spec = FlowSpec.model_validate({"title": titled("x"), "variables": variables, "nodes": nodes})
    definition = Definition("x", 1, spec)
    step = advance(definition, new_state(), Event("start", FRIDAY, None, None, {"variables": {"n": 7}}), AROUND)
    assert (step.state.end_node, step.state.variables["grade"]) == ("yes", "high")
    decide = next(line for line in step.lines if line.verb == "decide")
    assert decide.data["rows"] == [1]
    assert decide.data["seen"] == {"n": 7}
    assert "n >= 5" in decide.data["why"][0]
    low = advance(definition, new_state(), Event("start", FRIDAY, None, None, {"variables": {"n": 1}}), AROUND)
    assert (low.state.end_node, low.state.status) == ("no", InstanceStatus.ENDED)
    assert [token.state for token in low.state.tokens.values()] == [TokenState.CONSUMED]
    unknown = advance(definition, new_state(), Event("start", FRIDAY), AROUND)
    assert unknown.lines[1].data["unknown"] == ["n"]
