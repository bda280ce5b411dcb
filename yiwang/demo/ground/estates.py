"""What sites are called: estates, villages, schools, hospitals, markets, towers, works, parks."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from yiwang.demo.ground import names
from yiwang.demo.ground.layouts import PATTERNS
from yiwang.demo.ground.sites import Sites

if TYPE_CHECKING:
    from yiwang.demo.ground.areas import Areas
    from yiwang.demo.ground.plane import Ints
    from yiwang.demo.ground.plans import AreaPlan

ESTATES = ("estate_high", "estate_mid", "estate_old", "estate_low")
ENDS: dict[str, tuple[str, ...]] = {
    "estate_high": ("华府", "名都", "嘉园", "府", "城", "湾", "花园"),
    "estate_mid": ("花园", "雅苑", "家园", "嘉园", "公寓", "苑", "庭"),
    "estate_old": ("新村", "公寓", "小区", "里", "家园", "苑", "花园"),
    "estate_low": ("别墅", "山庄", "雅苑", "庭", "府"),
}
"""By the kind of estate, the usual ones first."""
LOCAL_SCHOOLS = 0.5
"""How many schools carry their community's name; the others are numbered through the city."""
ENGLISH = dict(names.ESTATE_ENDS) | {"别墅": "Villas", "山庄": "Hills"}
COMPANIES: tuple[names.Name, ...] = (
    ("恒达", "Hengda"), ("华丰", "Huafeng"), ("东方", "Dongfang"), ("三环", "Sanhuan"), ("天工", "Tiangong"),
    ("远景", "Yuanjing"), ("中兴隆", "Zhongxinglong"), ("吉利来", "Jililai"), ("宏业", "Hongye"), ("金鼎", "Jinding"),
    ("万通", "Wantong"), ("大东", "Dadong"), ("永新", "Yongxin"), ("海天", "Haitian"), ("正大", "Zhengda"),
    ("新纪元", "Xinjiyuan"), ("国泰", "Guotai"), ("云帆", "Yunfan"), ("蓝海", "Lanhai"), ("星辰", "Xingchen"),
)  # fmt: skip
TRADES: dict[str, tuple[names.Name, ...]] = {
    "factory": (
        ("机械厂", "Machinery Works"), ("电子厂", "Electronics"), ("纺织厂", "Textile Mill"), ("食品厂", "Foods"),
        ("印染厂", "Dyeing Works"), ("物流园", "Logistics Park"), ("产业园", "Industry Park"), ("塑料厂", "Plastics"),
    ),
    "office": (("大厦", "Building"), ("商务中心", "Business Centre"), ("写字楼", "Offices"), ("科创园", "Tech Park")),
    "cbd": (("中心", "Centre"), ("国际大厦", "International Tower"), ("金融大厦", "Finance Tower"), ("广场", "Plaza")),
    "hotel": (("大酒店", "Grand Hotel"), ("宾馆", "Hotel"), ("饭店", "Inn")),
    "mall": (("购物中心", "Shopping Centre"), ("百货", "Department Store"), ("商城", "Mall"), ("天地", "Tiandi")),
}  # fmt: skip
CULTURE: tuple[names.Name, ...] = (
    ("图书馆", "Library"), ("博物馆", "Museum"), ("体育馆", "Sports Hall"), ("大剧院", "Grand Theatre"),
    ("少年宫", "Youth Palace"), ("文化馆", "Cultural Centre"), ("科技馆", "Science Museum"), ("美术馆", "Art Museum"),
    ("游泳馆", "Swimming Hall"), ("工人文化宫", "Workers' Palace"),
)  # fmt: skip
HOSPITALS: tuple[names.Name, ...] = (
    ("人民医院", "People's Hospital"), ("中医院", "Chinese Medicine Hospital"), ("妇幼保健院", "Maternity Hospital"),
    ("口腔医院", "Dental Hospital"), ("第二人民医院", "Second People's Hospital"),
    ("康复医院", "Rehabilitation Hospital"),
)  # fmt: skip
OFFICES: tuple[names.Name, ...] = (
    ("街道办事处", "Street Office"), ("派出所", "Police Station"), ("综合行政执法中队", "Enforcement Team"),
    ("政务服务中心", "Government Service Centre"), ("市场监督管理所", "Market Supervision Office"),
)  # fmt: skip
CORNERS: tuple[names.Name, ...] = (
    ("社区服务中心", "Community Centre"), ("社区卫生服务站", "Community Clinic"), ("幼儿园", "Kindergarten"),
    ("邻里菜场", "Neighbourhood Market"), ("老年食堂", "Seniors' Canteen"), ("便民超市", "Minimarket"),
)  # fmt: skip
"""What each community has in a shop of one of its estates."""


@dataclass(frozen=True)
class Called:
    """What a site is called and as what it is found: estate, village, poi, park, square, or nothing."""

    name: names.Name
    kind: str


def called(seed: int, sites: Sites, areas: Areas, built: set[int]) -> list[Called]:
    """The name of every site; estates of a community carry its name first (金桥华府 lies in 金桥社区).

    Sites that were to be built on and are not `built` have no name.
    """
    return _Naming(seed, sites, areas, built).done()


