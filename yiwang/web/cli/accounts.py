"""`yiwang account …`: accounts, first passwords, appointments and API tokens, for whoever runs the installation."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import typer
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yiwang.base.access import SYSTEM
from yiwang.base.organisation import actions as organisation
from yiwang.base.organisation import queries as organisation_queries
from yiwang.base.people import actions, queries
from yiwang.kernel.clock import now
from yiwang.kernel.titles import pick
from yiwang.web.cli.showing import table, tell

app = typer.Typer(help=_("Accounts of officials, citizens, companies and services."), no_args_is_help=True)
Username = Annotated[str, typer.Argument(help=_("user name"))]


@app.command("list", help=_("List accounts with their posts."))
def list_accounts(
    kind: Annotated[str | None, typer.Option(help="official | citizen | company | service")] = None,
    text: Annotated[str, typer.Option(help=_("part of a name"))] = "",
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 200,
) -> None:
    """List accounts."""
    rows = []
    for one in queries.accounts(SYSTEM, kind=kind, text=text, limit=limit):
        posts = ", ".join(post.code for post in organisation_queries.posts_of(one.id))
        state = "" if one.is_active else _("closed")
        rows.append((one.username, one.display_name, one.kind, posts, state))
    table([_("user name"), _("name"), _("kind"), _("posts"), _("state")], rows)


@app.command(help=_("Create an account; its first password is shown once."))
def create(
    username: Username,
    name: Annotated[str, typer.Option(help=_("name shown beside what is done"))],
    kind: Annotated[str, typer.Option(help="official | citizen | company | service")] = "official",
    post: Annotated[list[str] | None, typer.Option(help=_("code of a post to appoint to; may be repeated"))] = None,
) -> None:
    """Create an account."""
    made = actions.create_account(username, display_name=name, kind=kind, by=SYSTEM)
    for code in post or []:
        organisation.appoint(made.uid, code, by=SYSTEM)
    if kind == "service":
        tell(_("Created %(name)s. Services sign in with a token: yiwang account token %(name)s") % {"name": username})
        return
    password = actions.make_password_once(username, by=SYSTEM)
    tell(
        _("Created %(name)s with the password %(password)s (shown this once).")
        % {"name": username, "password": password}
    )


@app.command(help=_("Appoint somebody to a post from today on."))
def appoint(username: Username, post: Annotated[str, typer.Argument(help=_("code of the post"))]) -> None:
    """Appoint an official."""
    organisation.appoint(queries.account_named(SYSTEM, username).uid, post, by=SYSTEM)
    tell(_("%(name)s holds the post %(post)s.") % {"name": username, "post": post})


@app.command(help=_("List posts: role, departments and areas their rights reach."))
def posts() -> None:
    """List posts."""
    language = get_language() or "en"
    rows = [
        (one.code, pick(one.title, language), one.role, one.department_path or "*", one.area_path or "*")
        for one in organisation_queries.posts(SYSTEM)
    ]
    table([_("code"), _("title"), _("role"), _("departments"), _("areas")], rows)


@app.command(help=_("Make an API token for an account; it is shown once."))
def token(
    username: Username,
    title: Annotated[str, typer.Option(help=_("what it is for"))] = "command line",
    days: Annotated[int | None, typer.Option(min=1, help=_("days until it ends; default: never"))] = None,
) -> None:
    """Make a token."""
    uid = queries.account_named(SYSTEM, username).uid
    expires_at = now() + timedelta(days=days) if days else None
    made = actions.create_token(uid, title=title, expires_at=expires_at, by=SYSTEM)
    tell(_("The token (shown this once): %(token)s") % {"token": made})


@app.command(help=_("Close an account at once; its tokens end."))
def disable(
    username: Username, reason: Annotated[str, typer.Option(help=_("why; kept in the audit"), prompt=True)]
) -> None:
    """Close an account."""
    actions.disable_account(queries.account_named(SYSTEM, username).uid, reason=reason, by=SYSTEM)
    tell(_("Closed %(name)s.") % {"name": username})
