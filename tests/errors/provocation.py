"""What a mistake is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tidegate.errors import Code

    Setting = Callable[[Path], tuple[object, ...]]


@dataclass(frozen=True)
class Provocation:
    """What to put into a folder and to ask for, and what the answer must hold."""

    code: Code
    says: str
    setting: Setting
