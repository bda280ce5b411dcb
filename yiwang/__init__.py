"""一网 Yiwang: one base of data, places, people and flows, and the four nets of a city on it."""

__version__ = "0.1.0"
