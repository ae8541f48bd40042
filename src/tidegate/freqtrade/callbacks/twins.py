"""Light stand-ins for Freqtrade's database records: the same attributes, none of the cost.

A record of Freqtrade's is made for a database, which takes twenty times as long as a plain
object. A twin has every column, property and method of its model, and passes for one.
"""

from __future__ import annotations

from types import FunctionType
from typing import Any

from sqlalchemy import inspect


def light_twin(model: type) -> Any:  # noqa: ANN401 - a class with the model's own attributes
    """Return a plain class with what a model has; columns are None until they are set."""
    names: dict[str, Any] = dict.fromkeys(inspect(model).columns.keys())
    for name, value in vars(model).items():
        plain = isinstance(value, property | FunctionType | staticmethod)
        if plain and (name == "__repr__" or not name.startswith("__")):
            names[name] = value
    names["__class__"] = property(lambda _self: model)
    return type(f"Light{model.__name__}", (), names)
