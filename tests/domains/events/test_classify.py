"""The classifier: honest figures, calibrated, abstaining, and kept without pickle."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from yiwang.base.access import SYSTEM
from yiwang.domains.events.classify.deciding import by_words, classify_text
from yiwang.domains.events.classify.model import Model, softmax
from yiwang.domains.events.classify.resting import narrow_from, resting_of
from yiwang.domains.events.classify.training import Example, train_model
from yiwang.domains.events.classify.using import forget_use, model_folder, use_classifier
from yiwang.domains.events.course import rules_of
from yiwang.domains.events.models import Report
from yiwang.kernel.errors import Invalid

PHRASES = {
    "010101": ["垃圾{}没人清运", "{}垃圾桶满了很臭", "{}生活垃圾乱堆", "垃圾车{}几天没来收"],
    "020103": ["{}路灯不亮", "路灯{}坏了晚上很黑", "{}整排路灯都灭了", "灯杆{}一直闪"],
    "0402": ["{}广场舞太吵", "楼上{}半夜装修声", "{}音响噪音扰民", "KTV{}唱歌到凌晨"],
}
ENDINGS = ["，请处理", "", "！", "好几天了"]
PLACES = ["湖滨路", "望湖小区", "柳浦街", "青枫花园", "文晖桥", "溪口村", "梅园里", "古渡口", "东桥头", "云门"]


def examples(n: int = 300, seed: int = 1) -> list[Example]:
    rnd = random.Random(seed)
    return [
        Example(rnd.choice(PHRASES[code]).format(rnd.choice(PLACES)) + rnd.choice(ENDINGS), code)
        for code in (rnd.choice(list(PHRASES)) for _ in range(n))
    ]


def test_equal_texts_count_once_and_rare_classes_are_named() -> None:
    given = examples() + [Example("垃圾没人清运", "010101")] * 500 + [Example("只有一条", "rare")]
    card = train_model(given, source="test").card
    assert card.n_texts == len(given)
    assert card.n_distinct < 300
    assert card.dropped_classes == {"rare": 1}
    assert 0.8 < card.macro_f1 <= 1 and card.calibration_error < 0.2


def test_noise_without_a_pattern_gets_no_certainty() -> None:
    # given texts whose labels are random
    rnd = random.Random(3)
    given = [Example(e.text + str(n), rnd.choice(["a", "b", "c"])) for n, e in enumerate(examples(240))]
    # then accuracy is chance and the model does not claim more
    model = train_model(given, source="noise")
    assert model.card.accuracy < 0.5
    assert np.mean([model.guesses(e.text)[0].certainty for e in examples(50, seed=9)]) < 0.7


def test_it_says_which_words_told() -> None:
    model = train_model(examples(), source="test")
    best = model.guesses("人民路的路灯不亮，晚上走路害怕")[0]
    assert best.code == "020103"
    assert any("灯" in word for word in model.telling("人民路的路灯不亮，晚上走路害怕", best.code))


def test_a_saved_model_answers_the_same_and_holds_no_code(tmp_path: Path) -> None:
    model = train_model(examples(), source="test")
    model.save(tmp_path)
    again = Model.load(tmp_path / model.card.version)
    text = "望湖小区垃圾很臭"
    assert again.guesses(text) == model.guesses(text)
    assert again.seen.tolist() == model.seen.tolist()
    assert again.card == model.card
    assert {f.suffix for f in tmp_path.rglob("*") if f.is_file()} == {".npz", ".json"}


def test_a_folder_left_by_a_killed_training_is_replaced(tmp_path: Path) -> None:
    # given what a training left that was killed after its files lay there, one of them cut off
    model = train_model(examples(), source="test")
    left = tmp_path / model.card.version
    left.mkdir()
    (left / "card.json").write_text("{cut off")
    (left / "stray.npz").write_bytes(b"")
    # when the same version is saved again, twice
    model.save(tmp_path)
    model.save(tmp_path)
    # then the folder holds the version and nothing else, and nothing stands beside it
    assert Model.load(left).card == model.card
    assert sorted(path.name for path in left.iterdir()) == ["card.json", "weights.npz"]
    assert [path.name for path in tmp_path.iterdir()] == [model.card.version]


@pytest.mark.parametrize(
    "text",
    [
        "The street lamp in front of my house has been broken for a week, please repair it",
        "Уличный фонарь не работает уже неделю",
        "asdf qwer zxcv",
    ],
)
def test_a_text_in_a_script_it_has_not_learnt_is_never_sure(text: str, tmp_path: Path) -> None:
    # given a version that has seen Latin letters only in Chinese texts (KTV), kept and read again
    trained = train_model(examples(), source="test")
    trained.save(tmp_path)
    for model in (trained, Model.load(tmp_path / trained.card.version)):
        assert model.scripts == ("CJK",)
        # then no class may be decided on such a text, whatever precision is asked
        lowest = min(t for limits in model.card.thresholds.values() for t in limits.values() if t is not None)
        assert model.guesses(text)[0].certainty < lowest
        # and Chinese with a few Latin words stays what it is
        assert model.guesses("KTV和APP门口的音响噪音扰民")[0].code == "0402"
        assert not model.is_foreign("KTV和APP门口的音响噪音扰民")
        assert not model.is_foreign("KTV太吵")


def test_the_words_of_the_category_tree_help_where_nobody_said_them_yet() -> None:
    hints = {"020103": ["路灯不亮", "灯泡，照明，路灯"], "0402": ["噪音扰民", "噪音，吵闹"]}
    plain, helped = (train_model(examples(), source="test", hints=given) for given in (None, hints))
    # then a word of the tree speaks for its category, and more than the texts alone let it
    assert helped.speaks("照明", "020103").get("照明", 0) > 0
    assert "照明" not in plain.speaks("照明", "020103")
    # and they are no texts: nothing is measured on them
    assert helped.card.n_texts == plain.card.n_texts
    assert helped.card.n_distinct == plain.card.n_distinct


def test_two_classes_at_least() -> None:
    with pytest.raises(Invalid):
        train_model([Example("一样的话", "a")] * 50, source="test")


def test_before_training_telling_words_decide_and_nothing_is_no_category(city: Any) -> None:
    rules = rules_of(city.place.id)
    assert by_words("路灯不亮", rules).code == "020103"
    assert by_words("你好", rules).code == ""


@pytest.fixture
def models(tmp_path: Path, settings: Any) -> Iterator[Path]:
    """A folder of the test's own for trained versions."""
    settings.MODELS = tmp_path
    forget_use()
    yield tmp_path
    forget_use()


