"""Where the walk's questions arrive: each is put to the strategy as Freqtrade would put it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tidegate.freqtrade.callbacks.book import Book
from tidegate.freqtrade.callbacks.custom_data import CustomData
from tidegate.freqtrade.callbacks.entries import entry_answers
from tidegate.freqtrade.callbacks.holding import holding_answers
from tidegate.freqtrade.callbacks.locks import LockDesk
from tidegate.freqtrade.callbacks.mail import ints_of
from tidegate.freqtrade.callbacks.market import MarketAnswers
from tidegate.freqtrade.callbacks.ordering import order_answers
from tidegate.freqtrade.callbacks.overridden import callbacks_of
from tidegate.freqtrade.callbacks.parlour import Parlour
from tidegate.freqtrade.callbacks.provider import ProviderView
from tidegate.freqtrade.callbacks.register import Register
from tidegate.freqtrade.callbacks.wallet import WalletView
from tidegate.freqtrade.callbacks.watching import Watch
from tidegate.kernel.walk.asking import QUESTIONS
from tidegate.kernel.walk.layout import Tally

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from freqtrade.optimize.backtesting import Backtesting

    from tidegate.freqtrade.callbacks.mishaps import CallbackError

GO_ON: Final = 0
STOP: Final = 1

_COUNTS: Final = [field[0] for field in Tally._fields_]
_OPENED: Final = _COUNTS.index("opened")
_CLOSED: Final = _COUNTS.index("closed")


class Desk:
    """Answers the walk. `begin` and `end` stand around it, whatever happens in between."""

    handler: Callable[[int], int]
    """The function behind the walk's pointer: a question's code in, GO_ON or STOP out."""

    def __init__(
        self,
        *,
        bt: Backtesting,
        strategy: Any,  # noqa: ANN401 - an IStrategy, which has no types
        memory: Any,  # noqa: ANN401 - ctypes structures
        tags: list[object],
        pairs: list[str],
        provider: type[ProviderView] = ProviderView,
    ) -> None:
        """Set up for one walk. `tags` is added to when a strategy gives a reason of its own.

        `provider`: how far the strategy sees into its candles.
        """
        self.failure: BaseException | None = None
        """What stopped the walk; to be raised once it has come back."""
        self._bt = bt
        self._strategy = strategy
        self._memory = memory
        self._book = Book(bt, strategy, memory, tags, pairs)
        self._room = Parlour(self._book)
        self._register = Register(self._book)
        self._locks = LockDesk(self._book)
        self._custom_data = CustomData()
        self._watch: Watch | None = None
        self._view = provider
        self._provider: ProviderView | None = None
        self._wallets: WalletView | None = None
        self.handler = self._not_begun

    @property
    def callback_names(self) -> tuple[str, ...]:
        """The questions that the strategy is to be asked, as its switches stand now."""
        return callbacks_of(self._bt, self._strategy)

    @property
    def callbacks(self) -> int:
        """The same as bits, for `Rules.callbacks`."""
        return sum(1 << QUESTIONS.index(name) for name in self.callback_names)

    @property
    def errors(self) -> list[CallbackError]:
        """The exceptions that callbacks have raised, each kind once."""
        return self._room.mishaps.found()

    def kept(self) -> dict[str, Any]:
        """Return what is known here and not in the walk's memory, as JSON has it."""
        return {"locks": self._locks.kept(), "custom_data": self._custom_data.kept()}

    def restore(self, kept: Mapping[str, Any]) -> None:
        """Take back what was kept; after `begin`, and after the walk was loaded."""
        self._locks.restore(kept["locks"])
        self._custom_data.restore(kept["custom_data"])

    def watch(self, changed: Callable[[int], None]) -> None:
        """Have `changed` told, after a callback, the bits of what changed of `WATCHED`."""
        self._watch = Watch(self._strategy, changed, self._book.unsettled)

    def begin(self) -> None:
        """Put the walk's trades, locks, wallet and frames where strategies look for theirs."""
        self._provider = self._view.begin(self._bt.dataprovider, self._book)
        self._wallets = WalletView.begin(self._bt.wallets, self._book)
        self._register.install()
        self._locks.install()
        self._custom_data.install()
        if self._watch is not None:
            self._watch.begin()
        self.handler = self._make_handler()

    def end(self) -> None:
        """Leave everything as Freqtrade leaves it after a run."""
        if self._provider is None or self._wallets is None:
            return
        if self._watch is not None:
            self._watch.end()
        self._register.count()
        self._locks.remove()
        self._custom_data.remove()
        self._provider.end()
        self._wallets.end()
        self._provider = self._wallets = None
        self._book.close()
        self.handler = self._not_begun

    @staticmethod
    def _not_begun(_code: int) -> int:
        return STOP

    def _make_handler(self) -> Callable[[int], int]:
        room, book, memory = self._room, self._book, self._memory
        table = {**entry_answers(room), **holding_answers(room), **order_answers(room)}
        table |= MarketAnswers(book, self._bt.wallets, room.ints, room.floats).table()
        answers = [table[code] for code in range(len(QUESTIONS))]
        counts = ints_of(memory.tally)
        unsettled = book.unsettled
        restless = self._watch is not None and self._watch.is_restless
        generation = memory.generation
        opened = closed = -1

        def handler(code: int) -> int:
            nonlocal generation, opened, closed
            try:
                if counts[_OPENED] != opened or counts[_CLOSED] != closed:
                    opened, closed = counts[_OPENED], counts[_CLOSED]
                    self._register.count()
                    book.tidy()
                if memory.generation != generation:
                    generation = memory.generation
                    book.renew()
                answers[code]()
                if unsettled or restless:
                    self._settle()
            except BaseException as error:  # noqa: BLE001 - no exception can pass through compiled code
                self.failure = error
                return STOP
            return GO_ON

        return handler

    def _settle(self) -> None:
        """Do what the callback has left to be done."""
        unsettled = self._book.unsettled
        todo = dict.fromkeys(unsettled)
        unsettled.clear()
        if self._watch is not None:
            todo[self._watch.look] = None
        for do in todo:
            do()
