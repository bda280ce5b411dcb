"""Template tags offered to all pages."""
