"""The roles every installation starts with; afterwards they are data and edited on a page.

Administrators run the installation and see no events; who sees events cannot manage accounts.
"""

from __future__ import annotations

from collections.abc import Mapping

DEFAULT_ROLES: Mapping[str, tuple[Mapping[str, str], tuple[str, ...]]] = {
    "administrator": (
        {"zh-Hans": "系统管理员", "en": "Administrator"},
        (
            "accounts.manage",
            "accounts.unmask",
            "scenes.manage",
            "data.manage",
            "jobs.manage",
            "erasure.manage",
            "boards.view",
            "audit.view",
            "platform.watch",
        ),
    ),
    "watcher": ({"zh-Hans": "运行监测", "en": "Watcher of the platform"}, ("platform.watch",)),
    "supervisor": (
        {"zh-Hans": "运行中心值班长", "en": "Operation centre supervisor"},
        (
            "events.report",
            "events.view",
            "events.dispatch",
            "events.supervise",
            "events.export",
            "events.unmask",
            "events.import",
            "flow.work",
            "flow.dispatch",
            "flow.supervise",
            "boards.view",
        ),
    ),
    "operator": (
        {"zh-Hans": "热线话务员", "en": "Hotline operator"},
        ("events.report", "events.view", "events.dispatch", "events.unmask", "flow.work", "boards.view"),
    ),
    "dispatcher": (
        {"zh-Hans": "分拨员", "en": "Dispatcher"},
        ("events.report", "events.view", "events.dispatch", "flow.work", "flow.dispatch", "boards.view"),
    ),
    "handler": (
        {"zh-Hans": "处置人员", "en": "Handler"},
        ("events.patrol", "events.view", "events.handle", "events.unmask", "flow.work"),
    ),
    "verifier": (
        {"zh-Hans": "核查员", "en": "Verifier"},
        ("events.view", "events.verify", "flow.work"),
    ),
    "leader": (
        {"zh-Hans": "领导", "en": "Leader"},
        ("events.view", "events.dispatch", "events.supervise", "flow.supervise", "boards.view"),
    ),
    "auditor": (
        {"zh-Hans": "审计员", "en": "Auditor"},
        ("events.view", "audit.view"),
    ),
}
