"""Departments, roles, posts and who holds them; the viewer that follows from it."""
