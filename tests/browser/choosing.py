"""Choosing from a select as a person does: a long one is typed into, a short one (or without scripts any) opened."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect


def choose(where: Page | Locator, name: str, value: str) -> None:
    """Choose the option with this value (a code) in the select of this name."""
    select = where.locator(f"select[name={name}]")
    field = where.locator(f".choose:has(select[name={name}]) input[role=combobox]")
    if field.count():
        field.fill(value)
        field.press("Enter")
    else:
        select.select_option(value)
    expect(select).to_have_value(value)
