"""The strict YAML of scenes: what a file means, and what is refused, each with its line."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from yiwang.kernel.errors import Problems, ProblemsFound
from yiwang.kernel.specs import Document, parse_yaml, read_yaml

FILE = Path("x.yaml")


def read(text: str) -> tuple[Document | None, list[str]]:
    problems = Problems()
    return parse_yaml(text, FILE, problems), [str(p) for p in problems]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("true", True),
        ("false", False),
        ("yes", "yes"),
        ("no", "no"),
        ("on", "on"),
        ("Off", "Off"),
        ("True", "True"),
        ("null", None),
        ("~", None),
        ("12", 12),
        ("-3", -3),
        ("0", 0),
        ("012", "012"),
        ("1_000", "1_000"),
        ("0x1f", "0x1f"),
        ("0o17", "0o17"),
        ("12:30:45", "12:30:45"),
        ("2026-01-31", "2026-01-31"),
        ("2026-01-31 10:00:00", "2026-01-31 10:00:00"),
        ("1.5", 1.5),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("1e999", "1e999"),
        (".inf", ".inf"),
        (".nan", ".nan"),
        ("1.4.0", "1.4.0"),
        ("'5'", "5"),
        ('"true"', "true"),
        ("330106000000", 330106000000),
    ],
)
def test_an_unquoted_value_means_what_it_seems_to_mean(written: str, meant: object) -> None:
    document, problems = read(f"a: {written}")
    assert problems == []
    assert document is not None
    assert document.data == {"a": meant}
    assert type(document.data["a"]) is type(meant)


def test_keys_are_always_text() -> None:
    document, _ = read("2026-01-01: free\n1: first\nno: Norway\ntrue: yes\n")
    assert document is not None
    assert list(document.data) == ["2026-01-01", "1", "no", "true"]


def test_every_key_and_item_knows_its_line() -> None:
    document, _ = read("# top\na:\n  - b: 1\n\n  - b: 2\n    c: |\n      first\n      second\n")
    assert document is not None
    assert document.line_of(("a",)) == 2
    assert document.line_of(("a", 0)) == 3
    assert document.line_of(("a", 1, "b")) == 5
    assert document.line_of(("a", 1, "not there")) == 5
    assert document.line_in(("a", 1, "c"), 1) == 8


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a: 1\nb: 2\na: 3\n", 3, "“a” stands here twice, first in line 1"),
        ("a: &x 1\n", 1, "anchors are not allowed"),
        ("a: 1\nb: *x\n", 2, "aliases are not allowed"),
        ("a: 1\nb: !!python/object/apply:os.system ['true']\n", 2, "tags are not allowed"),
        ("a: 1\n---\nb: 2\n", 2, "a second document"),
        ("", 0, "empty"),
        ("# only a comment\n", 0, "empty"),
        ("a: b: c\n", 1, "a second “:”"),
        ("a:\n\t- b\n", 2, "a tab is used for indenting"),
        ("a: [1,\n", 2, "this is not YAML"),
        ("a: \x07\n", 1, "this is not YAML"),
        ("? [1, 2]\n: 3\n", 1, "a key must be text"),
        ("a: " + "[" * 50 + "]" * 50, 1, "nested deeper than 40"),
    ],
)
def test_what_could_be_misread_is_refused_at_its_line(text: str, line: int, words: str) -> None:
    document, problems = read(text)
    assert document is None
    assert any(p.startswith(f"x.yaml:{line}: ") and words in p for p in problems), problems


def test_several_faults_are_told_at_once() -> None:
    _, problems = read("a: &x 1\nb: *x\na: 2\nc: !tag 3\n")
    assert [p.split(": ")[0] for p in problems] == ["x.yaml:1", "x.yaml:2", "x.yaml:3", "x.yaml:4"]


def test_deep_nesting_is_refused_fast() -> None:
    begun = time.process_time()
    document, problems = read("[" * 1_000_000)
    assert document is None
    assert problems
    assert time.process_time() - begun < 5


def test_a_file_must_be_utf8_and_may_have_a_byte_order_mark(tmp_path: Path) -> None:
    gb = tmp_path / "gb.yaml"
    gb.write_bytes("a: 1\nb: 内涝\n".encode("gb18030"))
    problems = Problems()
    assert read_yaml(gb, problems) is None
    assert [str(p) for p in problems] == [f"{gb}:2: the file is not in UTF-8; save it in that encoding"]

    marked = tmp_path / "marked.yaml"
    marked.write_text("a: 内涝\n", encoding="utf-8-sig")
    assert read_yaml(marked).data == {"a": "内涝"}


def test_without_a_collection_a_faulty_file_raises(tmp_path: Path) -> None:
    with pytest.raises(ProblemsFound, match="cannot be read"):
        read_yaml(tmp_path / "missing.yaml")


LETTERS = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn"), exclude_characters="\ufeff\u2028\u2029")
plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**12), 10**12)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(LETTERS),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abcxyz_019", min_size=1), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.text("abcxyz_", min_size=1), plain, min_size=1))
def test_data_written_as_quoted_yaml_is_read_back_unchanged(data: dict[str, object]) -> None:
    # given: flow style with every text quoted, as JSON is
    import json

    document, problems = read(json.dumps(data, ensure_ascii=False))
    assert problems == []
    assert document is not None
    assert document.data == data


@given(st.text(max_size=200))
def test_no_text_ever_crashes_the_reader(text: str) -> None:
    document, problems = read(text)
    assert (document is None) == bool(problems)
    if document is not None:
        yaml.safe_dump(document.data)
