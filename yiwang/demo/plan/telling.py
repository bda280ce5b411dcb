"""One report after the other, each from its own key: who says what about which matter at which place.

The same key and moment give the same report, which is how the live simulator can tell an earlier one again.
"""

from __future__ import annotations

import bisect
import itertools
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache

from yiwang.demo import speech
from yiwang.demo.ground import Spot
from yiwang.demo.plan import weather
from yiwang.demo.plan.callers import Callers
from yiwang.demo.plan.fates import draw_fate
from yiwang.demo.plan.places import Places, moved
from yiwang.demo.plan.records import ZONE, Caller, Planned
from yiwang.demo.plan.words import words_of
from yiwang.demo.speech import MatterKind

CHANNELS: tuple[tuple[str, str, float], ...] = (
    ("phone", "电话", 0.50),
    ("app", "微信小程序", 0.17),
    ("app", "城市APP", 0.08),
    ("patrol", "网格巡查", 0.14),
    ("web", "门户网站", 0.07),
    ("email", "电子邮件", 0.02),
    ("letter", "来信", 0.02),
)
"""Our source, what an export calls it, and its share."""
POINTED = {"phone": 0.30, "app": 0.88, "patrol": 1.0, "web": 0.62, "email": 0.05, "letter": 0.0}
"""How often a source brings a point: telephone operators pick it on the map, telephones know where they are."""
ERROR_M = {"phone": 60.0, "app": 22.0, "patrol": 8.0, "web": 45.0, "email": 60.0, "letter": 60.0}
ADDRESSED = {"phone": 0.86, "app": 0.55, "patrol": 0.75, "web": 0.72, "email": 0.45, "letter": 0.5}
CHOSEN = {"phone": 0.97, "patrol": 0.98, "letter": 0.95, "email": 0.6, "web": 0.72, "app": 0.72}
"""How often a category stands with it: operators and grid workers choose one."""
WRONG, SCANNED, PRIVATE, NEAR_HOME = 0.03, 0.35, 0.18, 0.55
PLATE, PLATE_M = re.compile(r"(?:编号是)?(YX-0\d\d)的*"), 60
QUIET_HOME = frozenset({"home", "work"})
HEAVY_RAIN = 1.8


@dataclass(frozen=True)
class Chance:
    """The matters of one kind of hour with their running sums."""

    kinds: tuple[MatterKind, ...]
    sums: tuple[float, ...]

    def draw(self, rnd: random.Random) -> MatterKind:
        """One of them."""
        return self.kinds[bisect.bisect(self.sums, rnd.random() * self.sums[-1])]


