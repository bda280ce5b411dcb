"""What a metric's SELECT may not do."""

from __future__ import annotations

import pytest

from tests.engines.metric.makers import IN_TIME_SQL, RECEIVED_SQL, metric_spec
from yiwang.base.access import SYSTEM
from yiwang.engines.metric.actions import put_metric
from yiwang.engines.metric.checks import sql_problems
from yiwang.engines.metric.specs import ThresholdSpec
from yiwang.kernel.errors import Invalid


def test_sound_metrics_have_no_problem():
    assert sql_problems(metric_spec(), RECEIVED_SQL) == []
    assert sql_problems(metric_spec(value="ratio"), IN_TIME_SQL) == []


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        (RECEIVED_SQL.replace("from cases", "from people"), "“people” is not declared"),
        (RECEIVED_SQL.replace("from cases", "from read_csv('/etc/passwd')"), "is not allowed"),
        (RECEIVED_SQL + "; drop table cases", "exactly one SELECT"),
        (RECEIVED_SQL.replace("count(*) as value", "count(*) as n"), "must yield a column “value”"),
        (RECEIVED_SQL.replace("area_path,", "area_path, late,"), "neither a dimension nor a value"),
        (RECEIVED_SQL.replace("$jurisdiction", "$city"), "“city” is not declared"),
        (RECEIVED_SQL.replace("occurred_on as day", "now() as day"), "is not allowed"),
        ("select * from cases", "write out the columns"),
    ],
)
def test_what_is_not_allowed_is_told(sql: str, says: str):
    assert any(says in str(wrong.text) for wrong in sql_problems(metric_spec(), sql))


def test_a_metric_must_say_which_city_it_counts():
    sql = "select occurred_on as day, count(*) as value from cases group by 1"
    assert "one city only" in str(sql_problems(metric_spec(dimensions={}), sql)[0].text)


@pytest.mark.django_db
def test_unsound_sql_is_not_put_in_force():
    with pytest.raises(Invalid):
        put_metric("testville", "x", metric_spec(), "select 1", scene="tests", by=SYSTEM)


def test_the_first_threshold_that_fits_gives_the_tone():
    spec = metric_spec(thresholds=[{"below": 0.8, "tone": "danger"}, {"below": 0.9, "tone": "warning"}])
    assert [spec.tone(value) for value in (0.79, 0.8, 0.9, None)] == ["danger", "warning", "", ""]
    assert ThresholdSpec.model_validate({"from": 1, "tone": "success"}).fits(1)
