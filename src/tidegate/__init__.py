"""Tidegate: signals in, one gate, every order journalled."""

__version__ = "0.1.0"
