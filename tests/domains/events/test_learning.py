"""Learning from the city's own events, measuring on what was not learnt, and watching before acting."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domains.events.test_classify import ENDINGS, PHRASES, PLACES, examples
from yiwang.base.access import SYSTEM
from yiwang.domains.events.classify.evaluating import evaluate_model
from yiwang.domains.events.classify.figures import class_thresholds
from yiwang.domains.events.classify.grouping import groups_of
from yiwang.domains.events.classify.training import Example, text_key, train_model
from yiwang.domains.events.classify.using import cards, forget_use, model_folder, use_classifier, use_of
from yiwang.domains.events.course import rules_of
from yiwang.domains.events.learning import evaluate_on_events, levels_of, train_from_events
from yiwang.domains.events.models import Event, Report, ShadowGuess, Status
from yiwang.domains.events.queries.shadow import watched
from yiwang.kernel.errors import Invalid, NotAllowed, NotFound


@pytest.fixture(autouse=True)
def models(tmp_path: Path, settings: Any) -> Iterator[Path]:
    settings.MODELS = tmp_path
    forget_use()
    yield tmp_path
    forget_use()


def test_near_repetitions_are_one_group_whatever_their_numbers() -> None:
    texts = [
        "解放路114号东侧路灯不亮，请处理",
        "解放路36号东侧路灯不亮！请处理",
        "解放路36号东侧路灯不亮，请尽快处理",
        "楼上半夜装修声音很大",
    ]
    found = groups_of(texts, ["020103", "020103", "020103", "0402"])
    assert found[0] == found[1] == found[2] != found[3]


@given(st.lists(st.text(alphabet="路灯不亮垃圾很臭吵1２a。", min_size=1, max_size=12), min_size=1, max_size=30))
def test_equal_texts_share_a_group_and_every_text_has_one(texts: list[str]) -> None:
    found = groups_of(texts, ["x"] * len(texts))
    assert len(found) == len(texts)
    by_text: dict[str, int] = {}
    for text, group in zip(texts, found.tolist(), strict=True):
        assert by_text.setdefault(text, group) == group


def test_no_group_stands_on_both_sides_so_a_memorised_pattern_earns_nothing() -> None:
    # given texts that differ in a number only, each pattern with a class of its own
    rnd = random.Random(5)
    words = ["井盖响", "树倒了", "水管爆", "灯不亮", "垃圾臭", "太吵了", "车乱停", "路积水", "电梯坏", "狗没牵"]
    given = [Example(f"{rnd.randint(1, 9_999)}号{w}", str(n % 2)) for n, w in enumerate(words * 30)]
    # then the figures are those of unseen patterns: chance, not the hundred per cent of a random split
    assert train_model(given, source="test").card.accuracy < 0.8


@given(st.integers(0, 2**31), st.sampled_from([0.8, 0.9, 0.95]))
def test_a_threshold_keeps_its_precision_on_what_it_was_fitted_to(seed: int, precision: float) -> None:
    chance = np.random.default_rng(seed)
    certainties = chance.dirichlet((0.4, 0.4, 0.4), 120)
    wanted = np.array([chance.choice(3, p=row) for row in certainties])
    limits = class_thresholds(certainties, wanted, ["a", "b", "c"], precision)
    found, best = certainties.argmax(axis=1), certainties.max(axis=1)
    for k, code in enumerate("abc"):
        limit = limits[code]
        if limit is not None:
            taken = (found == k) & (best >= limit - 5e-5)
            assert (wanted[taken] == k).mean() >= precision - 0.02
            assert taken.sum() >= 5


def test_an_evaluation_leaves_out_what_was_learnt_and_what_is_foreign() -> None:
    model = train_model(examples(), source="test")
    learnt = examples()[0]
    fresh = [
        Example("文晖桥边上的垃圾三天没有人收，全是苍蝇", "010101"),
        Example("柳浦街整条街没有路灯，走路害怕", "020103"),
    ]
    found = evaluate_model(model, [learnt, Example("没有这一类", "9999"), *fresh, fresh[0]])
    assert (found.n_given, found.n_learnt, found.n_foreign, found.n_repeated, found.n_measured) == (5, 1, 1, 1, 2)
    assert found.accuracy == 1.0
    with pytest.raises(Invalid):
        evaluate_model(model, [learnt])


def test_a_text_is_known_as_learnt_whatever_its_number() -> None:
    assert text_key("解放路114号路灯不亮") == text_key("解放路36号路灯不亮。")
    assert text_key("解放路路灯不亮") != text_key("解放路路灯亮了")


def _closed(city: Any, n: int = 60) -> None:
    """Closed events of three categories, as people left them."""
    rnd = random.Random(11)
    for number in range(n):
        code = list(PHRASES)[number % 3]
        text = rnd.choice(PHRASES[code]).format(rnd.choice(PLACES)) + rnd.choice(ENDINGS) + "，" + "再" * (number % 7)
        receipt = city.report(text, category=code, lon=None, lat=None)
        Event.objects.filter(uid=receipt.event_uid).update(status=Status.CLOSED)


def test_a_version_learnt_from_closed_events_watches_until_somebody_lets_it_act(city: Any) -> None:
    # given closed events and no classifier
    _closed(city)
    with pytest.raises(NotFound):
        evaluate_on_events(jurisdiction=city.place, by=SYSTEM)
    # when one is trained on them
    made = train_from_events(jurisdiction=city.place, by=SYSTEM)
    # then it watches: reports are not decided by it
    version = made.card.version
    assert (use_of("yunxi").acting, use_of("yunxi").shadow) == ("", version)
    receipt = city.report("青枫花园垃圾桶满了很臭")
    assert Report.objects.get(event__uid=receipt.event_uid).classified["version"] == "words"
    # when it is let act, by somebody who may
    with pytest.raises(NotAllowed):
        use_classifier(city.place, acting=version, by=city.viewer("operator"))
    use_classifier(city.place, acting=version, by=city.viewer("supervisor"))
    assert (use_of("yunxi").acting, use_of("yunxi").shadow) == (version, "")
    receipt = city.report("溪口村垃圾桶满了很臭")
    assert Report.objects.get(event__uid=receipt.event_uid).classified["version"] == version
    assert [card.version for card in cards("yunxi")] == [version]


def test_the_watching_model_is_compared_with_what_people_decided(city: Any, delivered: Any) -> None:
    # given a watching version
    model = train_model(examples(), source="test", levels=levels_of(rules_of(city.place.id)))
    model.save(model_folder("yunxi"))
    use_classifier(city.place, shadow=model.card.version, by=SYSTEM)
    # when reports come in and people decide one of them otherwise
    right = city.report("东桥头路灯不亮，晚上很黑", category="020103")
    wrong = city.report("古渡口垃圾桶满了很臭", category="0402", lon=None, lat=None)
    city.report("望湖小区广场舞太吵", lon=None, lat=None)
    delivered()
    assert ShadowGuess.objects.count() == 3
    Event.objects.filter(uid__in=[right.event_uid, wrong.event_uid]).update(status=Status.CLOSED)
    # then its record says so, and nothing of it reached the events
    record = watched(city.viewer("supervisor"), city.place)
    assert record is not None
    assert (record.n_watched, record.n_decided, record.n_right) == (3, 2, 1)
    assert [(d.decided, d.guessed, d.n) for d in record.disagreements] == [("0402", "010101", 1)]
    with pytest.raises(NotAllowed):
        watched(city.viewer("handler_roads"), city.place)


def test_only_a_kept_version_can_be_chosen_and_only_a_precision_that_cards_tell(city: Any) -> None:
    for version in ("20990101T000000-00000000", "../../etc", ""):
        if version:
            with pytest.raises(NotFound):
                use_classifier(city.place, acting=version, by=SYSTEM)
    with pytest.raises(Invalid):
        use_classifier(city.place, precision=0.5, by=SYSTEM)


def test_the_page_tells_trains_and_lets_act(city: Any, client: Any) -> None:
    from yiwang.base.jobs.queries import is_waiting

    model = train_model(examples(), source="test", levels=levels_of(rules_of(city.place.id)))
    model.save(model_folder("yunxi"))
    use_classifier(city.place, shadow=model.card.version, by=SYSTEM)
    city.viewer("supervisor")
    client.force_login(Report._meta.get_field("reporter").related_model.objects.get(username="supervisor"))
    page = client.get("/classifier/?try=东桥头垃圾桶满了很臭")
    assert page.status_code == 200
    assert model.card.version in page.content.decode()
    assert client.post("/classifier/use", {"place": "yunxi", "acting": model.card.version}).status_code == 302
    forget_use()
    assert use_of("yunxi").acting == model.card.version
    assert client.post("/classifier/train", {"place": "yunxi"}).status_code == 302
    assert is_waiting("events.train_classifier", "yunxi")