class _Naming:
    """Gives names out, none twice."""

    def __init__(self, seed: int, sites: Sites, areas: Areas, built: set[int]) -> None:
        self.built = built
        self.rng = np.random.default_rng([seed, 6])
        self.sites, self.areas = sites, areas
        self.community: Ints = areas.block_community[sites.block]
        self.upper: dict[str, AreaPlan] = {plan.code: plan for plan in areas.plans}
        self.taken: set[str] = set()
        self.counts: Counter[str] = Counter()

    def done(self) -> list[Called]:
        order = self.rng.permutation(len(self.sites))
        found: dict[int, Called] = {}
        for number in order.tolist():
            use = str(self.sites.use[number])
            if use in PATTERNS and number not in self.built:
                found[number] = Called(("", ""), use)
            elif use in ESTATES:
                found[number] = Called(self._estate(number, use), "estate")
            else:
                found[number] = self._other(number, use)
        return [found[number] for number in range(len(self.sites))]

    def _free(self, name: names.Name) -> names.Name | None:
        if name[0] in self.taken:
            return None
        self.taken.add(name[0])
        return name

    def _own(self, number: int) -> names.Name:
        """The name of the site's community without 社区."""
        title = self.areas.communities[int(self.community[number])].title
        return title["zh-Hans"].removesuffix("社区"), title["en"].removesuffix(" Community")

    def _prefix(self) -> names.Name:
        return names.PREFIXES[int(self.rng.integers(len(names.PREFIXES)))]

    def _estate(self, number: int, use: str) -> names.Name:
        """The community's name with the first free end of the kind; else a name of its own."""
        zh, en = self._own(number)
        ends = ENDS[use]
        for end in ends[:4]:
            name = self._free((zh + end, f"{en} {ENGLISH[end]}"))
            if name is not None:
                return name
        return self._any(ends, ENGLISH)

    def _any(self, ends: tuple[str, ...], english: dict[str, str]) -> names.Name:
        for attempt in range(400):
            zh, en = self._prefix()
            end = ends[int(self.rng.integers(len(ends)))]
            again = "" if attempt < 40 else names.numeral(1 + attempt // 40)
            name = self._free((zh + again + end, f"{en} {english[end]}{f' {1 + attempt // 40}' if again else ''}"))
            if name is not None:
                return name
        raise ValueError("the city has more estates than names")

    def _counted(self, what: str, zh: str, en: str) -> names.Name:
        """云溪第三小学: counted through the city."""
        self.counts[what] += 1
        n = self.counts[what]
        return f"云溪第{names.numeral(min(n, 99))}{zh}", f"Yunxi No. {n} {en}"

    def _listed(self, what: str, at: names.Name, pool: tuple[names.Name, ...], number: int) -> names.Name:
        """The next of a list for a place; once it is through, the community's own."""
        key = f"{what} {at[0]}"
        k, self.counts[key] = self.counts[key], self.counts[key] + 1
        where = at if k < len(pool) else self._own(number)
        zh, en = pool[k % len(pool)]
        name = (f"{where[0]}{zh}", f"{where[1]} {en}")
        return self._free(name) or self._any((zh,), {zh: en})

    def _other(self, number: int, use: str) -> Called:
        community = self.areas.communities[int(self.community[number])]
        street, district = self.upper[community.parent], self.upper[community.code[:4]]
        own = self._own(number)
        if use in TRADES:
            trade = TRADES[use]
            zh, en = trade[int(self.rng.integers(len(trade)))]
            owner = COMPANIES if use in ("factory", "cbd", "hotel", "mall") else names.PREFIXES
            first = owner[int(self.rng.integers(len(owner)))]
            name = self._free((first[0] + zh, f"{first[1]} {en}")) or self._any((zh,), {zh: en})
            return Called(name, "poi")
        if use in ("school", "middle"):
            kinds = {"school": ("小学", "Primary School"), "middle": ("中学", "Middle School")}
            zh, en = kinds[use]
            local = self._free((own[0] + zh, f"{own[1]} {en}")) if self.rng.random() < LOCAL_SCHOOLS else None
            return Called(local or self._counted(use, zh, en), "poi")
        if use == "hospital":
            return Called(self._listed(use, _both(district), HOSPITALS, number), "poi")
        if use == "government":
            at = (street.title["zh-Hans"].removesuffix("街道"), street.title["en"].removesuffix(" Street"))
            return Called(self._listed(use, at, OFFICES, number), "poi")
        if use == "culture":
            return Called(self._listed(use, names.CITY, CULTURE, number), "poi")
        if use == "market":
            name = self._free((own[0] + "农贸市场", f"{own[1]} Market")) or self._any(
                ("农贸市场",), {"农贸市场": "Market"}
            )
            return Called(name, "poi")
        if use == "campus":
            return Called(("云溪大学", "Yunxi University"), "campus")
        if use == "village":
            return Called(self._any(("村",), {"村": "Village"}), "village")
        if use == "park":
            name = self._free((own[0] + "公园", f"{own[1]} Park")) or self._any(
                ("公园", "游园"), {"公园": "Park", "游园": "Garden"}
            )
            return Called(name, "park")
        if use == "square":
            return Called(self._any(("广场",), {"广场": "Square"}), "square")
        return Called(("", ""), use)


def _both(area: AreaPlan) -> names.Name:
    return area.title["zh-Hans"], area.title["en"].removesuffix(" District")
