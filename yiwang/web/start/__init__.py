"""The first page: what this is for a visitor, the day's work for an official, and the tour through both."""
