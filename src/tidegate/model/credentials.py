"""What opens an account at a venue."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Credentials:
    """A key and its secrets. It is never shown, whoever prints what holds it."""

    key: str
    secret: str
    passphrase: str = ""
    """Where a venue asks for one more secret."""

    def __repr__(self) -> str:
        return "Credentials(…)"

    def scrubbed(self, text: str) -> str:
        """Return a text without any of them in it."""
        for hidden in (self.secret, self.passphrase, self.key):
            if hidden:
                text = text.replace(hidden, "…")
        return text
