"""Arrays as bare pointers, for the inside of a compiled loop.

A tuple of arrays is expensive to hand from function to function: each array is seven
words, counted up and down on every call. A pointer is one word and not counted. The
rules are written once and indexed alike; they compile for either. Whoever makes the
pointers must keep the arrays alive and the indices in range.
"""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any, TypeVar, cast

from llvmlite import ir
from numba import types
from numba.core.imputils import lower_getattr_generic
from numba.core.typing.templates import AttributeTemplate
from numba.extending import infer_getattr, intrinsic, lower_builtin, models, register_model

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

A = TypeVar("A")

_pointer_to: Any = types.CPointer
_lowers_builtin: Any = lower_builtin
_lowers_attribute: Any = lower_getattr_generic


@intrinsic
def _pointer(_typing_context: Any, array: Any) -> tuple[Any, Callable[..., Any]]:  # noqa: ANN401 - numba's own objects
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ANN401 - as above
        return context.make_array(signature.args[0])(context, builder, arguments[0]).data

    return _pointer_to(array.dtype)(array), generate


pointer = cast("Callable[[A], A]", _pointer)
"""Return the address of a contiguous array's first element; it is indexed like the array."""


class _RecordPointer(types.CPointer):
    """A pointer to records, indexed to the record where it lies instead of to a copy."""


register_model(_RecordPointer)(models.PointerModel)


@_lowers_builtin(operator.getitem, _RecordPointer, types.Integer)  # type: ignore[untyped-decorator]  # numba declares no types
def _record(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:  # noqa: ANN401 - as above
    return builder.gep(arguments[0], [arguments[1]])


def _reader(element: Any) -> Any:  # noqa: ANN401 - a numba type in, an intrinsic out
    """Return a compiled function that takes an address for a pointer to such elements."""
    return _reader_of(_pointer_to(element))


def record_pointer(record: Any) -> Any:  # noqa: ANN401 - as above
    """Return the type of a pointer to such records."""
    pointer_to: Any = _RecordPointer
    return pointer_to(record)


@intrinsic
def _address(_typing_context: Any, array: Any) -> tuple[Any, Callable[..., Any]]:  # noqa: ANN401 - as above
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ANN401 - as above
        data = context.make_array(signature.args[0])(context, builder, arguments[0]).data
        return builder.ptrtoint(data, ir.IntType(64))

    return types.int64(array), generate


address_of_array = cast("Callable[[NDArray[Any]], int]", _address)
"""Return where an array's data begin; the caller keeps it alive."""

INTS = _pointer_to(types.int64)
FLOATS = _pointer_to(types.float64)


def _reader_of(kind: Any) -> Any:  # noqa: ANN401 - as above

    @intrinsic
    def at_address(_typing_context: Any, address: Any) -> tuple[Any, Callable[..., Any]]:  # noqa: ANN401 - as above
        def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:  # noqa: ANN401 - as above
            return builder.inttoptr(arguments[0], context.get_value_type(kind))

        return kind(address), generate

    return at_address


class Parts(types.Opaque):
    """A table of addresses, passed on as one word; each part is read from it where it is used."""


_PARTS_OF: dict[str, dict[str, Any]] = {}
register_model(Parts)(models.OpaqueModel)


@infer_getattr
class _PartOf(AttributeTemplate):
    key = Parts

    def generic_resolve(self, parts: Any, attribute: str) -> Any:  # type: ignore[override]  # noqa: ANN401 - as above
        return _PARTS_OF[parts.name].get(attribute)


@_lowers_attribute(Parts)  # type: ignore[untyped-decorator]  # as above
def _part(context: Any, builder: Any, kind: Any, parts: Any, attribute: str) -> Any:  # noqa: ANN401 - as above
    word = ir.IntType(64)
    known = _PARTS_OF[kind.name]
    place = ir.Constant(word, list(known).index(attribute))
    table = builder.bitcast(parts, word.as_pointer())
    address = builder.load(builder.gep(table, [place]))
    return builder.inttoptr(address, context.get_value_type(known[attribute]))


def parts_at(name: str, pointers: dict[str, Any]) -> Any:  # noqa: ANN401 - as above
    """Return a compiled function that takes the address of a table for the parts it lists.

    `pointers` names the parts in the order of the table, with the type of each.
    """
    _PARTS_OF[name] = pointers
    return _reader_of(Parts(name))


floats_at = cast("Callable[[int], NDArray[np.float64]]", _reader(types.float64))
ints_at = cast("Callable[[int], NDArray[np.int64]]", _reader(types.int64))
shorts_at = cast("Callable[[int], NDArray[np.int16]]", _reader(types.int16))
halves_at = cast("Callable[[int], NDArray[np.int32]]", _reader(types.int32))
tinies_at = cast("Callable[[int], NDArray[np.int8]]", _reader(types.int8))
bytes_at = cast("Callable[[int], NDArray[np.uint8]]", _reader(types.uint8))