def test_the_version_let_act_decides_and_abstains_where_it_has_not_earned_it(city: Any, models: Path) -> None:
    # given a trained version that is let act
    rules = rules_of(city.place.id)
    model = train_model(examples(), source="test")
    model.save(model_folder("yunxi"))
    use_classifier(city.place, acting=model.card.version, precision=0.9, by=SYSTEM)
    # then its classes' own certainties decide, not one for all
    found = classify_text("东桥头垃圾桶满了很臭", rules)
    assert (found.code, found.version) == ("010101", model.card.version)
    assert found.needed == model.card.thresholds["0.9"]["010101"]
    assert found.is_sure
    asked = classify_text("请问怎么办居住证", rules)
    assert asked.certainty < found.certainty
    assert not asked.is_sure


def test_a_report_keeps_what_was_needed_and_whether_it_was_enough(city: Any, models: Path) -> None:
    model = train_model(examples(), source="test")
    model.save(model_folder("yunxi"))
    use_classifier(city.place, acting=model.card.version, by=SYSTEM)
    receipt = city.report("望湖小区垃圾桶满了很臭，好几天了")
    report = Report.objects.get(event__uid=receipt.event_uid)
    assert report.classified["needed"] == model.card.thresholds["0.9"]["010101"]
    assert report.event.category.code == "010101"


def test_softmax_is_stable() -> None:
    assert softmax(np.array([[1000.0, 0.0]])).tolist() == [[1.0, 0.0]]


def test_a_text_unlike_any_learnt_gets_no_certainty() -> None:
    model = train_model(examples(), source="test")
    assert model.guesses("这事儿太气人了，你们到底管不管")[0].certainty <= 0.5
    assert model.guesses("东桥头路灯不亮")[0].certainty > 0.7


def test_a_text_whose_answer_a_few_grams_carry_is_never_sure_but_a_part_of_one_may_be(tmp_path: Path) -> None:
    model = train_model(examples(600), source="test")
    model.save(tmp_path)
    read = Model.load(tmp_path / model.card.version)
    assert read.narrow == model.narrow < 1
    # when nothing is said but one known word, or the matter is told in words well known
    bare, told = "灯杆", "湖滨路整排路灯都灭了，请处理"
    for each in (model, read):
        assert each.guesses(bare)[0].code == each.guesses(told)[0].code == "020103"
        assert each.guesses(bare)[0].certainty <= 0.5 < each.guesses(bare, is_part=True)[0].certainty
        assert each.guesses(told)[0].certainty > 0.9
    # and of texts like those learnt nearly all are as sure as before
    certainties = model.certainties([e.text for e in examples(300, seed=8)])
    assert (certainties.max(axis=1) > 0.5).mean() > 0.9


def test_resting_is_the_share_of_the_lead_that_the_strongest_grams_carry() -> None:
    weights = np.array([[1.0, 1.0, 1.0, 1.0, 4.0], [0.0, 0.0, 0.0, 0.0, 0.0], [-1.0, 0.0, 0.0, 0.0, 0.0]])
    rows = csr_matrix([[1.0, 1.0, 1.0, 1.0, 0.0], [0.0, 0.0, 0.0, 0.0, 1.0], [0.0, 0.0, 0.0, 0.0, 0.0]])
    found = resting_of(rows, weights, rows @ weights.T)
    assert found.tolist() == [0.75, 1.0, float("inf")]
    assert narrow_from(np.array([0.8, 0.9, 9.0]), np.array([True, True, False])) == pytest.approx(0.89)
    assert narrow_from(np.array([0.1]), np.array([True])) == pytest.approx(2 / 3)
    assert narrow_from(np.array([0.5]), np.array([False])) == float("inf")
