"""Every address of the installation, and examples for those that want parameters or a body.

`pages()` and `operations()` list what there is; the tables below say with what to call it. An address with a parameter
and without an example, or one that takes POST and stands in no table, makes the walk fail and name it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.web.world import World
from yiwang.base.access import Viewer

NOWHERE = UUID(int=7)
STEPS = frozenset(
    {"dispatch", "accept", "handle", "verify", "close", "return", "transfer", "reject"}
    | {"redispatch", "withdraw", "release"}
    | {"urge", "supervise", "extend", "reopen", "unmerge", "note"}
)
May = Callable[[Viewer], bool]


@dataclass(frozen=True)
class Page:
    """One URL pattern: its whole route, its name, the names of its parameters."""

    route: str
    name: str
    parameters: tuple[str, ...]


@dataclass(frozen=True)
class Call:
    """One request: parameters of the address, what follows it, the body, and who may change something by it."""

    kwargs: Mapping[str, Any] = field(default_factory=dict)
    query: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    may: May = lambda viewer: False
    code: str = ""
    """The follow code the request carries."""
    shows: tuple[str, str] | None = None
    """(kind, of) of the secrets that whoever `may` is shown on purpose."""


def pages() -> list[Page]:
    """All pages, the outside API excepted (see `operations`)."""
    return [page for page in _walk(get_resolver().url_patterns, "", {}) if not page.route.startswith("api/v1/")]


def operations() -> dict[str, tuple[str, str]]:
    """Operation id → (method, route) of the outside API."""
    from yiwang.web.api import api

    return {
        told["operationId"].removeprefix("yiwang_domains_"): (method, route)
        for route, methods in api.get_openapi_schema()["paths"].items()
        for method, told in methods.items()
    }


def _walk(patterns: Any, before: str, parameters: dict[str, Any]) -> Iterator[Page]:
    for one in patterns:
        route, known = before + str(one.pattern), parameters | one.pattern.converters
        if isinstance(one, URLResolver):
            yield from _walk(one.url_patterns, route, known)
        elif isinstance(one, URLPattern):
            yield Page(route, one.name or "", tuple(known))


def address(page: Page, call: Call) -> str:
    """The URL of a call."""
    return reverse(page.name, kwargs=dict(call.kwargs)) + call.query


def read_examples(world: World) -> dict[str, list[Call]]:
    """Calls by page name for GET, beyond the bare address of pages without parameters."""
    events = list(world.events.values())
    photos = [one.photo for one in events if one.photo]
    codes = {one.code: one for one in events if one.name in ("roads", "closed", "merged")}
    boards = [{"jurisdiction": city, "key": "city"} for city in ("yunxi", "dongshan")]
    tiles = [("yunxi", "newest"), ("yunxi", "map"), ("yunxi", "nothing"), ("dongshan", "newest"), ("dongshan", "map")]
    tiled = [Call({"jurisdiction": city, "key": "city", "tile_key": tile}) for city, tile in tiles]
    steps = [Call({"number": world.events["roads"].number, "code": "accept"})]
    return {
        "revoke_token": [Call({"uid": NOWHERE})],
        "file": [Call({"uid": uid}, query) for uid in photos for query in ("", "?size=small")],
        "search": [
            *(Call({}, f"?q={word}") for word in (events[0].number, "ZqTitle", "ZqTitleeastq", "局", "dispatcher")),
            Call({}, "?q=ZqTitle&kind=events"),
        ],
        "search_part": [Call({}, f"?q={word}") for word in ("ZqTitle", "局", "leader")],
        "help": [Call({"key": key}) for key in ("start", "report", "nothing")],
        "department": [
            *(Call({"place": place, "code": code}) for place in ("yunxi", "dongshan") for code in ("roads", "parks")),
            Call({"place": "yunxi", "code": "nothing"}),
        ],
        "report_aid": [
            Call({"place": place}, "?text=ZqTitleeastq&lon=118.952&lat=29.63")
            for place in ("yunxi", "dongshan", "nowhere")
        ],
        "public_map": [Call({"place": place}, query) for place in ("yunxi", "nowhere") for query in ("", "?area=yx01")],
        "public_spots": [Call({"place": place}) for place in ("yunxi", "dongshan", "nowhere")],
        "my_reports": [Call({}, "?before=99999999999999999999999")],
        "events": [
            *(Call({}, query) for query in ("?q=ZqTitleeastq", "?state=merged", "?state=closed")),
            *(Call({}, query) for query in ("?place=dongshan&show=category", "?cursor=broken")),
        ],
        "newer_events": [Call({}, "?after=0")],
        "export_events": [Call({}, "?place=dongshan")],
        "event_tile": [Call({"z": 12, "x": 3401, "y": 1697}), Call({"z": 12, "x": 9999, "y": 1})],
        "events_seen": [Call({}, "?bbox=100,20,130,40"), Call({}, "?bbox=a")],
        "event_grids": [Call({"place": place}) for place in ("yunxi", "dongshan", "nowhere")],
        "event_card": [Call({"pk": pk}) for pk in (*(one.pk for one in events), 10**30)],
        "suggest_event": [
            Call({}, f"?text=ZqTitle{name}q 情况 ZqWords{name}q&place=yunxi") for name in ("roads", "east")
        ],
        "knowledge": [Call({}, f"?q=路灯&place={place}") for place in ("yunxi", "dongshan", "nowhere")],
        "knowledge_article": [Call({"place": place, "code": "nothing"}) for place in ("yunxi", "dongshan")],
        "knowledge_beside": [Call({}, "?text=路灯不亮&place=yunxi"), Call({}, "?k=路灯&place=dongshan")],
        "event": [Call({"number": number}) for number in (*(one.number for one in events), "nothing")],
        "judge_duplicate": [Call({"number": events[0].number, "other": events[1].number})],
        "show_reporter": [Call({"number": events[0].number, "report": events[0].report})],
        "event_step": steps,
        "work": [Call({}, query) for query in ("?tab=all", "?tab=done", "?clock=nonsense", "?tab=all&urgency=urgent")],
        "work_live": [Call({}, "?tab=all&since=0")],
        **{
            name: [Call({"number": number}) for number in (*(one.number for one in events), "nothing")]
            for name in ("work_preview", "work_task")
        },
        "work_step": [Call({"number": events[0].number, "code": "accept"})],
        "work_send": [Call({"number": events[0].number})],
        "keep_view": [Call({"page": "work"})],
        "change_view": [Call({"pk": 1})],
        "supervise": [
            *(Call({}, f"?concern={name}") for name in ("overdue", "bounced", "silent", "dissatisfied", "supervised")),
            Call({}, "?concern=nonsense"),
        ],
        "report_photo": [Call({"key": "forged:key"})],
        "report_in": [Call({"place": place}) for place in ("yunxi", "dongshan", "nowhere")],
        **{
            name: [*(Call({"code": code}, code=code) for code in codes), Call({"code": "AAAA-BBBB-CCCC"})]
            for name in ("follow_code", "follow_receipt", "follow_picture")
        },
        **{
            name: [Call({"code": events[0].code}, code=events[0].code)]
            for name in ("follow_evaluate", "follow_reopen", "follow_keep")
        },
        "follow_photo": [Call({"code": events[0].code, "uid": photo}, code=events[0].code) for photo in photos[:3]],
        "public_list_of": [Call({"place": place}) for place in ("yunxi", "dongshan", "nowhere")],
        "base_map": [Call({"jurisdiction": place}) for place in ("yunxi", "dongshan", "nowhere")],
        "base_map_tile": [
            Call({"jurisdiction": place, "z": z, "x": x, "y": y})
            for place in ("yunxi", "nowhere")
            for z, x, y in ((14, 13610, 6783), (99, 0, 0))
        ],
        "suggest_places": [Call({}, f"?jurisdiction={place}&q=解放") for place in ("yunxi", "nowhere")],
        "plate": [Call({"short": "AE-AAAAAAAA"})],
        "plate_code": [Call({"short": "AE-AAAAAAAA"})],
        "place_at": [Call({}, f"?jurisdiction={place}&lon=118.9&lat=29.6") for place in ("yunxi", "nowhere")],
        "board": [Call({"key": key}, query) for key, query in (("city", "?look=desk"), ("none", ""))],
        "board_of": [Call(board) for board in boards],
        "board_layout": [Call(board) for board in boards],
        "board_tiles": [Call(board, query) for board in boards for query in ("", "?tiles=newest,map&tile=newest")],
        "board_tile": tiled,
        "board_tile_data": tiled,
        "board_outlines": tiled,
        "form_branches": [Call({"key": "nothing", "version": version}) for version in (1, 10**20)],
        "open_notice": [Call({"uid": uid}) for uid in (*world.notices.values(), NOWHERE)],
        "notices": [Call({}, "?cursor=999999999999999999999999")],
    }


def write_examples(world: World) -> dict[str, list[Call]]:
    """Calls by page name for POST, with who may change something by each, from grants alone."""
    events = world.events

    def grant(permission: str, name: str) -> May:
        return lambda viewer: world.may(viewer, permission, name)

    def owner(role: str) -> May:
        return lambda viewer: role in world.accounts and viewer.account_id == world.accounts[role].pk

    def signed_in(viewer: Viewer) -> bool:
        return viewer.is_signed_in

    def official(viewer: Viewer) -> bool:
        return viewer.is_signed_in and viewer.may("events.view")

    def anybody(viewer: Viewer) -> bool:
        return True

    def keeps(viewer: Viewer) -> bool:
        return viewer.is_signed_in and viewer.kind in ("citizen", "company")

    said = {"reason": "ZqSaid", "text": "ZqSaid", "result": "ZqSaid", "is_passed": "yes", "hours": 1}
    return {
        # signing in is nobody's right here: the passwords are wrong, and counting the attempt is all that may change
        "sign_in": [Call({}, data={"username": "leader", "password": "wrong-wrong-wrong"}, may=anybody)],
        "sign_out": [Call(may=signed_in)],
        "set_language": [Call(data={"language": "en", "next": "/"}, may=anybody)],
        "choose_look": [Call(data={"theme": "dark"}, may=signed_in)],
        "end_tour": [Call(may=signed_in)],
        "account": [Call(data={"current": "wrong", "password": "x" * 20, "again": "x" * 20})],
        "create_token": [Call(data={"title": "mine"}, may=signed_in)],
        "revoke_token": [
            Call({"uid": world.token_uids[role]}, may=any_of(owner(role), lambda viewer: viewer.may("accounts.manage")))
            for role in ("leader", "service", "citizen_a")
        ],
        "work_batch": [
            Call(data={"event": [str(events[name].uid)], "verb": "accept"}, may=grant("events.handle", name))
            for name in ("roads", "water")
        ],
        "work_step": [
            Call({"number": events[name].number, "code": "accept"}, may=grant("events.handle", name))
            for name in ("roads", "east")
        ],
        "work_send": [
            Call(
                {"number": events[name].number},
                data={"verb": "note", "submission": str(NOWHERE), "text": "ZqSaid"},
                may=grant("events.view", name),
            )
            for name in ("roads", "east")
        ],
        "supervise_act": [
            Call(data={"only": str(events[name].uid), "text": "ZqSaid"}, may=grant("events.supervise", name))
            for name in ("roads", "east")
        ],
        "keep_view": [Call({"page": "work"}, data={"title": "ZqMine", "query": "tab=mine"}, may=official)],
        "change_view": [Call({"pk": 10**15}, data={"do": "delete"})],
        "demo_live": [
            Call(
                data={"is_on": "0", "speed": "calm"},
                may=lambda viewer: viewer.may("scenes.manage", department_path="", area_path=""),
            )
        ],
        "train_classifier": [Call({}, data={"place": place}, may=_manages) for place in ("yunxi", "dongshan")],
        "use_classifier": [
            Call({}, data={"place": place, "precision": "0.8"}, may=_manages) for place in ("yunxi", "dongshan")
        ],
        "new_event": [_entry(world, place) for place in ("yunxi", "dongshan")],
        "work_report": [_sighting()],
        # they only show; a look-up leaves its line in the audit
        "work_report_suggest": [Call(data={"text": "路灯不亮", "place": "yunxi"})],
        "suggest_event": [Call(data={"text": f"ZqTitle{name}q 情况", "place": "yunxi"}) for name in ("roads", "east")],
        "look_up_caller": [
            Call(
                data={"place": "yunxi", "reporter_phone": "13800138000"}, may=lambda viewer: viewer.may("events.unmask")
            )
        ],
        "event_step": _steps(world, grant, said),
        "judge_duplicate": [
            Call(
                {"number": events[one].number, "other": events[other].number},
                data={"judgement": judgement},
                may=lambda v, one=one, other=other: all(  # type: ignore[misc]
                    world.sees(v, name) and v.may("events.dispatch", area_path=_area(world, name))
                    for name in (one, other)
                ),
            )
            for one, other in (("roads", "twin"), ("roads", "water"), ("roads", "east"))
            for judgement in ("different", "same")
        ],
        "show_reporter": [
            Call(
                {"number": events[name].number, "report": events[name].report},
                data={"purpose": "回访"},
                may=grant("events.unmask", name),
                shows=("reporter", name),
            )
            for name in ("roads", "street", "east", "closed")
        ],
        "report": [Call(data={})],
        "report_in": [Call({"place": "yunxi"}, data=_citizen_report(), may=anybody)],
        "follow": [
            Call(data={"code": events["roads"].code}, code=events["roads"].code),
            Call(data={"code": "AAAA"}, may=anybody),
        ],
        "follow_evaluate": [
            Call(
                {"code": events["closed"].code},
                data={"score": 5, "text": "好"},
                may=anybody,
                code=events["closed"].code,
            ),
            Call({"code": "AAAA"}, data={"score": 5}, may=anybody),
        ],
        "follow_reopen": [
            Call({"code": events["closed"].code}, data={"reason": "没修好"}, may=anybody, code=events["closed"].code),
            Call({"code": events["roads"].code}, data={"reason": "没修好"}, code=events["roads"].code),
        ],
        "follow_keep": [
            Call({"code": events[name].code}, may=keeps, code=events[name].code) for name in ("waiting", "street")
        ],
        "my_reports": [Call(data={"code": events["waiting"].code}, may=keeps, code=events["waiting"].code)],
        # the page stores nothing for anybody
        "form_branches": [Call({"key": "nothing", "version": 1})],
        "read_notices": [Call(may=signed_in)],
    }


def _steps(world: World, grant: Callable[[str, str], May], said: dict[str, Any]) -> list[Call]:
    """Each step of an event where it can be done, and one in the other city."""
    wanted = {
        "dispatch": ("waiting", "events.dispatch"),
        "reject": ("waiting", "events.dispatch"),
        "accept": ("roads", "events.handle"),
        "handle": ("roads", "events.handle"),
        "return": ("water", "events.handle"),
        "transfer": ("street", "events.handle"),
        "redispatch": ("roads", "events.dispatch"),
        "withdraw": ("roads", "events.dispatch"),
        "release": ("held", "events.handle"),
        "verify": ("worked", "events.verify"),
        "close": ("worked", "events.dispatch"),
        "urge": ("roads", "events.supervise"),
        "supervise": ("roads", "events.supervise"),
        "extend": ("roads", "events.supervise"),
        "reopen": ("closed", "events.supervise"),
        "unmerge": ("merged", "events.dispatch"),
        "note": ("roads", "events.view"),
    }
    calls = []
    for code, (name, permission) in wanted.items():
        data = dict(said)
        if code in ("dispatch", "redispatch", "transfer"):
            data |= {"department": "parks", "hours": "", "category": "010101"}
        kwargs = {"number": world.events[name].number, "code": code}
        # a supervisor may move anybody's work
        moves = code in ("transfer", "release")
        may = any_of(grant(permission, name), grant("events.supervise" if moves else permission, name))
        calls.append(Call(kwargs, data=data, may=may))
    east = {"number": world.events["east"].number}
    calls += [Call(east | {"code": code}, data=said, may=grant(wanted[code][1], "east")) for code in ("accept", "urge")]
    return [*calls, Call(east | {"code": "nothing"}, data=said)]


def _entry(world: World, place: str) -> Call:
    """A caller's matter typed in; an unknown city in the list falls back to the first one of the operator's own."""
    data = {
        "submission": "0190b8a0-0000-7000-8000-00000000000" + str(len(place) % 10),
        "place": place,
        "source": "phone",
        "text": "有人反映路面有坑",
        "reporter_name": "某人",
        "reporter_phone": "13800138000",
    }
    return Call(data=data, may=lambda viewer: viewer.may("events.report") and viewer.is_signed_in)


def _sighting() -> Call:
    """What somebody saw on their round."""
    data = {"submission": "0190b8a0-0000-7000-8000-0000000000aa", "text": "垃圾桶满溢", "address": "湖滨街道"}
    return Call(data=data, may=lambda viewer: viewer.may("events.patrol"))


def _citizen_report() -> dict[str, Any]:
    return {
        "submission": "0190b8a0-0000-7000-8000-0000000000ff",
        "text": "湖滨路有个大坑",
        "name": "王某",
        "phone": "13800138000",
        "website": "",
    }


def api_examples(world: World) -> dict[str, list[Call]]:
    """Calls by operation id."""
    events = world.events
    said = {"text": "ZqSaid"}

    def number(name: str) -> dict[str, str]:
        return {"number": events[name].number}

    def grant(permission: str, name: str) -> May:
        return lambda viewer: world.may(viewer, permission, name)

    def signed_in(viewer: Viewer) -> bool:
        return viewer.is_signed_in

    def step(permission: str, name: str, body: dict[str, Any] | None = None) -> list[Call]:
        return [
            Call(number(one), data=said if body is None else body, may=grant(permission, one)) for one in (name, "east")
        ]

    report = {"jurisdiction": "yunxi", "text": "有坑", "reporter_phone": "13800138000"}
    closed = events["closed"].code
    return {
        "events_http_report": [Call(data=report, may=signed_in)],
        "events_http_listed": [
            Call(),
            *(Call(query=query) for query in ("?state=closed", "?text=ZqTitle", "?jurisdiction=dongshan", "?after=x")),
            *(Call(query=query) for query in ("?jurisdiction=none", "?order=due", "?state=merged", "?limit=0")),
        ],
        "events_http_detail": [Call({"number": one.number}) for one in events.values()],
        "events_http_dispatch": step("events.dispatch", "waiting", {"department": "parks"}),
        "events_http_accept": step("events.handle", "roads", {}),
        "events_http_handle": step("events.handle", "roads"),
        "events_http_return_": step("events.handle", "water"),
        # a supervisor may move anybody's work
        "events_http_transfer": [
            Call(
                number(name),
                data={"department": "parks", "reason": "x"},
                may=any_of(grant("events.handle", name), grant("events.supervise", name)),
            )
            for name in ("street", "east")
        ],
        "events_http_withdraw": step("events.dispatch", "street"),
        "events_http_redispatch": step("events.dispatch", "roads", {"department": "parks", "reason": "x"}),
        "events_http_release": [
            Call(number(name), data=said, may=any_of(grant("events.handle", name), grant("events.supervise", name)))
            for name in ("held", "east")
        ],
        "events_http_verify": step("events.verify", "worked", {"is_passed": True}),
        "events_http_close": step("events.dispatch", "worked"),
        "events_http_reopen": step("events.supervise", "closed"),
        "events_http_evaluate": [Call(data={"code": closed, "score": 4}, may=lambda viewer: True, code=closed)],
    }


def any_of(*rights: May) -> May:
    """Who holds one of these rights."""
    return lambda viewer: any(may(viewer) for may in rights)


def _area(world: World, name: str) -> str:
    from yiwang.domains.events.models import Event

    return str(Event.objects.values_list("area_path", flat=True).get(pk=world.events[name].pk))


def _manages(viewer: Viewer) -> bool:
    return viewer.may("events.supervise")
