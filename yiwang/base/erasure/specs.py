"""What a scene's YAML says about how long things are kept."""

from __future__ import annotations

from pydantic import Field

from yiwang.kernel.specs import Spec


class RetentionSpec(Spec):
    """Keep things of a dataset or case type for so many days: `{target: case, name: noise, keep_days: 1095}`."""

    target: str = Field(pattern=r"^[a-z][a-z0-9_]*$", description="kind of thing: messages, jobs, audit, dataset, case")
    name: str = Field(default="", max_length=100, description="the dataset or case type; empty for all")
    keep_days: int = Field(ge=1, le=36_525)
