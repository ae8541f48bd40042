"""Arrays as bare pointers, for the inside of a compiled loop.

A tuple of arrays is expensive to hand from function to function: each array is seven
words, counted up and down on every call. A pointer is one word and not counted. The
rules are written once and indexed alike; they compile for either. Whoever makes the
pointers must keep the arrays alive and the indices in range.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, cast

from numba import types
from numba.extending import intrinsic

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

A = TypeVar("A")

_pointer_to: Any = types.CPointer


@intrinsic
def _pointer(_typing_context: Any, array: Any) -> tuple[Any, Callable[..., Any]]:  # noqa: ANN401 - numba's own objects
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ANN401 - as above
        return context.make_array(signature.args[0])(context, builder, arguments[0]).data

    return _pointer_to(array.dtype)(array), generate


pointer = cast("Callable[[A], A]", _pointer)
"""Return the address of a contiguous array's first element; it is indexed like the array."""


def _reader(element: Any) -> Any:  # noqa: ANN401 - a numba type in, an intrinsic out
    """Return a compiled function that takes an address for a pointer to such elements."""
    kind = _pointer_to(element)

    @intrinsic
    def at_address(_typing_context: Any, address: Any) -> tuple[Any, Callable[..., Any]]:  # noqa: ANN401 - as above
        def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:  # noqa: ANN401 - as above
            return builder.inttoptr(arguments[0], context.get_value_type(kind))

        return kind(address), generate

    return at_address


floats_at = cast("Callable[[int], NDArray[np.float64]]", _reader(types.float64))
ints_at = cast("Callable[[int], NDArray[np.int64]]", _reader(types.int64))
shorts_at = cast("Callable[[int], NDArray[np.int16]]", _reader(types.int16))
tinies_at = cast("Callable[[int], NDArray[np.int8]]", _reader(types.int8))
bytes_at = cast("Callable[[int], NDArray[np.uint8]]", _reader(types.uint8))
