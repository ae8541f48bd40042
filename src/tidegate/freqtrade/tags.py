"""Entry and exit tags as numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
from pandas import StringDtype

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray
    from pandas import Series

_NONE: Final = -1


class Tags:
    """Every tag of a run, numbered as it is met; what is no text is a tag as well."""

    def __init__(self, first: Iterable[object] = ()) -> None:
        """Begin with these, numbered in their order."""
        self.known: list[object] = []
        self._numbers: dict[tuple[type, object], int] = {}
        for tag in first:
            self.number(tag)

    def after(self, earlier: Iterable[object]) -> NDArray[np.int32]:
        """Put earlier tags before these; returns the new number of each old one, -1 of none."""
        mine, self.known = self.known, list(earlier)
        self._numbers = {}
        for number, tag in enumerate(self.known):
            if isinstance(tag, str):
                self._numbers.setdefault((str, tag), number)
        return np.array([*(self.number(tag) for tag in mine), _NONE], dtype=np.int32)

    def codes(self, column: Series | None, rows: int) -> NDArray[np.int32]:
        """Return the number of each row's tag; -1 where there is none."""
        if column is None or not len(column):
            return np.full(rows, _NONE, dtype=np.int32)
        texts = _texts(column)
        return self._of_objects(column) if texts is None else self._of_texts(texts)

    def number(self, tag: object) -> int:
        """Return the number of a tag, a new one if it has none yet."""
        if tag is None:
            return _NONE
        key = (type(tag), tag)
        try:
            number = self._numbers.setdefault(key, len(self.known))
        except TypeError:  # it cannot be looked up, so each is one of its own
            number = len(self.known)
        if number == len(self.known):
            self.known.append(tag)
        return number

    def _of_texts(self, texts: pa.ChunkedArray) -> NDArray[np.int32]:
        if not texts.null_count and not _letters(texts):
            return np.full(len(texts), self.number(""), dtype=np.int32)
        encoded = texts.combine_chunks().dictionary_encode()
        numbers = [self.number(tag) for tag in encoded.dictionary.to_pylist()]
        table = np.array([*numbers, _NONE], dtype=np.int32)
        codes: NDArray[np.int32] = table[encoded.indices.fill_null(len(numbers)).to_numpy()]
        return codes

    def _of_objects(self, column: Series) -> NDArray[np.int32]:
        # the last one is moved out of the frame and never read
        moved = column.replace([np.nan], [None]).shift(1).iloc[1:].astype(object)
        codes = np.full(len(column), _NONE, dtype=np.int32)
        codes[:-1] = [self.number(tag) for tag in moved.tolist()]
        return codes


def _texts(column: Series) -> pa.ChunkedArray | None:
    """Return a column as texts, without a copy where they are kept as such; None for others."""
    if isinstance(column.dtype, StringDtype):
        found = pa.array(column.array, from_pandas=True)
    elif column.dtype == object:
        try:
            found = pa.array(column.to_numpy(), pa.large_string(), from_pandas=True)
        except pa.ArrowException:
            return None
    else:
        return None
    return found if isinstance(found, pa.ChunkedArray) else pa.chunked_array([found])


def _letters(texts: pa.ChunkedArray) -> int:
    """Return how many bytes the texts take together, without a look at any of them."""
    wide = np.int64 if pa.types.is_large_string(texts.type) else np.int32
    total = 0
    for chunk in texts.chunks:
        offsets = np.frombuffer(chunk.buffers()[1], dtype=wide)
        total += int(offsets[chunk.offset + len(chunk)] - offsets[chunk.offset])
    return total
