"""What may come instead of an answer, and how it is told without a secret."""

from __future__ import annotations

import re
from typing import Final

_LONGEST: Final = 200
_QUERY: Final = re.compile(r"\?\S*|\b(signature|apiKey|timestamp)=\S+")


class NotNowError(Exception):
    """The venue takes nothing for a while, and has not taken this."""

    def __init__(self, status: int, after_s: float) -> None:
        """Say for how long, seconds."""
        super().__init__(f"{status}: asked too often; to be asked again after {after_s:g} s")
        self.after_s = after_s


class NoAnswerError(Exception):
    """Whatever came is no answer: what was asked for may have been done."""


def words_of(error: BaseException) -> str:
    """Return what to say of an error: no address, no signature, and not too long."""
    text = _QUERY.sub("", str(error)).strip()
    return f"{type(error).__name__}: {text}"[:_LONGEST]
