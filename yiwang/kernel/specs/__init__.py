"""What YAML and CSV files may say, and every error in them at once, as `file:line: message`.

A *spec* is a frozen pydantic model of one YAML file (`Spec`); `read_spec` reads a file into it, `read_rows` reads
the CSV files beside it, `json_schema` describes it for editors. YAML here is a strict, smaller YAML (see
`yiwang.kernel.specs.document`): two people reading a file must see the same thing as the machine.
"""

from yiwang.kernel.specs.document import Document, Path, parse_yaml, read_yaml
from yiwang.kernel.specs.fields import (
    LANGUAGES,
    Day,
    Defines,
    FileId,
    Id,
    Language,
    Refers,
    SemVer,
    SpecError,
    TimeZoneName,
    TitleField,
    VersionRange,
)
from yiwang.kernel.specs.reading import build_spec, read_spec
from yiwang.kernel.specs.rows import Row, parse_rows, read_row_specs, read_rows
from yiwang.kernel.specs.schema import json_schema
from yiwang.kernel.specs.spec import Spec

__all__ = [
    "LANGUAGES",
    "Day",
    "Defines",
    "Document",
    "FileId",
    "Id",
    "Language",
    "Path",
    "Refers",
    "Row",
    "SemVer",
    "Spec",
    "SpecError",
    "TimeZoneName",
    "TitleField",
    "VersionRange",
    "build_spec",
    "json_schema",
    "parse_rows",
    "parse_yaml",
    "read_row_specs",
    "read_rows",
    "read_spec",
    "read_yaml",
]
