"""The officials of the demo city: who holds which post, and who is on duty in which grid.

Every community has a grid leader, who answers for all its grids, and grid workers, who have one or two each; the other
posts share the rest by their size. Names are made from common ones; nobody of them can sign in with a password.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from yiwang.base.access import SYSTEM
from yiwang.base.organisation import actions as organisation
from yiwang.base.organisation import queries as posts_held
from yiwang.base.people import actions as people
from yiwang.demo.size import SEED, Size
from yiwang.engines.place import actions as place

SYSTEM_OF_GRIDS = "grids"
LEADER, WORKER = "grid_leader", "grid_worker"
SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
    "姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严"
)
GIVEN_NAMES = (
    "建国 志强 海燕 丽华 国平 春梅 文斌 晓东 玉兰 俊杰 雪梅 永刚 慧敏 立新 佳怡 浩然 思源 雅静 明辉 秀英 宏伟 婷婷 "
    "卫东 晨曦 德明 红霞 振华 欣怡 少华 金凤 伟 芳 娜 敏 静 磊 洋 艳 勇 军 杰 娟 涛 超 霞 平 刚 琳 宁 鑫 子轩 梦瑶 "
    "家豪 雨桐 志远 诗涵 国栋 美玲 长青 素珍 学军 亚楠 世杰 瑞芳 新民"
)
PARTS = {"operator": 26, "dispatcher": 10, "verifier": 26, "supervisor": 5, "leader": 5, "handler": 9}
"""How many hold a post of a role, in relation to each other."""


@dataclass(frozen=True)
class OfficialPlan:
    """One official: account, post, and the grids they are on duty in."""

    username: str
    name: str
    post: str
    duty: str = ""
    grids: tuple[str, ...] = ()


def plan_officials(
    posts: Sequence[posts_held.PostView],
    grids: Sequence[tuple[str, str]],
    *,
    seed: int = SEED,
    size: Size | None = None,
) -> list[OfficialPlan]:
    """Who there is, about `size.officials`; `grids` are (code, community).

    The same seed, posts and grids give the same people.
    """
    wanted = (size or Size()).officials
    rnd = random.Random(f"{seed}/officials")  # noqa: S311 - made-up people
    street_posts, others = _split(posts)
    by_community: dict[str, list[str]] = defaultdict(list)
    for grid, area in grids:
        by_community[area].append(grid)
    covered = {code: found for code in sorted(by_community) if (found := _street_of(code, street_posts))}
    n_workers = max(1, min(6, round(wanted * 0.53 / max(1, len(covered))) - 1))
    made: list[OfficialPlan] = []
    for code, post in covered.items():
        own = sorted(by_community[code])
        made.append(OfficialPlan(f"{code}-01", _name(rnd), post, LEADER, tuple(own)))
        workers = [(f"{code}-{n + 2:02d}", tuple(own[n::n_workers])) for n in range(n_workers)]
        made += [OfficialPlan(username, _name(rnd), post, WORKER, theirs) for username, theirs in workers]
    left = max(len(others), wanted - len(made))
    parts = sum(PARTS.get(other.role, 1) for other in others)
    for other in others:
        stem = other.code.rsplit(".", 1)[-1].removeprefix("handler_").replace("_", "-")
        n_here = max(1, round(left * PARTS.get(other.role, 1) / parts))
        made += [OfficialPlan(f"{stem}-{n + 1:02d}", _name(rnd), other.code) for n in range(n_here)]
    return made


def make_officials(jurisdiction: str, officials: Sequence[OfficialPlan], *, also: Mapping[str, str]) -> int:
    """Accounts, appointments and duties of these officials, and duties of the accounts `also` (user name by grid).

    What is there already stays. Returns how many there are.
    """
    uids = people.create_officials({one.username: one.name for one in officials}, by=SYSTEM)
    organisation.appoint_many([(uids[one.username], one.post) for one in officials], by=SYSTEM)
    duties = [(grid, one.duty, uids[one.username]) for one in officials for grid in one.grids]
    duties += [(grid, WORKER, people.ensure_account(name, display_name=name, by=SYSTEM)) for grid, name in also.items()]
    place.put_duties(jurisdiction, SYSTEM_OF_GRIDS, duties, by=SYSTEM)
    return len(uids)


def _split(posts: Sequence[posts_held.PostView]) -> tuple[dict[str, str], list[posts_held.PostView]]:
    """Handlers' posts of streets by the street's area path, and all other posts of the city, by code."""
    streets: dict[str, str] = {}
    others: list[posts_held.PostView] = []
    for post in sorted(posts, key=lambda one: one.code):
        if post.role == "handler" and post.area_path.rstrip("/").count("/") >= 2:
            streets[post.area_path.rstrip("/").rsplit("/", 1)[-1]] = post.code
        elif post.department_path:
            others.append(post)
    return streets, others


def _street_of(community: str, streets: Mapping[str, str]) -> str | None:
    """The post of the street whose code a community's code begins with."""
    found = [code for code in streets if community.startswith(code)]
    return streets[max(found, key=len)] if found else None


def _name(rnd: random.Random) -> str:
    weights = [max(1, 12 - i // 8) for i in range(len(SURNAMES))]
    return rnd.choices(SURNAMES, weights)[0] + rnd.choice(GIVEN_NAMES.split())
