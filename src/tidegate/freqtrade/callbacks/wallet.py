"""The wallet as a strategy sees it: what the walk saw when it last looked into its own."""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING, Any

from freqtrade.enums import TradingMode
from freqtrade.wallets import PositionWallet, Wallet, Wallets

from tidegate.kernel.walk.layout import SHORT

if TYPE_CHECKING:
    from tidegate.freqtrade.callbacks.book import Book


class WalletView(Wallets):
    """Freqtrade's wallets, answering from the shared memory."""

    _looked: tuple[dict[str, Wallet], dict[str, PositionWallet]] | None
    """What a look of the strategy's own has found, until its callback returns."""

    @classmethod
    def begin(cls, wallets: Any, book: Book) -> WalletView:  # noqa: ANN401 - a Wallets
        """Turn a run's own wallets into these, for strategies may have kept hold of them."""
        before = type(wallets)
        wallets.__class__ = cls
        view: WalletView = wallets
        view._note(book, before)
        return view

    def end(self) -> None:
        """Become what they were, with what was in them at the last look."""
        self._looked = None
        wallets, positions, before = self._wallets, self._positions, self._before
        for name in ("_looked", "_book", "_tally", "_futures", "_cross", "_before"):
            del self.__dict__[name]
        self.__class__ = before
        self._wallets, self._positions = wallets, positions

    def _note(self, book: Book, before: Any) -> None:  # noqa: ANN401 - a class
        self._before = before
        self._looked = None
        self._book = book
        self._tally = book.memory.tally
        self._futures = self._config.get("trading_mode", "spot") == TradingMode.FUTURES
        self._cross = self._config.get("margin_mode") == "cross"

    def get_free(self, currency: str) -> float:
        """Return what is free of a currency."""
        if currency == self._stake_currency:  # the walk knows of a look of the strategy's own
            return self._tally.free or 0
        return float(super().get_free(currency))

    def get_used(self, currency: str) -> float:
        """Return what open orders hold of a currency."""
        if currency == self._stake_currency and self._looked is None:
            return self._tally.used or 0
        return float(super().get_used(currency))

    def get_total(self, currency: str) -> float:
        """Return all there is of a currency."""
        if currency == self._stake_currency and self._looked is None:
            return self._tally.total or 0
        return float(super().get_total(currency))

    def get_collateral(self) -> float:
        """Return what a position may lose before it is liquidated."""
        if self._cross and not self._config.get("position_stacking", False):
            # the collateral of all positions, summed when the wallet was last looked into
            return float(self._tally.free + self._tally.used)
        return float(super().get_collateral())

    def update(self, require_update: bool = True) -> None:  # noqa: FBT001, FBT002 - Freqtrade's signature
        """Look into the wallet as it is now."""
        self._looked = None
        super().update(require_update)
        self._book.unsettled.append(self._forget)

    def _forget(self) -> None:
        self._looked = None

    @property
    def _wallets(self) -> dict[str, Wallet]:
        if self._looked is not None:
            return self._looked[0]
        tally = self._tally
        found = {} if self._futures else self._bases()
        stake = self._stake_currency
        found[stake] = Wallet(stake, tally.free, tally.used, tally.total)
        for currency, balance in self._start_cap.items():
            if currency not in found:
                found[currency] = Wallet(currency, balance, 0, balance)
        return found

    @_wallets.setter
    def _wallets(self, wallets: dict[str, Wallet]) -> None:
        """Keep what a look has found."""
        self._looked = (wallets, {} if self._looked is None else self._looked[1])
        self._tally.free = wallets[self._stake_currency].free

    @property
    def _positions(self) -> dict[str, PositionWallet]:
        if self._looked is not None:
            return self._looked[1]
        if not self._futures:
            return {}
        pairs = self._book.pairs
        return {
            pairs[record.pair]: PositionWallet(
                pairs[record.pair],
                position=record.wallet_amount,
                leverage=record.leverage,
                collateral=record.wallet_stake,
                side="short" if record.side == SHORT else "long",
            )
            for record in self._open()
        }

    @_positions.setter
    def _positions(self, positions: dict[str, PositionWallet]) -> None:
        """Keep what a look has found."""
        self._looked = ({} if self._looked is None else self._looked[0], positions)

    def _open(self) -> list[Any]:
        """Return the open positions that were there at the last look."""
        memory = self._book.memory
        records = [memory.positions[i] for i in memory.opened[: self._tally.opened].tolist()]
        return [record for record in records if not isnan(record.wallet_amount)]

    def _bases(self) -> dict[str, Wallet]:
        found = {}
        for record in self._open():
            leaving = record.wallet_pending
            base = self._book.market(record.pair).base
            more = self._start_cap.get(base, 0)
            held = record.wallet_amount
            found[base] = Wallet(base, more + held - leaving, leaving, held + more)
        return found
