"""Slows down guessing of passwords: attempts are counted per account with address, per address and per account.

Other things an unknown person may do only so often (send reports, try codes) take turns by the same counts.

Counted in the database, so that all processes share the counts and a restart forgets nothing. An attempt counts
before the password is looked at (many at once cannot slip through) and is taken back when it succeeds.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils.crypto import salted_hmac

from yiwang.base.access import Viewer
from yiwang.base.deeds import deed
from yiwang.base.people.models import Account, SignInCount
from yiwang.kernel.clock import now

WINDOW = timedelta(minutes=15)
LIMITS = {"pair": 5, "address": 60, "account": 60}


def take_attempt(username: str, address: str) -> int:
    """Count an attempt; returns 0 when it may go on, else the seconds to wait."""
    at = now()
    wait_s = 0
    with transaction.atomic():
        SignInCount.objects.filter(started_at__lt=at - WINDOW).delete()
        for kind, key in _keys(username, address).items():
            wait_s = max(wait_s, _count(key, LIMITS[kind], at))
    return wait_s


def take_turn(what: str, address: str, *, most: int) -> int:
    """Count one of `most` turns an address has in the window for `what`; 0 when it may go on, else seconds to wait."""
    at = now()
    with transaction.atomic():
        SignInCount.objects.filter(started_at__lt=at - WINDOW).delete()
        return _count(_turn_key(what, address), most, at)


def turn_wait(what: str, address: str, *, most: int) -> int:
    """As `take_turn` would answer to one more, without counting it."""
    at = now()
    found = SignInCount.objects.filter(key=_turn_key(what, address), started_at__gte=at - WINDOW).first()
    return _left_s(found.started_at, at) if found is not None and found.n_attempts >= most else 0


def _count(key: str, most: int, at: datetime) -> int:
    """Add one to a count; seconds to wait when that is more than `most`."""
    row, _ = SignInCount.objects.get_or_create(key=key, defaults={"started_at": at})
    SignInCount.objects.filter(pk=row.pk).update(n_attempts=F("n_attempts") + 1)
    row.refresh_from_db()
    return _left_s(row.started_at, at) if row.n_attempts > most else 0


def _turn_key(what: str, address: str) -> str:
    return salted_hmac(f"yiwang.turn.{what}", address).hexdigest()[:40]


def give_back(username: str, address: str) -> None:
    """Take a successful attempt back: the pair starts anew, address and account lose one."""
    keys = _keys(username, address)
    SignInCount.objects.filter(key=keys["pair"]).delete()
    rows = SignInCount.objects.filter(key__in=[keys["address"], keys["account"]], n_attempts__gt=0)
    rows.update(n_attempts=F("n_attempts") - 1)


def note_sign_in(account: Account, *, by: Viewer, means: str) -> None:
    """Write into the audit that somebody signed in; `means` is `password` or `oidc`."""
    with deed("people.sign_in", by=by, subject=f"account:{account.uid}") as d:
        d.note(means=means)


def _keys(username: str, address: str) -> dict[str, str]:
    name = username.strip().casefold()
    told = {"pair": f"{name}\x00{address}", "address": address, "account": name}
    return {kind: salted_hmac(f"yiwang.signin.{kind}", text).hexdigest()[:40] for kind, text in told.items()}


def _left_s(started_at: datetime, at: datetime) -> int:
    return max(1, int((started_at + WINDOW - at).total_seconds()))
