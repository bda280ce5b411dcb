"""Hypothesis without its clock: a busy machine is no failure. Speed is tested where it is promised."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("yiwang", deadline=None)
settings.load_profile("yiwang")
