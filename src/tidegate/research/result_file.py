"""Results as files."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tidegate.feeds.aside import written_aside

if TYPE_CHECKING:
    from pathlib import Path


def write_json(path: Path, document: dict[str, Any]) -> None:
    """Write a result as JSON; NaN and infinity are defects, not figures."""
    with written_aside(path) as aside:
        aside.write_text(json.dumps(document, allow_nan=False, indent=1), encoding="utf-8")
