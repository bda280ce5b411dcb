"""Static files whose address changes with their content, so that a browser never mixes two releases of our modules.

The names stay as they are (MapLibre looks for its worker by name); a `?v=` made from time and size tells them apart.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2s
from pathlib import Path

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage


class VersionedStorage(StaticFilesStorage):
    """`{% static "css/base.css" %}` → `/static/css/base.css?v=5f3a9c21`."""

    def url(self, name: str | None) -> str:
        """The address of a static file with its version; plain when the file is not found."""
        return _address(self, self.base_url, name or "")


@lru_cache(maxsize=1024)
def _address(storage: VersionedStorage, base_url: str, name: str) -> str:
    """`base_url` is asked for anew each time: it may change with the settings."""
    plain = super(VersionedStorage, storage).url(name)
    version = _version(name)
    return f"{plain}?v={version}" if version else plain


@lru_cache(maxsize=1024)
def _version(name: str) -> str:
    found = finders.find(name)
    if not isinstance(found, str):
        return ""
    stat = Path(found).stat()
    return blake2s(f"{stat.st_mtime_ns}:{stat.st_size}".encode(), digest_size=4).hexdigest()
