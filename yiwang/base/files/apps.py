"""Django application of `yiwang.base.files`."""

from django.apps import AppConfig


class FilesConfig(AppConfig):
    """Registers the package with Django."""

    name = "yiwang.base.files"
    label = "files"