class Teller:
    """Makes reports; knows the places, the people and the sky of one city."""

    def __init__(self, places: Places, seed: int, n_reports: int = 5_000) -> None:
        self.places, self.seed = places, seed
        rnd = random.Random(f"{seed}/callers")  # noqa: S311 - made-up people
        self.callers = Callers(rnd, n_reports, places.communities)
        self.kinds = tuple(kind for kind in speech.matters() if kind.weight > 0)
        self._chance = lru_cache(2_000)(self._chances)

    def tell(
        self,
        key: str,
        at: datetime,
        *,
        call: str = "",
        caller: Caller | None = None,
        kind: MatterKind | None = None,
        source: str = "",
        near: str = "",
    ) -> Planned:
        """The report of this key at this moment; of this kind, through this source, in this community if asked."""
        rnd = random.Random(f"{self.seed}/{key}")  # noqa: S311 - made-up people
        hour = at.astimezone(ZONE).hour
        drawn, channel, _share = rnd.choices(CHANNELS, [share for _s, _c, share in CHANNELS])[0]
        source = "phone" if call else source or drawn
        if source != drawn:
            channel = next(name for code, name, _share in CHANNELS if code == source)
        mm = weather.rain_mm(at.date(), self.seed)
        kind = kind or self._chance(at.hour, at.weekday(), at.month, self._sky(mm), source == "patrol").draw(rnd)
        who = None if source == "patrol" else caller or self.callers.draw(rnd)
        spot = (self.places.near_home(rnd, near, kind.spots) if near else None) or self._spot(rnd, kind, who, mm)
        said = speech.say(rnd, kind, spot, channel=source, is_rainy=mm >= weather.RAINY_MM, hour=hour)
        said = self._plated(said, spot)
        made = Planned(
            key=key,
            at=at,
            source=source,
            channel=channel,
            text=said.text,
            category=kind.category,
            given=self._given(rnd, kind, source),
            spot=spot,
            lon=None,
            lat=None,
            address="",
            element="",
            caller=who,
            call=call,
            phrasing=said.phrasing,
            is_public=kind.role != "home" or rnd.random() >= PRIVATE,
            is_rainy=mm >= weather.RAINY_MM,
            fate=draw_fate(rnd, source),
            saying=said,
        )
        made = self._placed(rnd, made, kind, has_place_in_text=said.has_place_in_text)
        return replace(made, words=words_of(rnd, kind, made.fate))

    def tell_again(self, key: str, at: datetime, first: Planned) -> Planned:
        """Somebody else on the same matter, in other words, from nearby."""
        rnd = random.Random(f"{self.seed}/{key}/again")  # noqa: S311 - as above
        kind = speech.matter_of(first.category)
        others = [each for each in CHANNELS if each[0] != "patrol"]
        source, channel, _share = rnd.choices(others, [share for _s, _c, share in others])[0]
        who = self.callers.other(rnd, first.caller, first.spot.area_code)
        if first.saying is None:
            raise ValueError("only what was told here can be told again")
        said = speech.repeat(rnd, first.saying, first.spot, channel=source, hour=at.astimezone(ZONE).hour)
        said = self._plated(said, first.spot)
        made = replace(
            first,
            key=key,
            at=at,
            source=source,
            channel=channel,
            text=said.text,
            given=self._given(rnd, kind, source),
            lon=None,
            lat=None,
            element="",
            caller=who,
            call="",
            group=first.group or first.key,
            part_of=first.part_of or first.key,
            phrasing=said.phrasing,
            fate=draw_fate(rnd, source),
            saying=said,
        )
        made = self._placed(rnd, made, kind, has_place_in_text=said.has_place_in_text)
        return replace(made, words=words_of(rnd, kind, made.fate))

    def call(self, key: str, at: datetime, n: int) -> Iterator[Planned]:
        """One call with several matters, written down as several reports."""
        rnd = random.Random(f"{self.seed}/{key}/call")  # noqa: S311 - as above
        who = self.callers.draw(rnd)
        for i in range(n):
            yield self.tell(f"{key}-{i + 1}", at + timedelta(seconds=20 * i), call=key, caller=who)

    def letter(self, key: str, at: datetime) -> Planned:
        """One text with several matters, of which the first is its category."""
        rnd = random.Random(f"{self.seed}/{key}/letter")  # noqa: S311 - as above
        parts = [self.tell(f"{key}-{i}", at) for i in range(rnd.choice((2, 2, 3)))]
        sayings = [one.saying for one in parts if one.saying is not None]
        source, channel = rnd.choice((("web", "门户网站"), ("letter", "来信"), ("email", "电子邮件")))
        text = speech.several(rnd, sayings, hour=at.astimezone(ZONE).hour)
        return replace(parts[0], key=key, source=source, channel=channel, text=text, phrasing=f"{parts[0].phrasing}+")

    def _plated(self, said: speech.Saying, spot: Spot) -> speech.Saying:
        """A lamp's number is that of the one nearest to the spot; where none is near, nobody reads one."""
        if PLATE.search(said.text) is None and PLATE.search(said.core) is None:
            return said
        lamp = self.places.facility(spot, ("lamp",), within_m=PLATE_M)

        def read(found: re.Match[str]) -> str:
            return found[0].replace(found[1], lamp[0].upper()) if lamp is not None else ""

        return replace(said, text=PLATE.sub(read, said.text), core=PLATE.sub(read, said.core))

    def _sky(self, mm: float) -> int:
        return 2 if mm >= weather.HEAVY_MM else 1 if mm >= weather.RAINY_MM else 0

    def _chances(self, hour: int, weekday: int, month: int, sky: int, is_patrol: bool) -> Chance:
        """How likely each matter is; grid workers only find what can be seen in the street."""
        rain = (0.0, 1.0, HEAVY_RAIN)[sky]
        weights = []
        for kind in self.kinds:
            wet = 1 + (kind.rain - 1) * rain if rain else 1.0
            weight = kind.weight * kind.by_hour[hour] * 24 * kind.by_weekday[weekday] * kind.by_month[month - 1]
            seen = kind.role not in QUIET_HOME and kind.notes and kind.spots
            weights.append(max(weight * wet, 0.0) if seen or not is_patrol else 0.0)
        if not any(weights):
            weights = [kind.weight for kind in self.kinds]
        return Chance(self.kinds, tuple(itertools.accumulate(weights)))

    def _spot(self, rnd: random.Random, kind: MatterKind, who: Caller | None, mm: float) -> Spot:
        """Where it is: near the caller's home when it is about that, in low ground when water is about."""
        kinds: Sequence[str] = kind.spots or ("estate", "door")
        if who is not None and (kind.role == "home" or rnd.random() < NEAR_HOME / (1 if who.is_frequent else 3)):
            found = self.places.near_home(rnd, who.home, kinds)
            if found is not None:
                return found
        is_wet = kind.rain >= 2 and mm >= weather.RAINY_MM and rnd.random() < 0.7
        return self.places.draw(rnd, kinds, is_low=is_wet)

    def _given(self, rnd: random.Random, kind: MatterKind, source: str) -> str:
        """The category that comes with it: mostly the true one, sometimes another of the same class, or none."""
        if rnd.random() >= CHOSEN[source]:
            return ""
        if rnd.random() < WRONG:
            near = [each.category for each in self.kinds if each.category[:4] == kind.category[:4]]
            return rnd.choice(near)
        return kind.category

    def _placed(self, rnd: random.Random, made: Planned, kind: MatterKind, *, has_place_in_text: bool) -> Planned:
        """Point, address and facility as this source brings them; at least the text, a point or an address tells."""
        spot, source = made.spot, made.source
        element, lon, lat = "", spot.lon, spot.lat
        if kind.elements and source in ("app", "patrol") and rnd.random() < SCANNED:
            found = self.places.facility(spot, kind.elements)
            if found is not None:
                element, lon, lat = found
        has_point = bool(element) or rnd.random() < POINTED[source]
        has_address = rnd.random() < ADDRESSED[source] or not (has_point or has_place_in_text)
        lon, lat = (lon, lat) if element else moved(rnd, lon, lat, ERROR_M[source])
        address = spot.text if rnd.random() < 0.6 else f"{spot.street}{spot.text}"
        return replace(
            made,
            lon=lon if has_point else None,
            lat=lat if has_point else None,
            element=element,
            address=address if has_address and spot.text else "",
        )
