"""Tags by number, for the answers of callbacks."""

from __future__ import annotations


class TagNumbers:
    """The numbers of a run's tags; a tag met for the first time is added to the list."""

    def __init__(self, tags: list[object]) -> None:
        """Take the tags that there are, numbered by their place."""
        self.tags = tags
        self._numbers: dict[str, int] = {}
        for number, tag in enumerate(tags):
            if isinstance(tag, str):
                self._numbers.setdefault(tag, number)

    def number(self, tag: object) -> int:
        """Return the number of a tag."""
        if not isinstance(tag, str):  # what is no text is never met again
            self.tags.append(tag)
            return len(self.tags) - 1
        found = self._numbers.get(tag)
        if found is None:
            found = len(self.tags)
            self.tags.append(tag)
            self._numbers[tag] = found
        return found
