"""The user's own Python: loading it, and turning its failures into messages."""

from __future__ import annotations

import importlib.util
import sys
import traceback
import zlib
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tidegate.errors import Code, DefinitionError, InputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import ModuleType


@contextmanager
def user_code(file: Path | None, what: str, code: Code = Code.PLUGIN_FAILED) -> Iterator[None]:
    """Run the user's own code; whatever it raises ends as one message with file and line."""
    try:
        yield
    except InputError as error:
        line = _line(error, file)
        if line is None:
            raise
        raise type(error)(
            error.code,
            error.problem,
            where=f"{file}:{line}, {error.where}",
            expected=error.expected,
            found=error.found,
            remedy=error.remedy,
        ) from error
    except (Exception, SystemExit) as error:  # a strategy may not end the program either
        line = _line(error, file)
        place = f"{file}:{line}" if line else str(file or what)
        raise DefinitionError(
            code,
            f"{what} failed: {str(error) or 'without a word'}",
            where=place,
            expected="code that runs to its end",
            found=f"{type(error).__name__}: {error}",
            remedy="mend that line" if line else "mend the code",
        ) from error


def _line(error: BaseException, file: Path | None) -> int | None:
    """Return the last line of the user's file that was running."""
    if file is None:
        return None
    if isinstance(error, SyntaxError) and error.filename == str(file):
        return error.lineno
    frames = traceback.extract_tb(error.__traceback__)
    return next((frame.lineno for frame in reversed(frames) if frame.filename == str(file)), None)


def load(file: Path, *, where: str) -> ModuleType:
    """Return the module in a Python file."""
    file = file.resolve()
    if not file.is_file():
        raise DefinitionError(
            Code.PLUGIN_FAILED,
            f"there is no file {file.name}",
            where=where,
            expected="a Python file",
            found=f"nothing at {file}",
            remedy="check the path; it is relative to the file that names it",
        )
    name = f"tidegate_user_{file.stem}_{zlib.crc32(str(file).encode()):08x}"
    spec = importlib.util.spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise DefinitionError(
            Code.PLUGIN_FAILED,
            f"{file.name} cannot be read as Python",
            where=where,
            expected="a file whose name ends in .py",
            found=file.name,
            remedy="rename the file",
        )
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    with user_code(file, f"loading {file.name}"):
        spec.loader.exec_module(module)
    return module
