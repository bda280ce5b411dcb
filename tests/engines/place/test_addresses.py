"""Addresses: every one put is found again, however it is said; places are found in what people write."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engines.place import town as plan
from yiwang.base.access import ANONYMOUS, SYSTEM
from yiwang.base.audit.queries import entries
from yiwang.engines.place import actions, queries
from yiwang.engines.place.actions import NewAddress
from yiwang.engines.place.addresses.keys import Key, keys_of
from yiwang.engines.place.models import Address, AddressKey, GroundState
from yiwang.engines.place.spelling import name_key, number, plain
from yiwang.kernel.errors import Invalid, NotAllowed, NotFound


def found(city, text):
    """The best address for a text, without the town's name."""
    hits = queries.geocode(city.id, text)
    return hits[0].text.removeprefix("试城") if hits else None


def test_every_address_put_is_found_by_its_text(town):
    for one in plan.addresses():
        best = queries.geocode(town.id, one.text)[0]
        assert (best.text, best.lon, best.lat, best.how) == (one.text, one.lon, one.lat, "exact")
        least = 1.0 if one.kind in ("door", "estate", "poi", "crossing") else 0.5
        assert best.score >= least, one.text


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("解放路114号", "湖滨街道解放路114号"),
        ("试城 one 湖滨街道 解放路 114 号", "湖滨街道解放路114号"),
        ("解放路１１４号", "湖滨街道解放路114号"),
        ("解放路一百一十四号", "湖滨街道解放路114号"),
        ("解放路一一四号", "湖滨街道解放路114号"),
        ("解放路第114号对面", "湖滨街道解放路114号"),
        ("解放路114#", "湖滨街道解放路114号"),
        ("解放路114", "湖滨街道解放路114号"),
        ("解放路20号附3号", "湖滨街道解放路20号附3"),
        ("解放路8－1号", "湖滨街道解放路8-1号"),
        ("解放路9-2号", "湖滨街道解放路9号"),
        ("金桥华府3幢", "望湖街道金桥华府3幢"),
        ("金桥华府3栋2单元501室", "望湖街道金桥华府3幢"),
        ("金桥华府三号楼", "望湖街道金桥华府3幢"),
        ("金桥华府 3# ", "望湖街道金桥华府3幢"),
        ("金桥华府Ａ座", "望湖街道金桥华府A座"),
        ("南屏路与解放路交叉口", "解放路与南屏路路口"),
        ("解放路/南屏路", "解放路与南屏路路口"),
        ("解放路靠近文晖路", "解放路与文晖路路口"),
        ("云溪第一小学门口", "湖滨街道云溪第一小学"),
        ("云溪一小门口", "湖滨街道云溪第一小学"),
        ("解放璐114号", "湖滨街道解放路114号"),
        ("试城湖滨街道金桥花府3幢", "望湖街道金桥华府3幢"),
    ],
)
def test_an_address_is_found_however_it_is_said(town, said, meant):
    assert found(town, said) == meant


def test_an_unknown_number_is_the_nearest_one_of_its_side(town):
    hit = queries.geocode(town.id, "解放路50号")[0]
    assert (hit.text, hit.level, hit.score) == ("试城湖滨街道解放路48号", "near_number", 0.8)
    assert hit.is_point
    beyond = queries.geocode(town.id, "解放路900号")[0]
    assert (beyond.kind, beyond.level, beyond.is_point) == ("road", "name", False)


def test_what_is_less_sure_scores_less(town):
    def score(text):
        return queries.geocode(town.id, text)[0].score

    assert score("解放路114号") > score("望湖街道解放路10号") > 0.6, "another street than the one said"
    assert score("解放路114号") > score("解放璐114号") > 0.4
    assert score("解放路114号") > score("解放路50号") > score("解放路")
    assert score("金桥华府3幢") > score("金桥华府")
    assert score("金桥华府9幢") < score("金桥华府"), "there is no ninth building"


def test_an_area_alone_is_its_middle_and_nothing_is_nothing(town):
    hit = queries.geocode(town.id, "试城湖滨街道")[0]
    assert (hit.kind, hit.text, hit.is_point) == ("area", "湖滨街道", False)
    assert queries.locate(hit.lon, hit.lat, jurisdiction=town.id).grid_code == "w"
    assert queries.geocode(town.id, "月球背面7号") == []
    assert queries.geocode(town.id, "") == []
    assert queries.geocode(10**6, "解放路114号") == []


