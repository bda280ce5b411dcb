"""Processes as tokens in rows: instances, work items, clocks."""
