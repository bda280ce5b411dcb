"""The words of events for people: statuses, urgencies, sources, kinds of story lines. English ids, translated late."""

from __future__ import annotations

from yiwang.kernel.text import N_

STATUS_TITLES = {
    "received": N_("Waiting for dispatch"),
    "dispatched": N_("Dispatched"),
    "handling": N_("Being handled"),
    "verifying": N_("To be verified"),
    "closing": N_("To be closed"),
    "closed": N_("Closed"),
    "merged": N_("Merged"),
    "rejected": N_("Rejected"),
}

STATE_TITLES = {
    "": N_("All"),
    "open": N_("Open"),
    "received": N_("Waiting for dispatch"),
    "dispatched": N_("Dispatched"),
    "handling": N_("Being handled"),
    "verifying": N_("To be verified"),
    "closing": N_("To be closed"),
    "overdue": N_("Overdue"),
    "due_soon": N_("Due soon"),
    "supervised": N_("Under supervision"),
    "returned": N_("Returned"),
    "closed": N_("Closed"),
    "late": N_("Closed late"),
    "dissatisfied": N_("Dissatisfied"),
    "merged": N_("Merged"),
    "rejected": N_("Rejected"),
}
"""What lists may be narrowed to: groups of states, or one status."""

PUBLIC_STATUS_TITLES = {
    "received": N_("We have received your report"),
    "dispatched": N_("It has gone to the department in charge"),
    "handling": N_("Somebody is working on it"),
    "verifying": N_("The result is being checked"),
    "closing": N_("The result has been checked"),
    "closed": N_("It is done"),
    "merged": N_("It is handled together with an earlier report"),
    "rejected": N_("It was not taken up"),
}

REASON_TITLES = {
    "quick": N_("It went quickly"),
    "well_done": N_("The work was done well"),
    "informed": N_("I was kept informed"),
    "friendly": N_("Friendly people"),
    "slow": N_("It took too long"),
    "unsolved": N_("It is not solved"),
    "half_done": N_("Only patched up"),
    "unheard": N_("Nobody asked or told me anything"),
    "unfriendly": N_("Unfriendly people"),
}
"""What a reporter may tick beside the stars."""

URGENCY_TITLES = {"normal": N_("Normal"), "urgent": N_("Urgent"), "critical": N_("Critical")}

SOURCE_TITLES = {
    "web": N_("Website"),
    "phone": N_("Hotline"),
    "app": N_("App"),
    "api": N_("Interface"),
    "sensor": N_("Sensor"),
    "patrol": N_("Patrol"),
    "email": N_("E-mail"),
    "letter": N_("Letter"),
    "internal": N_("Internal"),
    "import": N_("Import"),
    "other": N_("Other"),
}

QUALITY_TITLES = {
    "exact": N_("Measured point"),
    "address": N_("From the address"),
    "placeholder": N_("Filler coordinates, not used"),
    "outside": N_("Outside this place, not used"),
    "none": N_("No point, and no area named in the address"),
}

ENTRY_TITLES = {
    "reported": N_("Reported"),
    "imported": N_("Taken over from another system"),
    "changed_at_source": N_("Changed in the other system"),
    "located": N_("Located"),
    "not_located": N_("Not located"),
    "classified": N_("Classified automatically"),
    "not_classified": N_("Not certain enough to classify"),
    "categorised": N_("Category chosen"),
    "dispatched": N_("Dispatched"),
    "not_dispatched": N_("Waits for a dispatcher"),
    "rejected": N_("Rejected"),
    "accepted": N_("Accepted"),
    "handled": N_("Handled"),
    "noted": N_("Note for colleagues"),
    "returned": N_("Returned"),
    "transferred": N_("Transferred"),
    "withdrawn": N_("Taken back"),
    "released": N_("Put back"),
    "verified": N_("Verified"),
    "verified_failed": N_("Not accepted in verification"),
    "closed": N_("Closed"),
    "reopened": N_("Reopened"),
    "evaluated": N_("Evaluated by the reporter"),
    "urged": N_("Urged"),
    "supervised": N_("Put under supervision"),
    "extended": N_("Deadline extended"),
    "merged": N_("Merged"),
    "joined": N_("Another event joined"),
    "unmerged": N_("Merge undone"),
    "parted": N_("An event parted again"),
    "not_duplicate": N_("Judged not to be a duplicate"),
    "not_accepted": N_("Nobody has accepted it in time"),
    "warned": N_("The deadline comes near"),
    "overdue": N_("The deadline has passed"),
}