def test_the_same_name_in_two_places_is_told_apart_by_its_area(town):
    rows = [
        NewAddress("试城湖滨街道新华书店", "poi", *plan.at(2, 2), parts={"poi": "新华书店"}),
        NewAddress("试城望湖街道新华书店", "poi", *plan.at(18, 2), parts={"poi": "新华书店"}),
    ]
    actions.put_addresses("testville", rows, by=SYSTEM)
    both = queries.geocode(town.id, "新华书店")
    assert len(both) == 2 and both[0].score < 0.8
    one = queries.geocode(town.id, "望湖街道新华书店")[0]
    assert (one.text, one.score) == ("试城望湖街道新华书店", 1.0)


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("我在解放路114号旁边看到井盖没了", [("解放路114号", "试城湖滨街道解放路114号")]),
        ("南屏路和解放路路口红绿灯坏了,堵得很", [("南屏路和解放路路口", "试城解放路与南屏路路口")]),
        ("金桥华府3幢楼下有人卸货", [("金桥华府3幢", "试城望湖街道金桥华府3幢")]),
        ("解放路一直在堵车,3个小时了", [("解放路", "试城解放路")]),
        ("解放路3个井盖", [("解放路", "试城解放路")]),
        ("解放路20旁边的路灯", [("解放路20", "试城湖滨街道解放路20号")]),
        ("云溪第一小学门口积水", [("云溪第一小学", "试城湖滨街道云溪第一小学")]),
        ("昨天半夜有人放鞭炮", []),
        (
            "我住金桥华府3幢,解放路与文晖路口的灯不亮",
            [("金桥华府3幢", "试城望湖街道金桥华府3幢"), ("解放路与文晖路口", "试城解放路与文晖路路口")],
        ),
    ],
)
def test_places_are_found_in_a_text_where_they_stand(town, text, places):
    told = queries.places_in(town.id, text)
    assert [(one.text, one.hit.text) for one in told] == places
    assert all(text[one.start : one.end] == one.text for one in told)


def test_where_somebody_lives_counts_less_than_where_it_happens(town):
    home, matter = queries.places_in(town.id, "我住金桥华府3幢,解放路与文晖路口的灯不亮")
    assert home.hit.score < 0.6 < matter.hit.score


def test_areas_are_found_in_a_text(town):
    (one,) = queries.places_in(town.id, "湖滨街道的路灯都不亮")
    assert (one.kind, one.text) == ("area", "湖滨街道")


@given(st.text(alphabet="解放路南屏金桥华府与路口幢号1234０１一二十百 附-#A座,我住在云溪第一小学湖滨街道", max_size=60))
def test_any_text_is_read_without_harm(text):
    from yiwang.engines.place.addresses.gazetteer import Named, build
    from yiwang.engines.place.addresses.reading import read_places

    named = [
        Named(name, name, kind, 0, 0, "", "", "", True)
        for name, kind in (
            ("解放路", "road"),
            ("南屏路", "road"),
            ("金桥华府", "estate"),
            ("南屏路×解放路", "crossing"),
        )
    ]
    told = plain(text)
    assert len(told) == len(text)
    said = read_places(told, build(1, "t", "s", named, []))
    ends = [0, *(one.end for one in said)]
    assert all(end <= one.start < one.end <= len(text) for end, one in zip(ends, said, strict=False))
    for one in said:
        assert one.name in (told[one.start : one.start + len(one.name)], "南屏路×解放路")


@given(st.integers(1, 9999))
def test_numbers_are_read_in_digits_and_in_chinese(n):
    assert number(str(n)) == n
    assert number("".join("〇一二三四五六七八九"[int(d)] for d in str(n))) == n
    assert number(_in_words(n)) == n


def _in_words(n: int) -> str:
    words, zero = "", False
    for unit, mark in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = n // unit % 10
        if digit:
            words += ("零" if zero and words else "") + "零一二三四五六七八九"[digit] + mark
        zero = digit == 0
    return words


