"""The file of results that Freqtrade's own commands read: one line of JSON an epoch."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Self

from freqtrade.constants import FTHYPT_FILEVERSION, LAST_BT_RESULT_FN
from freqtrade.util import dt_now

from tidegate.errors import Code, OptionError
from tidegate.feeds.aside import written_aside

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from tidegate.freqtrade.hyperopt.epoch import Epoch
    from tidegate.freqtrade.hyperopt.found import Place

_VERSION = 2


class Record:
    """Adds each epoch as it comes; what is written stays, whatever happens afterwards."""

    def __init__(self, folder: Path, strategy: str) -> None:
        """Choose a name as Freqtrade does; the file is made with the first epoch."""
        stamp = dt_now().strftime("%Y-%m-%d_%H-%M-%S")
        self.path = folder / f"strategy_{strategy}_{stamp}.fthypt"
        number = 1
        while self.path.exists():
            number += 1
            self.path = folder / f"strategy_{strategy}_{stamp}_{number}.fthypt"
        self.saved = 0
        """How many epochs are in it."""

    def __enter__(self) -> Self:
        """Open the file, and so find out early that it can be written."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self.path.open("x", encoding="utf-8")
        except OSError as error:
            raise OptionError(
                Code.NOT_WRITABLE,
                f"the results cannot be written: {error.strerror or error}",
                where=str(self.path),
                expected="a folder that can be written to",
                found=str(error),
                remedy="choose another --userdir, or mend the permissions of this one",
            ) from error
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the file; one without an epoch is not left behind."""
        self._file.close()
        if not self.saved:
            self.path.unlink()

    def add(self, epoch: Epoch, place: Place) -> None:
        """Write one epoch, and its place among the others."""
        said = {
            "current_epoch": place.number,
            "is_initial_point": place.is_initial_point,
            "is_best": place.is_best,
            "is_random": False,
            FTHYPT_FILEVERSION: _VERSION,
        }
        self._file.write(f"{epoch.line},{json.dumps(said)[1:]}\n")
        self._file.flush()
        self.saved += 1
        if self.saved == 1:
            with written_aside(self.path.parent / LAST_BT_RESULT_FN) as aside:
                aside.write_text(json.dumps({"latest_hyperopt": self.path.name}), encoding="utf-8")
