"""Keys to venues, kept encrypted."""

from tidegate.ops.keys.ring import KeyRing, StoredKey

__all__ = ["KeyRing", "StoredKey"]
