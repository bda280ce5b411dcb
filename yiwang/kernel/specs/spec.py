"""The base of everything a YAML file may say."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from pydantic import BaseModel, ConfigDict, GetJsonSchemaHandler
from pydantic_core import CoreSchema


class Spec(BaseModel):
    """A frozen description read from YAML; unknown keys are errors, attribute docstrings become editor help.

    Use tuples for lists. Read files with `read_spec` (strict: `5` is not text and `"5"` not a number); when built
    in Python, pydantic's usual conversions apply. Validators raise `SpecError` so that the message can be translated.
    """

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        allow_inf_nan=False,
        protected_namespaces=(),
    )

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """With the attribute docstrings as descriptions.

        Pydantic (`use_attribute_docstrings`) would read them from the sources at the start of every process, which
        was a tenth of it; a schema is asked for rarely.
        """
        schema = handler(core_schema)
        properties = handler.resolve_ref_schema(schema).get("properties", {})
        for name, told in _docstrings(cls):
            field = cls.model_fields.get(name)
            shown = properties.get(field.alias or name) if field else None
            if shown is not None:
                shown.setdefault("description", told)
        return schema


def _docstrings(cls: type[BaseModel]) -> Iterator[tuple[str, str]]:
    """Attribute and docstring, a class's own before those of the classes above it."""
    for one in cls.__mro__:
        if one is Spec or not issubclass(one, Spec):
            continue
        (tree,) = ast.parse(textwrap.dedent(inspect.getsource(one))).body
        assert isinstance(tree, ast.ClassDef)
        for said, then in pairwise(tree.body):
            match said, then:
                case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(told))):
                    yield name, inspect.cleandoc(told)
