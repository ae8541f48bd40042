"""Protocol buffers as they go over the wire: numbered fields, read without their schema."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_LONGEST: Final = 10


class WireError(ValueError):
    """Bytes that are no message."""


class Message:
    """A message: its fields by number; of one that is there several times, the last counts."""

    __slots__ = ("_fields",)

    def __init__(self, content: bytes) -> None:
        """Read all fields."""
        self._fields: dict[int, list[int | bytes]] = {}
        for number, value in _fields(content):
            self._fields.setdefault(number, []).append(value)

    def number(self, field: int) -> int:
        """Return a whole number; one that is not there is 0."""
        value = self._last(field, 0)
        if isinstance(value, bytes):
            raise WireError(field)
        return value

    def content(self, field: int) -> bytes:
        """Return bytes; those that are not there are none."""
        value = self._last(field, b"")
        if isinstance(value, int):
            raise WireError(field)
        return value

    def text(self, field: int) -> str:
        """Return text."""
        try:
            return self.content(field).decode()
        except UnicodeDecodeError:
            raise WireError(field) from None

    def message(self, field: int) -> Message:
        """Return a message within."""
        return Message(self.content(field))

    def messages(self, field: int) -> list[Message]:
        """Return all messages of a field."""
        found = self._fields.get(field, [])
        return [Message(one) for one in found if isinstance(one, bytes)]

    def packed(self, field: int) -> list[int]:
        """Return the whole numbers of a field, which stand singly or in one piece."""
        found: list[int] = []
        for value in self._fields.get(field, []):
            if isinstance(value, int):
                found.append(value)
            else:
                found += [
                    int.from_bytes(value[at : at + 4], "little") for at in range(0, len(value), 4)
                ]
        return found

    def _last(self, field: int, otherwise: int | bytes) -> int | bytes:
        values = self._fields.get(field)
        return values[-1] if values else otherwise


def _fields(content: bytes) -> Iterator[tuple[int, int | bytes]]:
    at = 0
    while at < len(content):
        tag, at = _varint(content, at)
        number, kind = tag >> 3, tag & 7
        if kind == _VARINT:
            value, at = _varint(content, at)
            yield number, value
            continue
        if kind == _BYTES:
            length, at = _varint(content, at)
        elif kind in {_FIXED64, _FIXED32}:
            length = 8 if kind == _FIXED64 else 4
        else:
            raise WireError(kind)
        part = content[at : at + length]
        if len(part) != length:
            raise WireError(length)
        at += length
        yield number, part if kind == _BYTES else int.from_bytes(part, "little")


def _varint(content: bytes, at: int) -> tuple[int, int]:
    value = 0
    for count in range(_LONGEST):
        if at >= len(content):
            break
        byte = content[at]
        at += 1
        value |= (byte & 0x7F) << (7 * count)
        if byte < 0x80:  # noqa: PLR2004 (the highest bit says that more follows)
            return value, at
    raise WireError(at)


def field(number: int, value: int | bytes) -> bytes:
    """Return a field as it is sent; a number that is 0 and bytes that are none are not."""
    if not value:
        return b""
    if isinstance(value, int):
        return _packed(number << 3) + _packed(value)
    return _packed(number << 3 | _BYTES) + _packed(len(value)) + value


def _packed(value: int) -> bytes:
    found = bytearray()
    while value > 0x7F:  # noqa: PLR2004 (as above)
        found.append(value & 0x7F | 0x80)
        value >>= 7
    found.append(value)
    return bytes(found)
