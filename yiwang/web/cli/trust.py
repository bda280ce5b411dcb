"""`yiwang audit …`: verify the audit trail, seal it now."""

from __future__ import annotations

import typer
from django.utils.translation import gettext as _

from yiwang.base.audit.sealer import seal_entries
from yiwang.base.audit.verifier import verify_chain
from yiwang.web.cli.showing import complain, tell, translated

app = typer.Typer(help=_("The audit trail: sealed, chained, signed."), no_args_is_help=True)


@app.command(help=_("Verify the whole chain; status 1 when anything was altered, removed, inserted or cut off."))
def verify() -> None:
    """Verify."""
    found = verify_chain()
    tell(
        _("%(entries)s entries under %(seals)s signed seals; %(open)s not sealed yet.")
        % {"entries": found.n_entries, "seals": found.n_seals, "open": found.n_unsealed}
    )
    for finding in found.findings:
        complain(translated(finding))
    if not found.is_sound:
        raise typer.Exit(1)
    tell(_("Nothing was tampered with."))


@app.command(help=_("Seal what is not sealed yet."))
def seal() -> None:
    """Seal now."""
    tell(_("%(n)s entries sealed.") % {"n": seal_entries()})
