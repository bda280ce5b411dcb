"""Uploads judged by content; images re-encoded."""
