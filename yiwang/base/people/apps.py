"""Django application of `yiwang.base.people`."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Registers the package with Django, and its permissions."""

    name = "yiwang.base.people"
    label = "people"

    def ready(self) -> None:
        """Make the permissions known."""
        from yiwang.base.access import register_permission
        from yiwang.kernel.text import N_

        register_permission("accounts.manage", N_("Manage accounts, departments, posts and roles"))
        register_permission("accounts.unmask", N_("See personal details of accounts in full, for a stated purpose"))
