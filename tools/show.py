"""Shows what is being done and how long it took: one plain line per step, a turning mark where somebody watches.

Standard library only, because it runs before anything is installed.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

SIGNS = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
HEARTBEAT_S = 10.0  # without a terminal, a long step says so this often


class Stop(Exception):
    """Ends the command with a message a person can act on."""


class Step:
    """One thing being done; `note` says how far it is."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.begun = time.monotonic()
        self.latest = ""

    def note(self, what: str) -> None:
        """Say what is being worked on just now (one short line)."""
        self.latest = what.strip()[:70]

    @property
    def seconds(self) -> float:
        """Seconds since the step began."""
        return time.monotonic() - self.begun


@contextmanager
def step(title: str) -> Iterator[Step]:
    """Run a block as a named step: `✓ title  1.2 s`, or `✗ title` when it raises."""
    doing = Step(title)
    over = threading.Event()
    watcher = threading.Thread(target=_watch, args=(doing, over), daemon=True)
    watcher.start()
    mark = "✗"
    try:
        yield doing
        mark = "✓"
    finally:
        over.set()
        watcher.join()
        _wipe()
        say(f"  {mark} {title}  {doing.seconds:.1f} s")


def say(text: str = "") -> None:
    """Print one line at once."""
    print(text, flush=True)


def run(
    command: Sequence[str | Path],
    doing: Step,
    *,
    cwd: Path,
    env: Mapping[str, str] | None = None,
    note: Callable[[str], str | None] = lambda line: line,
) -> None:
    """Run a quiet command; its lines become notes of the step, and the last 25 are told when it fails (`Stop`)."""
    last: deque[str] = deque(maxlen=25)
    with subprocess.Popen(
        [str(part) for part in command],
        cwd=cwd,
        env={**os.environ, **(env or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            last.append(line.rstrip())
            told = note(line)
            if told:
                doing.note(told)
    if process.returncode != 0:
        raise Stop(f"{doing.title}: failed. The last it said:\n\n    " + "\n    ".join(last))


def _watch(doing: Step, over: threading.Event) -> None:
    """Keep the reader informed until the step is over."""
    if not sys.stdout.isatty():
        while not over.wait(HEARTBEAT_S):
            say(f"    … {doing.title}: {doing.latest or 'working'} ({doing.seconds:.0f} s)")
        return
    turn = 0
    while not over.wait(0.1):
        turn += 1
        tail = f" — {doing.latest}" if doing.latest else ""
        width = max(40, os.get_terminal_size().columns - 1)
        line = f"  {SIGNS[turn % len(SIGNS)]} {doing.title}  {doing.seconds:.0f} s{tail}"
        sys.stdout.write("\r\x1b[2K" + line[:width])
        sys.stdout.flush()


def _wipe() -> None:
    """Clear the turning line before the final one."""
    if sys.stdout.isatty():
        sys.stdout.write("\r\x1b[2K")
