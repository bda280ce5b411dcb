"""Installed scenes: install, upgrade and remove, versioned and audited."""
