"""The limits the installed rules give: working time of each category on its own calendar."""

from __future__ import annotations

from datetime import datetime, timedelta

from yiwang.domains.events.course import Rules

USUAL_ACCEPT, USUAL_HANDLE = 60, 960


class RuleLimits:
    """`plan.course.Limits` by a jurisdiction's categories and calendars."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules

    def accepted_by(self, category: str, since: datetime, share: float) -> datetime:
        """When a share of the time to accept has passed."""
        known = self.rules.by_code.get(category)
        return self._later(category, since, (known and known.accept_minutes) or USUAL_ACCEPT, share)

    def handled_by(self, category: str, since: datetime, share: float) -> datetime:
        """When a share of the time to handle has passed; at 1 it is the deadline."""
        known = self.rules.by_code.get(category)
        return self._later(category, since, (known and known.handle_minutes) or USUAL_HANDLE, share)

    def is_limited(self, category: str) -> bool:
        """Whether handling it has a deadline at all (praise has none)."""
        known = self.rules.by_code.get(category)
        return known is None or known.handle_minutes != 0

    def _later(self, category: str, since: datetime, minutes: int, share: float) -> datetime:
        """Working minutes later; as many minutes of the clock where the calendar has no end of them."""
        known = self.rules.by_code.get(category)
        wanted = round(minutes * share)
        found = self.rules.calendar_of(known.id if known else None).add_minutes(since, wanted).at
        return found if found is not None else since + timedelta(minutes=wanted)
