"""The base of everything a YAML file may say."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Spec(BaseModel):
    """A frozen description read from YAML; unknown keys are errors, attribute docstrings become editor help.

    Use tuples for lists. Read files with `read_spec` (strict: `5` is not text and `"5"` not a number); when built
    in Python, pydantic's usual conversions apply. Validators raise `SpecError` so that the message can be translated.
    """

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        allow_inf_nan=False,
        use_attribute_docstrings=True,
        protected_namespaces=(),
    )
