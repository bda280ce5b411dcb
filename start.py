"""一网 Yiwang: one way to run, test, check and measure it.

    python3 start.py                 set up what is missing, start everything, print the address and the accounts
    python3 start.py test [ARGS]     the whole test suite (ARGS go to pytest); says what it left out and why
    python3 start.py check [NAMES]   every check of the tree, or the named ones; --fix repairs style first
    python3 start.py bench [NAMES]   measure, and append the figures to bench/RESULTS.md
    python3 start.py prepare         set up what is missing and start nothing, for services (docs/running.md)

Needs Python 3.11 to 3.14 and nothing else: packages come hashed from requirements.lock into .venv, browser libraries
by package-lock.json into assets/vendor. A second start finds all of that in place.
"""

import os
import shutil
import subprocess
import sys
import time

OLDEST, NEWEST = (3, 11), (3, 14)


def _fits(program: str) -> bool:
    """True when this Python runs, has a version of ours and can make environments."""
    question = f"import sys, venv, ensurepip; sys.exit(not {OLDEST} <= sys.version_info[:2] <= {NEWEST})"
    try:
        answer = subprocess.call([program, "-c", question], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    except OSError:
        return False
    return answer == 0


def _take_a_fitting_python() -> None:
    """Go on under another Python of this machine when this one is too old or too new; else say what is needed."""
    if OLDEST <= sys.version_info[:2] <= NEWEST:
        return
    mine = ".".join(str(part) for part in sys.version_info[:2])
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        program = shutil.which(f"python3.{minor}")
        if program and _fits(program):
            print(f"This is Python {mine}; going on with {program}")
            sys.stdout.flush()
            os.execv(program, [program, *sys.argv])
    sys.exit(
        f"Yiwang needs Python 3.{OLDEST[1]} to 3.{NEWEST[1]}; this is {mine}. Install one of those and start again."
    )


# What stands above also runs on an old Python, so that it gets the message; what follows needs 3.11.
_take_a_fitting_python()

import argparse  # noqa: E402
from pathlib import Path  # noqa: E402

ROOT = Path(__file__).resolve().parent
sys.path.insert(0, str(ROOT))

from tools import browser_libraries, environment, serving, translations  # noqa: E402
from tools.show import Stop, say  # noqa: E402

PASSED_ON = {"test": "tools.testing", "check": "tools.checking", "bench": "tools.benching"}


def prepare(lock: str) -> None:
    """Put in place what is missing or out of date: environment, packages, browser libraries, translations.

    Two starts at the same time take turns: this file serves as their lock.
    """
    import fcntl

    with Path(__file__).open("rb") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        environment.prepare(ROOT, lock)
        environment.keep_compiled(ROOT)
        browser_libraries.prepare(ROOT)
        translations.prepare(ROOT)


def in_environment(module: str, arguments: list[str]) -> int:
    """Run one of our modules with the environment's Python; returns its exit code."""
    with subprocess.Popen([environment.python(ROOT), "-m", module, *arguments], cwd=ROOT) as process:
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:  # the child got it as well, and ends by itself
                continue


def main(arguments: list[str]) -> int:
    """Do what the command line says; returns the exit code."""
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")  # a terminal without UTF-8 shows a question mark, not an error
    if sys.platform == "win32":
        raise Stop("Yiwang runs on Linux and macOS; on Windows start it inside WSL.")
    if arguments and arguments[0] in PASSED_ON:
        prepare(environment.DEV_LOCK)
        return in_environment(PASSED_ON[arguments[0]], arguments[1:])
    if arguments == ["prepare"]:
        prepare(environment.LOCK)
        return 0
    title, _, explained = str(__doc__).partition("\n\n")
    parser = argparse.ArgumentParser(
        "start.py", description=title, epilog=explained, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--port", type=int, help="serve on this port (default: 8000, or the next free one)")
    parser.add_argument("--home", type=Path, help="data directory (default: YIWANG_HOME, else ./var)")
    options = parser.parse_args(arguments)
    begun = time.monotonic()
    prepare(environment.LOCK)
    return serving.serve(ROOT, port=options.port, home=options.home, begun=begun)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Stop as stop:
        say(f"\n{stop}")
        sys.exit(1)
    except KeyboardInterrupt:
        say("\nStopped.")
        sys.exit(130)
