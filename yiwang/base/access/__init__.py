"""Who may do what where: viewers, grants, permissions and the scope of a query (DESIGN §7). No tables of its own.

A grant is permission + department subtree + area subtree, and one single grant must cover a row; two posts of the
same person never multiply into rights neither gives. What was given to a department is covered for its own posts
(`Grant.is_home`) wherever it lies: being assigned is a ground by itself. Rows nobody is responsible for yet (no
department) need the permission's `dispatch` counterpart on the same subtrees.
"""

from yiwang.base.access.permissions import Permission, permissions, register_permission
from yiwang.base.access.scope import scope, scope_key
from yiwang.base.access.viewer import ANONYMOUS, SYSTEM, Grant, Viewer, require

__all__ = [
    "ANONYMOUS",
    "SYSTEM",
    "Grant",
    "Permission",
    "Viewer",
    "permissions",
    "register_permission",
    "require",
    "scope",
    "scope_key",
]
