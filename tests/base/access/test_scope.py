"""Scope: one single grant must cover a row; the database filter and the in-memory check agree."""

from __future__ import annotations

import random
from uuid import UUID

import pytest
from django.db import connection, models
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yiwang.base.access import ANONYMOUS, SYSTEM, Grant, Viewer, register_permission, require, scope, scope_key
from yiwang.base.access.fields import PathField
from yiwang.base.access.paths import ancestor_paths, join_path, outermost
from yiwang.kernel.errors import NotAllowed

register_permission("trial.view", "See rows of the trial")
register_permission("trial.dispatch", "Dispatch rows of the trial")


class Row(models.Model):
    """A scoped table of the tests only."""

    department_path = PathField(blank=True)
    area_path = PathField(blank=True)
    author_id = models.BigIntegerField(default=0)

    class Meta:
        app_label = "trial"
        indexes = [models.Index(fields=["area_path"], name="trial_area"), models.Index(fields=["department_path"])]


@pytest.fixture(scope="module")
def table(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        with connection.schema_editor() as editor:
            editor.create_model(Row)
        yield
        with connection.schema_editor() as editor:
            editor.delete_model(Row)


def viewer(*grants: Grant, account_id: int = 7) -> Viewer:
    return Viewer(account_id, UUID(int=account_id), "李", "official", grants=grants)


def visible(by: Viewer, **kwargs) -> set[tuple[str, str]]:
    return set(Row.objects.filter(scope(by, "trial.view", **kwargs)).values_list("department_path", "area_path"))


@pytest.mark.django_db
class TestRows:
    @pytest.fixture(autouse=True)
    def rows(self, table):
        for department in ("x/", "x/a/", "xa/", "y/"):
            for area in ("1/", "1/1/", "10/", "2/"):
                Row.objects.create(department_path=department, area_path=area)

    def test_two_posts_do_not_multiply_rights(self):
        by = viewer(Grant("trial.view", "x/", "1/"), Grant("trial.view", "y/", "2/"))
        assert visible(by) == {("x/", "1/"), ("x/", "1/1/"), ("x/a/", "1/"), ("x/a/", "1/1/"), ("y/", "2/")}
        assert not by.may("trial.view", department_path="x/", area_path="2/")
        assert not by.may("trial.view", department_path="y/", area_path="1/")

    def test_a_subtree_is_not_a_prefix_of_letters(self):
        by = viewer(Grant("trial.view", "x/", "1/"))
        assert ("xa/", "1/") not in visible(by)
        assert ("x/", "10/") not in visible(by)

    def test_another_permission_shows_nothing(self):
        by = viewer(Grant("trial.dispatch", "", ""))
        assert visible(by) == set()
        with pytest.raises(NotAllowed):
            require(by, "trial.view", department_path="x/", area_path="1/")

    def test_rows_without_department_need_dispatch_on_the_same_subtrees(self):
        Row.objects.create(department_path="", area_path="1/1/")
        view, wide = Grant("trial.view", "x/", "1/"), Grant("trial.view", "", "")
        assert ("", "1/1/") not in visible(viewer(view))
        assert ("", "1/1/") not in visible(viewer(wide))
        assert ("", "1/1/") in visible(viewer(view, Grant("trial.dispatch", "x/", "1/")))
        assert ("", "1/1/") not in visible(viewer(view, Grant("trial.dispatch", "x/", "2/")))
        assert ("", "1/1/") not in visible(viewer(view, Grant("trial.dispatch", "y/", "1/")))

    def test_at_home_what_the_department_was_given_is_covered_wherever_it_lies(self):
        # given the post of a department that reaches as far as the department, whose area is 1/
        Row.objects.create(department_path="", area_path="2/")
        Row.objects.create(department_path="", area_path="1/")
        home, dispatch = Grant("trial.view", "x/", "1/", True), Grant("trial.dispatch", "x/", "1/", True)
        by = viewer(home, dispatch)
        # then it sees all of its department's, and of nobody's only what lies in its area
        every = {(department, area) for department in ("x/", "x/a/") for area in ("1/", "1/1/", "10/", "2/")}
        assert visible(by) == every | {("", "1/")}
        assert by.may("trial.view", department_path="x/a/", area_path="")
        assert not by.may("trial.view", area_path="2/")
        # and another department's rows in its own area are still not its own
        assert not by.may("trial.view", department_path="y/", area_path="1/")

    def test_a_participant_sees_the_row_whatever_the_grants(self):
        Row.objects.create(department_path="z/", area_path="9/", author_id=7)
        by = viewer(Grant("trial.view", "x/", "1/1/"))
        assert ("z/", "9/") in visible(by, participants=models.Q(author_id=by.account_id))
        assert ("z/", "9/") not in visible(by)

    def test_the_system_sees_all_and_the_anonymous_nothing(self):
        assert len(visible(SYSTEM)) == 16
        assert visible(ANONYMOUS) == set()
        assert visible(ANONYMOUS, participants=models.Q(author_id=0)) == set()

    def test_a_model_without_departments_is_scoped_by_area_alone(self):
        by = viewer(Grant("trial.view", "x/", "2/"))
        found = Row.objects.filter(scope(by, "trial.view", department=None)).values_list("area_path", flat=True)
        assert set(found) == {"2/"}

    def test_the_filter_can_be_turned_round_and_joined(self):
        everything = viewer(Grant("trial.view", "", ""))
        assert Row.objects.filter(~scope(ANONYMOUS, "trial.view")).count() == 16
        assert Row.objects.filter(scope(everything, "trial.view", department=None)).count() == 16


CODES = st.sampled_from(["1", "10", "1a", "2", "A", "a", "人", "b-1", "b"])
PATHS = st.lists(CODES, max_size=3).map(lambda codes: "".join(f"{code}/" for code in codes))
GRANTS = st.lists(
    st.builds(Grant, st.sampled_from(["trial.view", "trial.dispatch"]), PATHS, PATHS, st.booleans()), max_size=6
)


@pytest.mark.django_db
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(grants=GRANTS, rows=st.lists(st.tuples(PATHS, PATHS), max_size=12), seed=st.integers(0, 2**32))
def test_the_filter_agrees_with_asking_row_by_row(table, grants, rows, seed):
    # given rows at random places, some of them right below or beside a grant
    rng = random.Random(seed)
    near = [(g.department_path + rng.choice(["", "1/", "z/"]), g.area_path + rng.choice(["", "1/"])) for g in grants]
    by = viewer(*grants)
    Row.objects.all().delete()
    Row.objects.bulk_create(Row(department_path=d, area_path=a) for d, a in [*rows, *near])
    # when the database filters and when each row is asked for
    wanted = {
        row.pk
        for row in Row.objects.all()
        if by.may("trial.view", department_path=row.department_path, area_path=row.area_path)
    }
    # then they are the same rows
    assert set(Row.objects.filter(scope(by, "trial.view")).values_list("pk", flat=True)) == wanted
    by_area = {r.pk for r in Row.objects.all() if by.may("trial.view", area_path=r.area_path)}
    assert set(Row.objects.filter(scope(by, "trial.view", department=None)).values_list("pk", flat=True)) == by_area


@given(grants=GRANTS, rows=st.lists(st.tuples(PATHS, PATHS), max_size=12), more=GRANTS)
def test_viewers_with_the_same_key_see_the_same_rows(grants, rows, more):
    one, other = viewer(*grants), viewer(*more, *grants)
    if scope_key(one, "trial.view") == scope_key(other, "trial.view"):
        for department, area in rows:
            paths = {"department_path": department, "area_path": area}
            assert one.may("trial.view", **paths) == other.may("trial.view", **paths)


@pytest.mark.django_db
def test_the_subtree_is_found_through_the_index(table):
    Row.objects.bulk_create(Row(department_path=f"d{i % 50}/", area_path=f"{i:05d}/") for i in range(4000))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE" if connection.vendor == "sqlite" else "ANALYZE trial_row")
    plan = Row.objects.filter(scope(viewer(Grant("trial.view", "", "00017/")), "trial.view")).explain()
    assert "trial_area" in plan


def test_paths_split_and_join():
    assert join_path(join_path("", "33"), "3301") == "33/3301/"
    assert ancestor_paths("33/3301/330106/") == ["33/", "33/3301/", "33/3301/330106/"]
    assert ancestor_paths("33/", include_self=False) == []
    assert outermost(["a/b/", "a/", "ab/", "a/c/"]) == ["a/", "ab/"]
    with pytest.raises(ValueError, match="not a code"):
        join_path("33/", "a/b")


def test_a_permission_is_registered_once_with_one_title():
    register_permission("trial.view", "See rows of the trial")
    with pytest.raises(ValueError, match="twice"):
        register_permission("trial.view", "Something else")
