"""How the command line shows things: tables, problems, complaints."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from django.utils.translation import gettext as _
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from yiwang.kernel.errors import Problems
from yiwang.kernel.text import Text

WIDE = 400  # of what is piped into another program
out = Console(soft_wrap=True, highlight=False)
err = Console(stderr=True, soft_wrap=True, highlight=False)


def translated(text: Text) -> str:
    """A text in the terminal's language."""
    return text.render(_)


def complain(line: str) -> None:
    """One line of what went wrong, to the error stream."""
    err.print(f"[red]{escape(line)}[/red]")


def tell(line: str) -> None:
    """One line, as it is."""
    out.print(escape(line))


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Rows under heads; None and "" show as a dash."""
    shown = Table(box=None, pad_edge=False, header_style="bold")
    for head in heads:
        shown.add_column(head, overflow="fold")  # codes are copied from here: never cut
    for row in rows:
        shown.add_row(*(escape("–" if cell in (None, "") else str(cell)) for cell in row))
    console = Console()
    console.print(shown, width=None if console.is_terminal else WIDE)


def problems_table(problems: Problems) -> None:
    """Every problem as `file:line: message`, so that editors jump there, and how many there are."""
    here = Path.cwd()
    for problem in problems:
        path = Path(problem.file)
        shown = path.relative_to(here) if path.is_relative_to(here) else path
        out.print(f"[bold]{escape(str(shown))}:{problem.line}:[/bold] {escape(translated(problem.text))}")
    if problems:
        complain(_("%(n)s problems") % {"n": len(problems)})
