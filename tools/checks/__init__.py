"""The checks of `start.py check`: one module each, with `TITLE` and `run(root) -> complaints`.

A complaint is a line for a person, `file:line: what` where it has a place; an empty list means all is well.
"""
