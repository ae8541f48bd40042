"""How this room compiles: one decorator, and machine code kept for the next process.

Machine code is filed under a fingerprint of every source file of the room. numba by
itself looks only at the file a function stands in, and would go on using code that was
compiled from a rule as it was before a change.
"""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, ParamSpec, TypeVar, cast

import numba

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
R = TypeVar("R")

config: Any = numba.config  # its settings are made when it is imported, and not declared


def _cache_home() -> Path:
    """Return the folder where this user's programs keep what they can make again."""
    if named := os.environ.get("TIDEGATE_CACHE_DIR"):
        return Path(named)
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA")
        return (Path(base) if base else Path.home() / "AppData/Local") / "tidegate"
    if sys.platform == "darwin":
        return Path.home() / "Library/Caches/tidegate"
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "tidegate"


def _fingerprint() -> str:
    """Return a short name for the sources of this room as they are now."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


CACHE: Final = _cache_home() / "compiled" / _fingerprint()


def _is_usable(folder: Path) -> bool:
    """Tell whether files can be put there, making it if need be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(folder, os.W_OK)


KEPT: Final = _is_usable(CACHE)
"""Whether machine code outlives the process; if not, every process compiles anew.

There is no second choice of folder: beside the sources it could be stale, and in a
folder that others can write to it could be someone else's.
"""


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """Compile to machine code at the first call.

    IEEE arithmetic is left alone: no fast-math, no contraction. Parity with exact
    decimals rests on it.
    """
    return _compiled(function, forceinline=False)


def inlined(function: Callable[P, R]) -> Callable[P, R]:
    """Compile, and write into its callers whatever its size.

    For rules that are handed the whole market or book: passing those costs more than
    the rule itself.
    """
    return _compiled(function, forceinline=True)


def _compiled(function: Callable[P, R], *, forceinline: bool) -> Callable[P, R]:
    # no callbacks from C and no array expressions to rewrite: less to compile
    spared: dict[str, Any] = {"no_cfunc_wrapper": True, "no_rewrites": True}
    elsewhere = config.CACHE_DIR
    config.CACHE_DIR = str(CACHE)
    try:
        jit = numba.njit(cache=KEPT, error_model="numpy", forceinline=forceinline, **spared)
        return cast("Callable[P, R]", jit(function))
    finally:
        config.CACHE_DIR = elsewhere


def is_cached(function: Callable[..., object]) -> bool:
    """Tell whether machine code of this function is on disk already."""
    return KEPT and any(CACHE.glob(f"*/*.{function.__name__}-*.nbc"))
