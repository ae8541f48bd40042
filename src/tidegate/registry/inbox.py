"""Commands from other processes to the engine of an account, and its answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tidegate.errors import DefectError
from tidegate.model import Command, CommandKind
from tidegate.registry.statements import ask

if TYPE_CHECKING:
    from collections.abc import Callable

    from tidegate.registry.line import Line, Row

POLL_SECONDS: Final = 0.05
DONE: Final = "done"
REFUSED: Final = "refused"
WITHDRAWN: Final = "withdrawn"


@dataclass(frozen=True, slots=True)
class Answer:
    """What an engine said to a command."""

    verdict: str
    """ "done" or "refused" by an engine, or "withdrawn" by whoever posted it."""
    words: str


class Inbox:
    """The commands of one account; posted by anyone, taken by the owner's engine alone."""

    def __init__(self, line: Line, account: int, name: str) -> None:
        """Remember whose commands these are."""
        self._line, self._account, self._name = line, account, name
        self._handed: set[str] = set()

    def post(self, command: Command) -> None:
        """Leave a command for the engine; the same id twice is the same command."""
        if command.account != self._name:
            message = f'a command to "{command.account}" came to the inbox of "{self._name}"'
            raise DefectError(message)
        self._write(
            "INSERT INTO commands"
            " (account, id, kind, reason, given_by, time_ns, taken, verdict, words)"
            " VALUES (?, ?, ?, ?, ?, ?, 0, NULL, '') ON CONFLICT (account, id) DO NOTHING",
            (
                *(self._account, command.id, str(command.kind), command.reason),
                *(command.by, command.time_ns),
            ),
        )

    def take(self) -> list[Command]:
        """Return the commands that came since the last time, in the order they were posted.

        What an engine took and never answered is handed to the one that starts after it: a halt
        must not get lost with a process. The engine tells by the id what it has done already.
        """
        found = self._rows(
            "SELECT id, kind, time_ns, reason, given_by FROM commands"
            " WHERE account = ? AND verdict IS NULL ORDER BY number"
        )
        fresh = [row for row in found if row[0] not in self._handed]
        if not fresh:
            return []
        for row in fresh:
            self._write(
                "UPDATE commands SET taken = 1 WHERE account = ? AND id = ? AND verdict IS NULL",
                (self._account, row[0]),
            )
        # What was withdrawn between the two looks is not taken.
        standing = {row[0] for row in self._rows(_STANDING)}
        fresh = [row for row in fresh if row[0] in standing]
        self._handed.update(row[0] for row in fresh)
        return [
            Command(
                id=name,
                kind=CommandKind(kind),
                account=self._name,
                time_ns=time_ns,
                reason=reason,
                by=by,
            )
            for name, kind, time_ns, reason, by in fresh
        ]

    def answer(self, command: str, verdict: str, words: str) -> None:
        """Say what came of a command; the first answer stands."""
        self._write(
            "UPDATE commands SET verdict = ?, words = ?"
            " WHERE account = ? AND id = ? AND verdict IS NULL",
            (verdict, words, self._account, command),
        )
        self._handed.discard(command)

    def answer_to(self, command: str) -> Answer | None:
        """Return what was said to a command; None: nothing yet."""
        question = "SELECT verdict, words FROM commands WHERE account = ? AND id = ?"
        found = self._rows(question, command)
        return Answer(*found[0]) if found and found[0][0] is not None else None

    def withdraw(self, command: str) -> bool:
        """Take a command back unless an engine has it; whether it is certain to do nothing."""
        self._write(
            "UPDATE commands SET verdict = ?, words = ''"
            " WHERE account = ? AND id = ? AND verdict IS NULL AND taken = 0",
            (WITHDRAWN, self._account, command),
        )
        answer = self.answer_to(command)
        return answer is not None and answer.verdict == WITHDRAWN

    def wait_for_answer(
        self, command: str, timeout: float, sleep: Callable[[float], None]
    ) -> Answer | None:
        """Wait for an answer for some seconds, as `sleep` counts them; None: there was none."""
        for _ in range(max(1, round(timeout / POLL_SECONDS))):
            answer = self.answer_to(command)
            if answer is not None:
                return answer
            sleep(POLL_SECONDS)
        return self.answer_to(command)

    def close(self) -> None:
        """Let go of the connection."""
        self._line.close()

    def _write(self, statement: str, values: Row) -> None:
        self._line.write([(ask(statement, self._line.mark), [values])])

    def _rows(self, question: str, *values: object) -> list[Row]:
        return self._line.rows(ask(question, self._line.mark), (self._account, *values))


_STANDING: Final = "SELECT id FROM commands WHERE account = ? AND verdict IS NULL AND taken = 1"
