"""The lake under `kill -9` and under four writers at once: readable at any time, and exact in the end."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.base.child import start_child
from tests.engines.data.test_lake import named
from yiwang.engines.data.lake import current_version, recover, scan
from yiwang.engines.data.models import Write

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

WRITER = """
import pyarrow as pa
from yiwang.engines.data.lake import write
name, first, last, who = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
print("ready", flush=True)
for n in range(first, last):
    ids = [f"{who}-{n}-{k}" for k in range(20)]
    write(name + "_log", pa.table({"id": ids, "n": [n] * 20}), mode="append", once=f"{who} {n}")
    state = {"id": [f"{who}-{k}" for k in range(50)], "n": [n] * 50}
    write(name + "_state", pa.table(state), mode="upsert", key=["id"], once=f"{who} {n}")
    print(n, flush=True)
"""


def check_whole_batches(name: str) -> None:
    """Every table is readable, and each batch is in it wholly, once, or not at all."""
    if current_version(f"{name}_log") is not None:
        log = scan(f"{name}_log").to_pydict()
        assert len(set(log["id"])) == len(log["id"])
        assert all(log["n"].count(n) % 20 == 0 for n in set(log["n"]))
    if current_version(f"{name}_state") is not None:
        state = scan(f"{name}_state").to_pydict()
        assert len(set(state["id"])) == len(state["id"]) and len(state["id"]) % 50 == 0
        writers = {each.split("-")[0] for each in state["id"]}
        for who in writers:
            assert len({n for each, n in zip(state["id"], state["n"], strict=True) if each.split("-")[0] == who}) == 1


def test_a_writer_killed_at_any_moment_loses_and_doubles_nothing(size: Callable[[int, int], int]) -> None:
    name, chance, done = named("t"), random.Random(7), -1
    n_kills = size(5, 200)
    for _ in range(n_kills):
        child = start_child(WRITER, name, str(done + 1), "1000000", "w")
        assert child.stdout is not None and child.stdout.readline() == "ready\n"
        for _line in range(chance.randrange(1, 3)):
            done = int(child.stdout.readline())
        time.sleep(chance.uniform(0.0, 0.4))
        child.kill()
        told = child.communicate(timeout=60)[0].split()
        done = int(told[-1]) if told else done  # whoever goes on repeats the batch it has no answer for
        check_whole_batches(name)
    child = start_child(WRITER, name, str(done + 1), str(done + 3), "w")
    assert child.communicate(timeout=300)[0].split()[-1] == str(done + 2)
    recover(f"{name}_log")
    recover(f"{name}_state")
    log = scan(f"{name}_log").to_pydict()
    assert sorted(log["id"]) == sorted(f"w-{n}-{k}" for n in range(done + 3) for k in range(20))
    assert set(scan(f"{name}_state").column("n").to_pylist()) == {done + 2}
    assert not Write.objects.exclude(state="done").exists()
    assert done + 1 >= n_kills  # the kills came in the midst of work, not before it


def test_four_writers_at_once_are_exact(size: Callable[[int, int], int]) -> None:
    name, n_batches = named("t"), size(6, 60)
    children = [start_child(WRITER, name, "0", str(n_batches), f"w{each}") for each in range(4)]
    seen: list[Any] = []
    while any(child.poll() is None for child in children):
        check_whole_batches(name)
        seen.append(current_version(f"{name}_log"))
        time.sleep(0.1)
    assert [child.communicate(timeout=300) and child.returncode for child in children] == [0, 0, 0, 0]
    log = scan(f"{name}_log").to_pydict()
    expected = [f"w{w}-{n}-{k}" for w in range(4) for n in range(n_batches) for k in range(20)]
    assert sorted(log["id"]) == sorted(expected)
    state = {row["id"]: row["n"] for row in scan(f"{name}_state").to_pylist()}
    assert state == {f"w{w}-{k}": n_batches - 1 for w in range(4) for k in range(50)}
    numbers = list(Write.objects.filter(dataset=f"{name}_log").order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, 4 * n_batches + 1))
