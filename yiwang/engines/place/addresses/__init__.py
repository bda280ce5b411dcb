"""Addresses: how they are spelled, the keys they are found by, the names a city knows, places found in texts."""
