"""Semantic versions and their ranges."""

from __future__ import annotations

import pytest

from yiwang.kernel.versions import satisfies, version


def test_versions_sort_as_semver_says() -> None:
    sorted_ones = ["1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0", "1.2"]
    assert [str(v) for v in sorted(map(version, reversed(sorted_ones)))] == [*sorted_ones[:-1], "1.2.0"]


@pytest.mark.parametrize(
    ("have", "wanted", "fits"),
    [
        ("0.1.0", ">=0.1", True),
        ("0.1.0", ">=0.1, <0.1", False),
        ("1.0.0-beta", ">=1", False),
        ("1.9.3", ">=1,<2", True),
        ("2.0.0", "!=2.0.0", False),
        ("2.0.0", "==2", True),
        ("1.0.1", ">1.0.0,<=1.0.1", True),
    ],
)
def test_a_range_holds_when_every_comparison_does(have: str, wanted: str, fits: bool) -> None:
    assert satisfies(have, wanted) is fits


def test_what_is_no_version_raises() -> None:
    with pytest.raises(ValueError, match="no version"):
        version("one")
    with pytest.raises(ValueError, match="no range"):
        satisfies("1.0.0", "~1")
