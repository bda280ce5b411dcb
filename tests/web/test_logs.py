"""The log keeps no codes of receipts."""

from __future__ import annotations

import logging

from django.conf import settings

from yiwang.web.logs import WithoutCodes


def test_codes_of_receipts_are_taken_out_of_log_lines() -> None:
    record = logging.LogRecord("django.request", 40, "x", 1, "%s: %s", ("Error", "/follow/ABCD-EFGH-2345/reopen"), None)
    assert WithoutCodes().filter(record)
    assert record.getMessage() == "Error: /follow/…/reopen"


def test_other_lines_stay_as_they_are_and_the_handler_uses_the_filter() -> None:
    record = logging.LogRecord("x", 40, "x", 1, "%s of %s", (1, 2), None)
    assert WithoutCodes().filter(record) and record.args == (1, 2)
    assert "codes" in settings.LOGGING["handlers"]["console"]["filters"]
