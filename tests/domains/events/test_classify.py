"""The classifier: honest figures, calibrated, abstaining, and kept without pickle."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from yiwang.domains.events.classify.deciding import by_words, classify_text, forget_models, model_folder
from yiwang.domains.events.classify.model import Model, softmax
from yiwang.domains.events.classify.training import Example, train_model
from yiwang.domains.events.course import rules_of
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
    again = Model.load(tmp_path)
    text = "望湖小区垃圾很臭"
    assert again.guesses(text) == model.guesses(text)
    assert again.card == model.card
    assert {f.suffix for f in tmp_path.rglob("*") if f.is_file()} == {".npz", ".json", ""}


def test_two_classes_at_least() -> None:
    with pytest.raises(Invalid):
        train_model([Example("一样的话", "a")] * 50, source="test")


def test_before_training_telling_words_decide_and_nothing_is_no_category(city: Any) -> None:
    rules = rules_of(city.place.id)
    assert by_words("路灯不亮", rules).code == "020103"
    assert by_words("你好", rules).code == ""


def test_the_trained_model_is_used_and_abstains_below_the_threshold(city: Any) -> None:
    rules = rules_of(city.place.id)
    model = train_model(examples(), source="test")
    model.save(model_folder("yunxi"))
    forget_models()
    try:
        found = classify_text("东桥头垃圾桶满了很臭", rules)
        assert (found.code, found.version) == ("010101", model.card.version)
        assert found.certainty > rules.settings.classify_from
        assert classify_text("请问怎么办居住证", rules).certainty < found.certainty
    finally:
        import shutil

        shutil.rmtree(model_folder("yunxi"))
        forget_models()


def test_softmax_is_stable() -> None:
    assert softmax(np.array([[1000.0, 0.0]])).tolist() == [[1.0, 0.0]]


def test_a_text_unlike_any_learnt_gets_no_certainty() -> None:
    model = train_model(examples(), source="test")
    assert model.guesses("这事儿太气人了，你们到底管不管")[0].certainty <= 0.5
    assert model.guesses("东桥头路灯不亮")[0].certainty > 0.7
