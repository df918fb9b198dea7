"""What `--json` prints, checked against its pinned schema."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

SCHEMAS = Path(__file__).parent.parent / "results" / "schemas"


def object_of(out: str, schema: str) -> dict[str, Any]:
    """The one object of stdout."""
    found: dict[str, Any] = json.loads(out)
    Draft202012Validator(json.loads((SCHEMAS / f"{schema}.schema.json").read_text())).validate(found)
    return found
