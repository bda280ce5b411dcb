"""`yiwang events`: what a person sees who takes in an export or trains the classifier."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.utils.translation import override

from yiwang.base.access import SYSTEM
from yiwang.engines.data.mapping import load_mapping
from yiwang.web.cli.running import run

SCENES = Path(__file__).resolve().parents[2] / "scenes"
HOTLINE = str(SCENES / "city_events" / "sample" / "reports_12345.csv")
BALTIMORE = str(SCENES / "baltimore_311" / "sample" / "requests.csv")


@pytest.fixture(scope="module")
def installed(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The sample city and Baltimore, in a transaction of the module's own."""
    from yiwang.base.scenes.actions import install_scene
    from yiwang.domains.events.course import forget_rules
    from yiwang.engines.place.queries import forget_indexes

    with django_db_blocker.unblock(), transaction.atomic():
        for scene in ("city_events", "baltimore_311"):
            install_scene(SCENES / scene, by=SYSTEM)
        forget_rules()
        forget_indexes()
        yield
        transaction.set_rollback(True)
    forget_rules()
    forget_indexes()


@pytest.fixture(autouse=True)
def fresh(installed: None, db: None, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """English words on wide lines; mappings and models in a folder of the test's own."""
    from yiwang.domains.events.classify.using import forget_use
    from yiwang.domains.events.course import forget_rules

    settings.HOME, settings.MODELS = tmp_path / "home", tmp_path / "models"
    monkeypatch.setenv("COLUMNS", "220")
    forget_rules()
    forget_use()
    with override("en"):
        yield
    forget_rules()
    forget_use()


def shown(capsys: pytest.CaptureFixture[str]) -> str:
    """What was printed, with single blanks."""
    return " ".join(capsys.readouterr().out.split())


def n_events() -> int:
    from yiwang.domains.events.models import Event

    return Event.objects.count()


def test_a_scenes_mapping_is_found_by_the_columns_and_names_the_city(capsys: pytest.CaptureFixture[str]) -> None:
    # when an export is given without city and mapping
    assert run(["events", "import", BALTIMORE]) == 0
    # then the scene's mapping that fits is taken, without a question, and the counts are told
    told = shown(capsys)
    assert "baltimore_311.yaml fits" in told
    assert "for Baltimore, times of America/New_York" in told
    assert "new 28" in told
    assert "rejected 2" in told
    assert "6 / 28 21.4%" in told
    assert "6 / 23 26.1%" in told
    assert n_events() == 28


def test_rejected_rows_are_told_with_line_and_reason(capsys: pytest.CaptureFixture[str]) -> None:
    run(["events", "import", BALTIMORE])
    complaints = capsys.readouterr().err
    assert "line 18: category: There is no category “SW-No Such Thing” here." in complaints
    assert "line 24: occurred_at: “13/45/2026”" in complaints


def test_many_rejects_are_told_by_reason(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    # given an export in another city's words
    path = tmp_path / "mine.yaml"
    run(["events", "guess", HOTLINE, "-j", "yunxi", "--save-mapping", str(path)])
    capsys.readouterr()
    # when it is tried in Baltimore, whose Chinese titles know three of them
    assert run(["events", "import", HOTLINE, "-j", "us_baltimore", "--mapping", str(path), "--dry-run"]) == 0
    told = shown(capsys)
    assert "rejected 326" in told
    assert "27 category: There is no category “市容环境 / 占道经营” here." in told


def test_a_dry_run_writes_neither_rows_nor_a_mapping(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["events", "import", HOTLINE, "-j", "yunxi", "--dry-run"]) == 0
    assert "Nothing was written" in shown(capsys)
    assert n_events() == 0
    assert not Path(settings.HOME).exists()


def test_a_guessed_mapping_is_shown_kept_and_used_again(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    # given an export that no scene knows
    options = ["-j", "yunxi", "--coordinates", "GCJ-02", "--yes"]
    assert run(["events", "import", HOTLINE, *options]) == 0
    told = shown(capsys)
    # then the guess is told with its reasons, and kept
    assert "Category 一级标签 / 二级标签" in told
    assert "“办理情况” holds nothing but states." in told
    assert "Not used: 区县" in told
    kept = load_mapping(tmp_path / "home" / "mappings" / "yunxi" / "reports_12345.yaml")
    assert kept.fields["coordinates"].constant == "gcj02"
    assert n_events() == 342
    # and next time it is found by its columns: no question, nothing new
    assert run(["events", "import", HOTLINE]) == 0
    told = shown(capsys)
    assert "reports_12345.yaml fits" in told
    assert "as they were 342" in told
    assert n_events() == 342


def test_a_guess_that_nobody_confirms_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("typer.confirm", lambda *_a, **_o: (_ for _ in ()).throw(SystemExit(1)))
    assert run(["events", "import", HOTLINE, "-j", "yunxi"]) == 1
    assert n_events() == 0


def test_several_cities_must_be_told_apart(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["events", "import", HOTLINE, "--yes"]) == 1
    assert "us_baltimore, yunxi" in capsys.readouterr().err


def test_what_lacks_an_id_or_a_time_is_no_export(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("colour,shape\nred,round\nblue,square\n" * 3, encoding="utf-8")
    assert run(["events", "import", str(path), "-j", "yunxi", "--yes"]) == 1
    complaint = capsys.readouterr().err
    assert "external_id" in complaint
    assert "occurred_at" in complaint


def test_a_wrong_coordinate_system_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["events", "import", HOTLINE, "-j", "yunxi", "--coordinates", "utm", "--yes"]) == 1
    assert "utm" in capsys.readouterr().err


def test_a_guess_is_written_down_to_be_put_right(tmp_path: Path) -> None:
    out = tmp_path / "mine.yaml"
    assert run(["events", "guess", HOTLINE, "-j", "yunxi", "--save-mapping", str(out)]) == 0
    assert load_mapping(out).fields["external_id"].column == "留言编号"
    assert run(["events", "import", HOTLINE, "-j", "yunxi", "--mapping", str(out)]) == 0
    assert n_events() == 342


def test_training_tells_honestly_and_puts_the_model_to_use(capsys: pytest.CaptureFixture[str]) -> None:
    from yiwang.domains.events.classify.deciding import current_model

    # given no model
    assert run(["events", "card", "-j", "yunxi"]) == 1
    # when one is trained on the hotline's texts and tags
    assert run(["events", "train", HOTLINE, "-j", "yunxi"]) == 0
    told = shown(capsys)
    # then its card tells how many texts differ, and figures at thresholds and by category
    model = current_model("yunxi")
    assert model is not None
    assert model.card.n_distinct < model.card.n_texts == 342
    assert f"different texts of categories with enough of them {model.card.n_distinct}" in told
    assert f"macro F1 (every category counts alike) {model.card.macro_f1:.3f}" in told
    assert "Left out:" in told
    # and it can be printed again, and is used
    assert run(["events", "card", "-j", "yunxi"]) == 0
    assert model.card.version in shown(capsys)
    assert model.guesses("朝阳路的路灯不亮好几天了")[0].code == "020103"


def test_training_leaves_out_and_counts_categories_unknown_here(capsys: pytest.CaptureFixture[str]) -> None:
    # given tags of which another city knows three by their Chinese titles
    assert run(["events", "train", HOTLINE, "-j", "us_baltimore"]) == 0
    told = shown(capsys)
    assert "326 rows of categories unknown here: 市容环境 / 占道经营 (27)" in told
    assert "texts given 16" in told
    # a column that is not there is told
    assert run(["events", "train", HOTLINE, "-j", "yunxi", "--text", "标题"]) == 1
    assert "标题" in capsys.readouterr().err
