"""Everything that changes something in the data engine."""

from yiwang.engines.data.actions.datasets import put_dataset, retire_dataset
from yiwang.engines.data.actions.runs import MANAGE, add_rejects, close_run, note_progress, open_run

__all__ = ["MANAGE", "add_rejects", "close_run", "note_progress", "open_run", "put_dataset", "retire_dataset"]
