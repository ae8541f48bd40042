"""Where in a definition something stands, in the spelling its author used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic.alias_generators import to_camel

if TYPE_CHECKING:
    from collections.abc import Iterable

Place = tuple[str | int, ...]
"""The fields and positions on the way to something, in snake_case."""


def written(raw: object, place: Iterable[str | int]) -> tuple[list[str], Any]:
    """Return the steps of a place as they stand in the file, and what stands there.

    Steps that name a form rather than a field ("<list>", "[key]") are passed over. A last step
    that is not in the file is kept: it is what is missing.
    """
    steps: list[str] = []
    here: Any = raw
    way = [step for step in place if not str(step).startswith(("<", "["))]
    for position, step in enumerate(way):
        found = _step(here, step)
        if found is not None:
            here = here[found]
            steps.append(str(found))
        elif position == len(way) - 1 and isinstance(step, str) and isinstance(here, dict):
            steps.append(step.strip("_"))
            here = None
    return steps, here


def _step(here: object, step: str | int) -> str | int | None:
    if isinstance(here, list):
        return step if isinstance(step, int) and step < len(here) else None
    if not isinstance(here, dict) or isinstance(step, int):
        return None
    bare = step.rstrip("_")
    spellings = (step, to_camel(step), bare, f"${bare}")
    return next((spelling for spelling in spellings if spelling in here), None)


def pointer(origin: str, steps: Iterable[str]) -> str:
    """Write a place as a JSON pointer behind the name of its file."""
    escaped = (step.replace("~", "~0").replace("/", "~1") for step in steps)
    return f"{origin}#" + "".join(f"/{step}" for step in escaped)
