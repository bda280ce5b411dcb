"""Retention periods and the erasure of a person everywhere."""
