"""What the base packages below contribute to erasing and ageing; engines and domains have `erasers.py` of their own."""

from __future__ import annotations

from datetime import datetime

from yiwang.base.erasure.registry import Person, register_ager, register_eraser
from yiwang.base.erasure.traces import age_audit, erase_sessions
from yiwang.base.files.actions import erase_files_of
from yiwang.base.jobs.actions import erase_jobs, purge_jobs
from yiwang.base.messages.actions import erase_messages, purge_messages
from yiwang.base.notices.actions import erase_notices_of
from yiwang.base.people.erasing import erase_account


def _accounts(person: Person) -> int:
    return sum(erase_account(uid, reason=person.reason, by=person.by) for uid in person.account_uids)


def _files(person: Person) -> int:
    return erase_files_of(person.account_ids, reason=person.reason, by=person.by)


def _notices(person: Person) -> int:
    return erase_notices_of(person.account_ids, reason=person.reason, by=person.by)


def _messages(person: Person) -> int:
    return erase_messages({*person.subjects, *map(str, person.account_uids)})


def _jobs(person: Person) -> int:
    return erase_jobs(map(str, person.account_uids))


def _age_messages(name: str, before: datetime, limit: int) -> int:
    return purge_messages(before, limit)


def _age_jobs(name: str, before: datetime, limit: int) -> int:
    return purge_jobs(before, limit)


register_eraser("files", _files)
register_eraser("notices", _notices)
register_eraser("sessions", erase_sessions)
register_eraser("messages", _messages)
register_eraser("jobs", _jobs)
register_eraser("accounts", _accounts)
register_ager("messages", _age_messages)
register_ager("jobs", _age_jobs)
register_ager("audit", age_audit)
