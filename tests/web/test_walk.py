"""A generated walk over every page and every operation of the API, as every role, in a world of planted secrets.

Nothing here lists pages by hand: they come from the URL resolver and the API's description. What a role may find in an
answer is worked out from grants and participation (`world.Secret.may_know`), never from the code under test.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.apps import apps
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client

from tests.web.addresses import (
    STEPS,
    Call,
    Page,
    address,
    api_examples,
    operations,
    pages,
    read_examples,
    write_examples,
)
from tests.web.world import ANYBODY, ROLES, Secret, World, build_world, found
from yiwang.base.access import Viewer

pytestmark = pytest.mark.xdist_group("walk")

WRITES = re.compile(r"^\s*(?:INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM)\s+\"?(\w+)\"?", re.IGNORECASE)
INSIDES = re.compile(rb"Traceback \(most recent|\bSELECT \"|django\.db|File \"/|site-packages|OperationalError")
KEPT_BY_READING = {
    "": {"django_session"},
    # an export is written down before its first row leaves; a code that is wrong is counted
    "export_events": {"audit_entry", "messages_message", "messages_delivery"},
    "open_notice": {"notices_notice"},
    # a reader's own mark of what they have looked at
    **{page: {"events_seen"} for page in ("event", "work_preview", "work_task")},
    **{
        f"follow_{one}": {"people_signincount"} for one in ("code", "receipt", "picture", "photo", "evaluate", "reopen")
    },
}
"""Tables a reading request may write to, by page; "" holds for all."""
NO_CHANGE = [
    *("account", "change_view", "follow", "form_branches", "report", "sign_in", "sign_out", "suggest_event"),
    "work_report_suggest",
]
"""Writing pages whose examples change no more than the session and counts, or send what is wrong."""
UNCOUNTED = {"django_session", "people_signincount", "people_apitoken", "events_seen"}
"""Tables a refused writing request may still write to: the session, counts of attempts, the last use of a token.

And what a reader has looked at: some refusals show the page."""


@dataclass
class Walk:
    """The world, a client for each role, and what was seen by whom."""

    world: World
    clients: dict[str, Client] = field(default_factory=dict)
    viewers: dict[str, Viewer] = field(default_factory=dict)
    seen: dict[str, set[tuple[str, str]]] = field(default_factory=lambda: defaultdict(set))
    leaks: list[str] = field(default_factory=list)
    n: int = 0

    def check(self, role: str, what: str, call: Call, answer: Any) -> None:
        """Judge one answer: no failure of ours, no insides, no secret the role may not know."""
        self.n += 1
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        body += "\n".join(f"{k}: {v}" for k, v in answer.items()).encode()
        if answer.status_code >= 500 and not (what == "GET /health" and answer.status_code == 503):
            # nobody seals the audit here, of which /health complains after a minute
            self.leaks.append(f"{role} {what}: {answer.status_code} {getattr(answer, 'exc_info', None)}")
        if INSIDES.search(body):
            self.leaks.append(f"{role} {what}: tells about the inside of the programme")
        viewer = self.viewers[role]
        for one in found(self.world.secrets, body):
            if _may_find(one, viewer, call):
                self.seen[role].add((one.kind, one.of))
            else:
                self.leaks.append(f"{role} {what} ({answer.status_code}): leaks the {one.kind} of {one.of}")


def _may_find(one: Secret, viewer: Viewer, call: Call) -> bool:
    if call.shows == (one.kind, one.of) and call.may(viewer):
        return True
    if call.code and one.code == call.code:
        return True
    return one.needle.decode("latin-1") in call.query or one.may_know(viewer)


@pytest.fixture(scope="module")
def walk(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    """The world, in a transaction of the module's own."""
    from yiwang.domains.events.course import forget_rules
    from yiwang.engines.place.queries import forget_indexes

    with django_db_blocker.unblock(), transaction.atomic():
        cache.clear()
        forget_rules()
        forget_indexes()
        walk = Walk(build_world(tmp_path_factory.mktemp("scenes")))
        for n, role in enumerate(ROLES):
            client = Client(raise_request_exception=False, REMOTE_ADDR=f"192.0.2.{n}")
            if role != ANYBODY:
                client.force_login(walk.world.accounts[role], backend="django.contrib.auth.backends.ModelBackend")
            walk.clients[role] = client
            walk.viewers[role] = walk.world.viewer(role)
        yield walk
        transaction.set_rollback(True)
    cache.clear()
    forget_rules()
    forget_indexes()


@pytest.fixture(autouse=True)
def in_the_world(walk: Walk, db: None) -> None:
    """Every test of this module uses the world's database, rolled back after it."""
    walk.leaks.clear()


