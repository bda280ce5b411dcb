"""Measures the first start from a clean clone to the first page, with warm and with cold package caches.

    python3 start.py bench cold_start [--only warm] [--size small]

Clones this repository's HEAD, runs `python3 start.py` in it on a free port and a home of its own, and waits for "ready
after". Cold: pip, uv and npm get empty caches of their own (packages still come from where this machine's settings
say). Every start is killed with all its processes after `LONGEST_S`; clone, home and caches are removed at the end.
"""

from __future__ import annotations

import argparse
import os
import re
import signal
import subprocess
import tempfile
import threading
import time
from pathlib import Path

from bench.city import _free_port, load
from bench.report import ROOT, append_result

LONGEST_S, END_S = 900.0, 60.0


def first_page(size: str, *, is_cold: bool) -> list[tuple[str, str, str]]:
    """Seconds of the first and of the second start, and the parts the first one told."""
    name = "cold caches" if is_cold else "warm caches"
    began = load()
    with tempfile.TemporaryDirectory(prefix="yiwang-cold-") as folder:
        clone, home, port = Path(folder) / "yiwang", Path(folder) / "home", _free_port()
        subprocess.run(["git", "clone", "-q", str(ROOT), str(clone)], check=True)
        env = {k: v for k, v in os.environ.items() if not k.startswith("YIWANG_") and k != "VIRTUAL_ENV"}
        env |= {"YIWANG_DEMO_SIZE": size}
        if is_cold:
            env |= {
                "PIP_CACHE_DIR": f"{folder}/pip",
                "npm_config_cache": f"{folder}/npm",
                "UV_CACHE_DIR": f"{folder}/uv",
            }
        command = ["python3", "start.py", "--port", str(port), "--home", str(home)]
        first, told = _start(command, clone, env)
        again, _told = _start(command, clone, env)
        kept = sum(f.stat().st_size for f in home.rglob("*") if f.is_file()) / 1e6
    parts = "; ".join(f"{what} {seconds} s" for what, seconds in told)
    return [
        (f"{name}: clone to first page", f"{first:.0f} s", f"{size}, load {began}; {parts}"),
        (f"{name}: second start", f"{again:.1f} s", f"home {kept:.0f} MB"),
    ]


def _start(command: list[str], clone: Path, env: dict[str, str]) -> tuple[float, list[tuple[str, str]]]:
    """Start, wait for the first page, end; seconds and what the set-up told of its parts.

    RuntimeError when it ends without a page, or is not there in `LONGEST_S`.
    """
    start = time.monotonic()
    process = subprocess.Popen(
        command, cwd=clone, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )
    assert process.stdout is not None
    told: list[tuple[str, str]] = []
    took = 0.0
    too_long = threading.Timer(LONGEST_S, os.killpg, (process.pid, signal.SIGKILL))
    too_long.start()
    try:
        for line in process.stdout:
            if found := re.search(r"^\s*[✓ ]*(.+?):?\s+([\d.]+) s\s*$", line):
                told.append((found[1].strip(" :"), found[2]))
            if "ready after" in line:
                took = time.monotonic() - start
                break
    finally:
        too_long.cancel()
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(END_S)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(END_S)
    if not took:
        raise RuntimeError(f"no first page: the start ended, or was killed after {LONGEST_S:.0f} s")
    return took, told


def main() -> None:
    """Measure and append to the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=("warm", "cold", ""), default="")
    parser.add_argument("--size", default="city", help="of the sample city: city, small")
    parser.add_argument("--dry", action="store_true", help="print, do not append")
    options = parser.parse_args()
    rows: list[tuple[str, str, str]] = []
    if options.only in ("", "warm"):
        rows += first_page(options.size, is_cold=False)
    if options.only in ("", "cold"):
        rows += first_page(options.size, is_cold=True)
    if options.dry:
        print("\n".join(map(str, rows)))
        return
    append_result(
        "From a clean clone to the first page", rows, note="Packages come over this machine's own registry link."
    )


if __name__ == "__main__":
    main()
