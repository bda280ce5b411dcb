"""Datasets, the reader, rejects, the lake and published datasets."""
