"""Boards from YAML: tiles, charts with table twins, maps."""