@contextmanager
def written() -> Iterator[set[str]]:
    """The tables that were written to meanwhile."""
    tables: set[str] = set()

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if match := WRITES.match(sql):
            tables.add(match.group(1))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield tables


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is done is taken back; actions that must not run inside a transaction may run here."""
    block = transaction.atomic()
    block._from_testcase = True  # type: ignore[attr-defined]
    with block:
        yield
        transaction.set_rollback(True)


def contents(tables: set[str]) -> dict[str, int]:
    """A digest of each of these tables, of the rows as the database holds them."""
    models = {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}
    found = {}
    with connection.cursor() as cursor:
        for table in tables & models.keys():
            cursor.execute(f'SELECT * FROM "{table}" ORDER BY "{models[table]._meta.pk.column}"')
            found[table] = hash(tuple(map(repr, cursor.fetchall())))
    return found


def reading(walk: Walk, page: Page) -> list[Call]:
    """The calls for GET: examples, and the bare address where that is possible."""
    examples = read_examples(walk.world).get(page.name, [])
    return [*examples] if page.parameters else [Call(), *examples]


def test_every_page_and_operation_has_an_example(walk: Walk) -> None:
    known, known_api = read_examples(walk.world), api_examples(walk.world)
    lacking = [f"page {p.name or '(no name)'} at {p.route}" for p in pages() if p.parameters and p.name not in known]
    lacking += [f"page without a name at {p.route}" for p in pages() if not p.name]
    lacking += [f"operation {name}: {told}" for name, told in operations().items() if name not in known_api]
    assert not lacking, "add examples in tests/web/addresses.py for: " + "; ".join(lacking)
    names = {p.name for p in pages()}
    gone = (known.keys() | write_examples(walk.world).keys()) - names | (known_api.keys() - operations().keys())
    assert not gone, f"examples for what there is no more: {sorted(gone)}"


def test_reading_leaks_nothing_and_changes_nothing(walk: Walk) -> None:
    changes = []
    for page in pages():
        for call in reading(walk, page):
            url = address(page, call)
            for role, client in walk.clients.items():
                with written() as tables:
                    answer = client.get(url)
                    walk.check(role, f"GET {url}", call, answer)
                if odd := tables - KEPT_BY_READING[""] - KEPT_BY_READING.get(page.name, set()):
                    changes.append(f"{role} GET {url} writes {sorted(odd)}")
    assert not walk.leaks, "\n".join(walk.leaks)
    assert not changes, "\n".join(changes)
    assert walk.n > 1_200
    _check_completeness(walk)


def _check_completeness(walk: Walk) -> None:
    """The walk has power: whoever may know the words of an event did find them, and everybody their own notice."""
    for role, viewer in walk.viewers.items():
        for one in walk.world.secrets:
            if one.kind in ("words", "notice") and one.may_know(viewer):
                assert (one.kind, one.of) in walk.seen[role], f"{role} never found the {one.kind} of {one.of}"
    kinds = {kind for seen in walk.seen.values() for kind, _of in seen}
    assert {"photo", "thumbnail", "internal note", "result", "evaluation", "official's name", "follow code"} <= kinds


def test_the_api_leaks_nothing_by_token_or_by_session(walk: Walk) -> None:
    examples = api_examples(walk.world)
    changes = []
    for name, (method, route) in operations().items():
        if method != "get":
            continue
        for call in examples[name]:
            url = route.format(**call.kwargs) + call.query
            for role, client in walk.clients.items():
                tokens = [None, walk.world.tokens.get(role)]
                for token in tokens[: 2 if role != ANYBODY else 1]:
                    headers = {"Authorization": f"Bearer {token}"} if token else {}
                    with written() as tables:
                        answer = client.get(url, headers=headers)
                        walk.check(role, f"GET {url}", call, answer)
                    # the day a token was last used is kept with it
                    if odd := tables - KEPT_BY_READING[""] - {"people_apitoken"}:
                        changes.append(f"{role} GET {url} writes {sorted(odd)}")
    assert not walk.leaks, "\n".join(walk.leaks)
    assert not changes, "\n".join(changes)


def test_posting_without_the_right_changes_nothing(walk: Walk) -> None:
    examples = write_examples(walk.world)
    odd: list[str] = []
    done: dict[str, set[str]] = defaultdict(set)
    for page in pages():
        for call in examples.get(page.name, ()):
            url = address(page, call)
            for role, client in walk.clients.items():
                if _post(walk, role, client.post, url, call, odd, call.data):
                    done[f"{page.name} {call.kwargs.get('code', '')}"].add(role)
    assert not walk.leaks, "\n".join(walk.leaks)
    assert not odd, "\n".join(odd)
    never = [name for name in examples if not any(one.startswith(f"{name} ") for one in done)]
    assert sorted(never) == NO_CHANGE, never
    steps = {one.split()[1] for one in done if one.startswith("event_step ")}
    assert steps == {*STEPS} - {"close"}, "no role could do all the other steps"


def _post(walk: Walk, role: str, send: Callable[..., Any], url: str, call: Call, odd: list[str], data: Any) -> bool:
    """Send one writing request and take it back; True when it changed something. `odd` gets what it must not."""
    viewer, session = walk.viewers[role], walk.clients[role].cookies.copy()
    before: dict[str, int] = {}
    with undone():
        with written() as tables:
            answer = send(url, data)
            walk.check(role, f"POST {url}", call, answer)
        touched = tables - UNCOUNTED
        after = contents(touched)
    if touched:
        before = contents(touched)
    walk.clients[role].cookies = session
    changed = [table for table in after if after[table] != before[table]]
    if changed and not call.may(viewer):
        odd.append(f"{role} POST {url} {dict(data)}: changed {changed} ({answer.status_code})")
    return bool(changed)


def test_pages_that_only_show_refuse_to_be_posted_to(walk: Walk) -> None:
    posting = write_examples(walk.world)
    odd = []
    for page in pages():
        if page.name in posting:
            continue
        if not (calls := reading(walk, page)):
            continue  # named by the test of examples
        url = address(page, calls[0])
        for role in ("supervisor", "citizen_a", ANYBODY):
            answer = walk.clients[role].post(url)
            if answer.status_code != 405:
                odd.append(f"{page.name} ({page.route}) answers {answer.status_code} to POST as {role}")
    assert not odd, "\n".join([*odd, "they take POST: add examples to write_examples in tests/web/addresses.py"])


def test_the_api_changes_nothing_without_the_right(walk: Walk) -> None:
    examples = api_examples(walk.world)
    odd: list[str] = []
    done: set[str] = set()
    for name, (method, route) in operations().items():
        if method == "get":
            continue
        for call in examples[name]:
            url = route.format(**call.kwargs)
            for role in ROLES:
                token = walk.world.tokens.get(role)
                client = Client(raise_request_exception=False, REMOTE_ADDR="192.0.2.200")
                if token:
                    client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {token}"

                def send(url: str, data: Any, client: Client = client) -> Any:
                    return client.post(url, data, content_type="application/json")

                if _post(walk, role, send, url, call, odd, call.data):
                    done.add(name)
    assert not walk.leaks, "\n".join(walk.leaks)
    assert not odd, "\n".join(odd)
    writing = {name for name, (method, _route) in operations().items() if method != "get"}
    assert writing - done <= {"events_http_close"}, f"no role could do these: {sorted(writing - done)}"


def test_a_session_cannot_write_through_the_api(walk: Walk) -> None:
    examples = api_examples(walk.world)
    for name, (method, route) in operations().items():
        if method == "get" or name == "events_http_evaluate":
            continue
        for call in examples[name]:
            with written() as tables:
                url = route.format(**call.kwargs)
                answer = walk.clients["supervisor"].post(url, dict(call.data), content_type="application/json")
            assert answer.status_code == 401, f"{name}: {answer.status_code}"
            assert not tables - UNCOUNTED


def test_forms_without_their_mark_are_refused(walk: Walk) -> None:
    examples = write_examples(walk.world)
    for page in pages():
        for call in examples.get(page.name, ())[:1]:
            client = Client(enforce_csrf_checks=True)
            client.cookies = walk.clients["supervisor"].cookies.copy()
            with written() as tables:
                answer = client.post(address(page, call), call.data)
            assert answer.status_code == 403, f"{page.name} takes a form without its mark: {answer.status_code}"
            assert not tables


def test_other_methods_are_refused(walk: Walk) -> None:
    for page in pages():
        if not (calls := reading(walk, page)):
            continue  # named by the test of examples
        url = address(page, calls[0])
        for method in ("put", "patch", "delete", "trace"):
            answer = getattr(walk.clients["supervisor"], method)(url)
            assert answer.status_code == 405, f"{method.upper()} {url} answers {answer.status_code}"
            assert not INSIDES.search(answer.content)
    for name, (method, route) in operations().items():
        url = route.format(**api_examples(walk.world)[name][0].kwargs)
        for other in {"get", "put", "patch", "delete"} - {method}:
            answer = getattr(walk.clients["supervisor"], other)(url)
            assert answer.status_code in (401, 404, 405), f"{other.upper()} {url} answers {answer.status_code}"
