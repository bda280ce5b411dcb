"""The load generator: threads with plain sockets kept alive, in a process of its own, counting and timing requests.

It speaks just enough HTTP/1.1 (a written request, a status line, a `Content-Length`) to cost the machine little, since
it shares the processor with what is measured. Traffic goes to 127.0.0.1 only; count and time are bounded by callers.
"""

from __future__ import annotations

import json
import socket
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

HOST = "127.0.0.1"
TIMEOUT_S = 30.0


class Unexpected(RuntimeError):
    """An answer that was not the expected one."""


@dataclass
class Client:
    """One connection; `times` collects seconds by the name of the request."""

    port: int
    times: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    _socket: socket.socket | None = None

    def ask(
        self, name: str, method: str, path: str, *, token: str, body: object = None, expect: int = 200, cookie: str = ""
    ) -> Any:
        """Send a request, wait for the whole answer, note its time; returns the JSON (or the bytes of other kinds)."""
        sent = b"" if body is None else json.dumps(body, ensure_ascii=False).encode()
        head = f"{method} {path} HTTP/1.1\r\nHost: {HOST}:{self.port}\r\nContent-Length: {len(sent)}\r\n"
        head += f"Authorization: Bearer {token}\r\n" if token else ""
        head += f"Cookie: {cookie}\r\n" if cookie else ""
        start = time.perf_counter()
        status, kind, answer = self._exchange(head.encode() + b"Content-Type: application/json\r\n\r\n" + sent)
        self.times[name].append(time.perf_counter() - start)
        if status != expect:
            raise Unexpected(f"{name}: {status} {answer[:300].decode(errors='replace')}")
        return json.loads(answer) if b"json" in kind else answer

    def _exchange(self, request: bytes) -> tuple[int, bytes, bytes]:
        if self._socket is None:
            self._socket = socket.create_connection((HOST, self.port), timeout=TIMEOUT_S)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.sendall(request)
        got = b""
        while b"\r\n\r\n" not in got:
            got += self._received()
        head, _, body = got.partition(b"\r\n\r\n")
        fields = {
            k.strip().lower(): v.strip() for k, _, v in (line.partition(b":") for line in head.split(b"\r\n")[1:])
        }
        length = int(fields[b"content-length"])
        while len(body) < length:
            body += self._received()
        return int(head.split(b" ", 2)[1]), fields.get(b"content-type", b""), body

    def _received(self) -> bytes:
        assert self._socket is not None
        part = self._socket.recv(65_536)
        if not part:
            raise Unexpected("the server closed the connection")
        return part

    def close(self) -> None:
        """Close the connection."""
        if self._socket is not None:
            self._socket.close()


def for_seconds(
    port: int, n_clients: int, seconds: float, work: Callable[[Client, int], None]
) -> tuple[int, float, dict[str, list[float]]]:
    """Let each client repeat `work(client, running number)` for a time: how often it ended, seconds, times by name.

    Each client finishes what it has begun; the first failure is raised.
    """
    clients = [Client(port) for _ in range(n_clients)]
    start = time.perf_counter()
    until = start + seconds

    def one(number: int) -> int:
        done = 0
        while time.perf_counter() < until:
            work(clients[number], done * n_clients + number)
            done += 1
        clients[number].close()
        return done

    with ThreadPoolExecutor(n_clients) as pool:
        done = sum(pool.map(one, range(n_clients)))
    took = time.perf_counter() - start
    times: dict[str, list[float]] = defaultdict(list)
    for client in clients:
        for name, seen in client.times.items():
            times[name] += seen
    return done, took, dict(times)


def percentile_ms(seconds: Sequence[float], percent: int) -> float:
    """The percentile in milliseconds."""
    if len(seconds) < 2:
        return seconds[0] * 1e3
    return statistics.quantiles(seconds, n=100, method="inclusive")[percent - 1] * 1e3
