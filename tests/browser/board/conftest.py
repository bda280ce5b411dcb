"""The boards of the engine's tests, in the browser: each with a city of its own instead of the sample city."""

from __future__ import annotations

from tests.engines.board.conftest import board as board
from tests.engines.board.conftest import city as city
from tests.engines.board.conftest import fresh_figures as fresh_figures
from tests.engines.board.conftest import grids as grids
from tests.engines.board.conftest import turned as turned
from tests.engines.board.conftest import watcher as watcher
from tests.engines.board.conftest import watcher_of as watcher_of
