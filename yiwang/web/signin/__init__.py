"""Signing in and out, the own account, and the optional outside sign-in (OpenID Connect)."""
