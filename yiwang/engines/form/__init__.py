"""JSON Schema to Django forms, rendered on the server."""
