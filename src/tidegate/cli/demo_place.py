"""What the demo trades, and where it keeps that from one time to the next."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from tidegate.feeds.aside import written_aside

if TYPE_CHECKING:
    from pathlib import Path

ACCOUNT: Final = "demo"
WALLET: Final = 10_000
_PAIRS: Final = ("BTC/USDT", "ETH/USDT", "SOL/USDT", "XRP/USDT", "DOGE/USDT")
_STRATEGIES: Final = ("breakout", "ema-crossover", "rsi-mean-reversion")
_STAKE: Final = 1000
_TIMEFRAME: Final = "1m"


@dataclass(frozen=True, slots=True)
class Place:
    """The demo's folder."""

    folder: Path

    @property
    def config(self) -> Path:
        """What `tidegate trade` and `tidegate why` take."""
        return self.folder / "trade.json"

    @property
    def database(self) -> Path:
        """Where the account is."""
        return self.folder / "tidegate.sqlite"

    @property
    def exchange(self) -> Path:
        """What the exchange remembers."""
        return self.folder / "exchange.jsonl"

    @property
    def breaker(self) -> Path:
        """A breaker of its own: what a demonstration loses stops nothing else on the machine."""
        return self.folder / "breaker.json"

    @property
    def report(self) -> Path:
        """What is written in the end."""
        return self.folder / "report.html"

    def require_alone(self) -> None:
        """Refuse a second demo in the same folder: it would be at the first one's files."""
        from tidegate.errors import Code, OptionError
        from tidegate.registry import open_database

        if not self.database.exists():
            return
        with open_database(self.database) as database:
            holder = database.holder(ACCOUNT) if ACCOUNT in database.accounts() else None
        if holder is not None:
            raise OptionError(
                Code.ACCOUNT_HELD,
                "a demo runs in this folder already",
                where=f"--folder {self.folder.parent}",
                expected="one at a time",
                found=str(holder),
                remedy="end the other one, or name another folder",
            )

    def forget(self) -> None:
        """Begin anew: another account at another market."""
        for name in ("trade.json", "tidegate.sqlite*", "exchange.jsonl*", "breaker.json*"):
            for path in self.folder.glob(name):
                path.unlink(missing_ok=True)

    def write_config(self, url: str) -> Path:
        """Write what is traded at an exchange that is reached there."""
        with written_aside(self.config) as aside:
            aside.write_text(json.dumps(_document(url), indent=2) + "\n", encoding="utf-8")
        return self.config


def _document(url: str) -> dict[str, Any]:
    from tidegate.guardrails.reading import written

    return {
        "account": {"name": ACCOUNT, "currency": "USDT", "wallet": str(WALLET), "fee": 0.001},
        "database": "tidegate.sqlite",
        "limits": written(_limits()),
        "candles": {"source": "live", "exchange": "binance", "url": url},
        "strategies": [
            {
                "strategy": name,
                "pairs": list(_PAIRS),
                "timeframe": _TIMEFRAME,
                "stake": _STAKE,
                "max_open_trades": len(_PAIRS),
            }
            for name in _STRATEGIES
        ],
    }


def _limits() -> Any:  # noqa: ANN401 - `guardrails.Limits`, which is imported when it is needed
    """Return limits that have something to do: candles of a minute trade often, and lose by it."""
    from decimal import Decimal

    from tidegate.guardrails import Limits

    return replace(
        Limits.safe(),
        max_order_notional=Decimal(1500),
        max_positions=4,
        max_market_exposure=Decimal("0.15"),
        max_total_exposure=Decimal("0.35"),
        max_correlated_exposure=Decimal("0.35"),
        max_trades_per_day=500,
        max_losses_in_row=25,
        max_daily_loss=Decimal("0.1"),
        max_daily_drawdown=Decimal("0.1"),
        max_weekly_drawdown=Decimal("0.2"),
        max_drawdown=Decimal("0.3"),
        stop_cooldown_s=600,
    )
