"""Help on each page: every page has one, in both languages, and nothing in a text becomes markup of its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client

from tests.web.addresses import pages
from yiwang.web.shell.helping import folder, helps, read

WITHOUT_A_FACE = {
    *("file", "report_photo", "follow_picture", "follow_photo", "public_spots", "plate_code", "report_aid"),
    *("event_grids", "event_card", "base_map", "base_map_tile", "suggest_places", "place_at"),
    *("board_layout", "board_tiles", "board_tile", "board_tile_data", "board_outlines", "form_branches"),
    *("event_tile", "search_part", "work_worker", "health", "metrics"),
}
"""Addresses that answer with data, pictures or a part of a page."""


def test_every_page_has_help_of_its_own_in_both_languages() -> None:
    named = {page.name for page in pages() if page.name} - WITHOUT_A_FACE
    for language in ("zh", "en"):
        helped = [page for one in helps(language).values() for page in one.pages]
        assert sorted(helped) == sorted(set(helped)), "a page has two helps"
        assert named - set(helped) == set(), f"pages without help in {language}: write docs/help/"
        assert set(helped) - named == set(), f"help for pages that do not exist, in {language}"


def test_both_languages_have_the_same_texts_for_the_same_pages() -> None:
    zh, en = helps("zh"), helps("en")
    assert set(zh) == set(en) and len(zh) > 15
    assert {key: one.pages for key, one in zh.items()} == {key: one.pages for key, one in en.items()}
    assert all(one.title and one.html for one in (*zh.values(), *en.values()))


def test_html_in_a_text_stays_text(tmp_path: Path) -> None:
    path = tmp_path / "x.en.md"
    path.write_text("pages: x\n\n# Title\n\n<script>alert(1)</script> [a](javascript:alert(1))\n")
    one = read(path)
    assert "<script" not in one.html and "&lt;script&gt;" in one.html and "href" not in one.html


@pytest.mark.parametrize("text", ["# Title\n\ntext", "pages: x\n\ntext without a title"])
def test_a_file_that_says_too_little_is_an_error_with_its_name(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.en.md"
    path.write_text(text)
    with pytest.raises(ValueError, match=r"x\.en\.md"):
        read(path)


def test_no_text_lies_about_without_being_read() -> None:
    assert {path.name for path in folder().iterdir()} == {
        f"{key}.{code}.md" for code in ("zh", "en") for key in helps(code)
    }


@pytest.mark.django_db
def test_help_is_a_page_for_everybody_and_a_part_for_the_drawer() -> None:
    page = Client(headers={"Accept-Language": "en"}).get("/help/report/").content.decode()
    assert "<html" in page and "How to report" in page
    part = Client(headers={"Accept-Language": "en", "X-Requested-With": "fetch"}).get("/help/report/").content.decode()
    assert "<html" not in part and "How to report" in part
    assert "怎样上报" in Client(headers={"Accept-Language": "zh"}).get("/help/report/").content.decode()
    assert Client().get("/help/nothing/").status_code == 404
