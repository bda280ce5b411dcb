"""Fixtures of the events' tests that pages of the whole product use too."""

from __future__ import annotations

from tests.domains.events.conftest import city as city
from tests.domains.events.conftest import installed_city as installed_city
