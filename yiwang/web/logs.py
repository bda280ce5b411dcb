"""What the log may not keep: the code of a receipt stands in the address of its pages, and addresses are logged."""

from __future__ import annotations

import logging
import re

_CODE = re.compile(r"(/follow/)[^/\s?'\"]+")


class WithoutCodes(logging.Filter):
    """Takes codes of receipts out of a record's message and arguments; lets every record pass."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record where it names such an address."""
        text = record.getMessage()
        if "/follow/" in text:
            record.msg, record.args = _CODE.sub(r"\1…", text), ()
        return True