def test_keys_say_how_an_address_is_found():
    assert keys_of("x", "door", {"road": "解放 路", "number": "１１４号"}) == [Key("解放路", 114)]
    assert keys_of("x", "door", {"road": "解放路", "number": "8-1", "estate": "金桥华府", "building": "3"}) == [
        Key("解放路", 8, "1"),
        Key("金桥华府", 3),
    ]
    assert keys_of("x", "crossing", {"road": "南屏路", "cross": "解放路"}) == [Key("南屏路×解放路")]
    assert keys_of("湖心岛", "poi", {}) == [Key("湖心岛")]
    assert name_key("云溪 · 第一(小学)") == "云溪第一小学"


def test_the_nearest_address_of_a_point(town):
    lon, lat = plan.at(3.1, 4.79)
    hit = queries.nearest_address(town.id, lon, lat)
    assert hit.text == "试城湖滨街道解放路20号" and hit.score > 0.98
    assert queries.nearest_address(town.id, lon + 1, lat) is None


def test_suggestions_go_on_from_what_was_typed(town):
    texts = [hit.text.removeprefix("试城湖滨街道") for hit in queries.suggested(town.id, "解放路11")]
    assert texts[0] == "解放路11号" and "解放路110号" in texts and len(texts) == 8
    assert queries.suggested(town.id, "云溪第")[0].text == "试城湖滨街道云溪第一小学"
    assert queries.suggested(town.id, "一小")[0].text == "试城湖滨街道云溪第一小学"
    assert queries.suggested(town.id, " ") == []


def test_the_same_addresses_again_change_nothing(town):
    stamp = GroundState.objects.get().stamp
    done = actions.put_addresses("testville", plan.addresses(), by=SYSTEM)
    assert (done.n_new, done.n_changed, done.n_retired) == (0, 0, 0) and done.n_same == Address.objects.count()
    assert GroundState.objects.get().stamp == stamp


def test_a_changed_address_keeps_its_identity_and_gets_new_keys(town):
    before = Address.objects.get(text="试城湖滨街道云溪第一小学")
    moved = NewAddress(before.text, "poi", *plan.at(9, 3), parts={"poi": "云溪一小"})
    done = actions.put_addresses("testville", [moved], by=SYSTEM)
    assert (done.n_changed, done.n_new) == (1, 0)
    after = Address.objects.get(text=before.text)
    assert (after.pk, after.uid) == (before.pk, before.uid) and after.lon != before.lon
    assert [key.base for key in AddressKey.objects.filter(address=after)] == ["云溪一小"]
    assert queries.geocode(town.id, "云溪一小")[0].lon == after.lon


def test_what_is_left_out_of_the_whole_retires_and_may_come_back(town):
    kept = [one for one in plan.addresses() if one.kind != "poi"]
    assert actions.put_addresses("testville", kept, is_whole=True, by=SYSTEM).n_retired == 1
    assert found(town, "云溪第一小学") != "湖滨街道云溪第一小学"
    assert actions.put_addresses("testville", plan.addresses(), by=SYSTEM).n_changed == 1
    assert found(town, "云溪第一小学") == "湖滨街道云溪第一小学"


def test_a_put_is_audited_allowed_and_all_or_nothing(town):
    last = next(iter(entries(SYSTEM, action="place.put_addresses")))
    assert last.subject == "addresses:testville" and last.payload["new"] == Address.objects.count()
    with pytest.raises(NotAllowed):
        actions.put_addresses("testville", [], by=ANONYMOUS)
    good = NewAddress("好地址", "poi", *plan.at(1, 1), parts={})
    with pytest.raises(Invalid) as failure:
        actions.put_addresses("testville", [good, NewAddress("坏地址", "poi", 200, 0)], by=SYSTEM)
    assert list(failure.value.fields) == ["坏地址"]
    with pytest.raises(Invalid):
        actions.put_addresses("testville", [good, good], by=SYSTEM)
    with pytest.raises(NotFound):
        actions.put_addresses("testville", [NewAddress("好地址", "poi", 0, 0, area_code="nowhere")], by=SYSTEM)
    assert not Address.objects.filter(text="好地址").exists()
