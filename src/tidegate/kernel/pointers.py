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

A = TypeVar("A")


@intrinsic
def _pointer(_typing_context: Any, array: Any) -> tuple[Any, Callable[..., Any]]:  # noqa: ANN401 - numba's own objects
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ANN401 - as above
        return context.make_array(signature.args[0])(context, builder, arguments[0]).data

    kind: Any = types.CPointer
    return kind(array.dtype)(array), generate


pointer = cast("Callable[[A], A]", _pointer)
"""Return the address of a contiguous array's first element; it is indexed like the array."""
