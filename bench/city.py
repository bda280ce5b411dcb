"""An installation to measure: a city with many stored events, its servers running as in production.

Seeding takes minutes, so a seeded installation is kept under `YIWANG_BENCH_HOME` (default: a folder in the temporary
directory) and copied for every run. It is brought up to date when migrations or scenes have changed since, and made
anew when `seeding.EDITION` is raised or its folder is removed. PostgreSQL takes part when `YIWANG_TEST_POSTGRES` names
a server on which databases `yiwang_bench…` may be made and dropped; the kept ones are `yiwang_bench_kept_<events>_…`.
"""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from bench.report import ROOT
from bench.seeding import EDITION

KEPT = Path(os.environ.get("YIWANG_BENCH_HOME") or Path(tempfile.gettempdir()) / "yiwang-bench")
START_S, END_S = 180.0, 20.0


@dataclass(frozen=True)
class City:
    """A copy of a seeded installation: which database, where, and the environment its processes run in."""

    database: str
    home: Path
    env: dict[str, str]

    @property
    def tokens(self) -> dict[str, str]:
        """API token by user name."""
        known: dict[str, str] = json.loads((self.home / "tokens.json").read_text())
        return known

    def asked(self, code: str) -> str:
        """What a piece of Python prints in a process of this installation."""
        command = [sys.executable, "-c", f"import django; django.setup()\n{code}"]
        return subprocess.run(
            command, cwd=ROOT, env=self.env, check=True, capture_output=True, text=True
        ).stdout.strip()


def databases() -> list[tuple[str, str]]:
    """What to measure: SQLite, and PostgreSQL where `YIWANG_TEST_POSTGRES` gives its address."""
    server = os.environ.get("YIWANG_TEST_POSTGRES", "")
    if not server:
        print("PostgreSQL is left out: YIWANG_TEST_POSTGRES names no server", flush=True)
    return [("SQLite", ""), *([("PostgreSQL", server)] if server else [])]


@contextmanager
def city(database: str, server: str, n_events: int) -> Iterator[City]:
    """A fresh copy of the city with `n_events` stored; its files and its database are removed afterwards."""
    kept = kept_city(database, server, n_events)
    home = Path(tempfile.mkdtemp(prefix=f"run-{database.lower()}-", dir=KEPT))
    name = f"yiwang_bench_{home.name[-8:].lower()}"
    try:
        shutil.copytree(kept, home, dirs_exist_ok=True)
        if server:
            _on_server(server, "CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY", name, _database_of(kept))
        yield City(database, home, _environment(home, server, name))
    finally:
        shutil.rmtree(home, ignore_errors=True)
        if server:
            _on_server(server, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


@contextmanager
def running(here: City, workers: int = 2) -> Iterator[int]:
    """`yiwang up` for a city; gives the port of its pages once they answer, and ends it afterwards."""
    port = _free_port()
    env = here.env | {"YIWANG_PORT": str(port)}
    command = [sys.executable, "-m", "yiwang.web.cli", "up", "--port", str(port), "--workers", str(workers)]
    process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL)
    try:
        _wait(port, process)
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(END_S)
        except subprocess.TimeoutExpired:
            process.kill()


def load() -> str:
    """The machine's load average over one minute, to be told beside a figure."""
    return f"{os.getloadavg()[0]:.1f}"


def kept_city(database: str, server: str, n_events: int) -> Path:
    """The folder of the seeded city that runs are copied from, made or brought up to date where that is needed."""
    kept = KEPT / f"{database.lower()}-{n_events}-{EDITION}"
    state, present = kept / "state", _state()
    if not (kept / "tokens.json").exists():
        _seed(kept, server, n_events)
        state.write_text(present)
    elif not state.exists() or state.read_text() != present:
        environment = _environment(kept, server, _database_of(kept))
        command = [sys.executable, "-c", "from bench.seeding import bring_up_to_date; bring_up_to_date()"]
        subprocess.run(command, cwd=ROOT, env=environment, check=True)
        state.write_text(present)
    return kept


def _seed(kept: Path, server: str, n_events: int) -> None:
    """Make the city to copy from; older ones of the same kind are thrown away."""
    KEPT.mkdir(parents=True, exist_ok=True, mode=0o700)
    for old in KEPT.glob(f"{kept.name.rpartition('-')[0]}-*"):
        shutil.rmtree(old, ignore_errors=True)
    fresh, name = kept.with_suffix(".new"), _database_of(kept)
    fresh.mkdir()
    if server:
        _on_server(server, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
        _on_server(server, "CREATE DATABASE {}", name)
    start = time.monotonic()
    command = [sys.executable, "-c", f"from bench.seeding import seed; seed({n_events})"]
    lazy = {"PGOPTIONS": "-c synchronous_commit=off"}  # a seeding that is broken off is begun anew
    subprocess.run(command, cwd=ROOT, env=_environment(fresh, server, name) | lazy, check=True)
    fresh.rename(kept)
    print(f"seeded {n_events:,} events in {time.monotonic() - start:.0f} s: {kept}", flush=True)


def _state() -> str:
    """Changes when a kept city's tables or scene may be older than the code."""
    parts = [*ROOT.glob("yiwang/*/*/migrations/*.py"), *ROOT.glob("scenes/city_events/**/*")]
    digest = hashlib.sha256()
    for path in sorted(p for p in parts if p.is_file()):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _database_of(kept: Path) -> str:
    whose = hashlib.sha256(str(KEPT.resolve()).encode()).hexdigest()[:6]  # another folder's city is another one
    return f"yiwang_bench_kept_{kept.name.split('-')[1]}_{whose}"


def _environment(home: Path, server: str, name: str) -> dict[str, str]:
    url = urlsplit(server)._replace(path=f"/{name}").geturl() if server else ""
    known = {k: v for k, v in os.environ.items() if not k.startswith(("YIWANG_", "DATABASE_URL"))}
    return known | {"YIWANG_HOME": str(home), "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "yiwang.web.settings"}


def _on_server(server: str, statement: str, *names: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def _free_port() -> int:
    """A port that is free together with the next one, where the stream listens."""
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port = int(first.getsockname()[1])
            with suppress(OSError):
                second.bind(("127.0.0.1", port + 1))
                return port


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    """Wait until the pages answer. RuntimeError when they do not in `START_S`."""
    until = time.monotonic() + START_S
    while time.monotonic() < until and process.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        with suppress(OSError, http.client.HTTPException):
            connection.request("GET", "/sign-in")
            if connection.getresponse().status == 200:
                return
        connection.close()
        time.sleep(0.1)
    raise RuntimeError("the servers did not answer in time")
