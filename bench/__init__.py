"""Measuring scripts, run by `start.py bench`."""
