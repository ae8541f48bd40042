"""An exchange's answer on file: kept for a day, or given by the user."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from tidegate.errors import Code, OptionError
from tidegate.feeds.aside import written_aside

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Answer", "keep", "kept", "read_answer"]

DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Answer:
    """What an exchange trades, in ccxt's own form; tiers are None where nobody has asked."""

    markets: list[dict[str, Any]]
    currencies: dict[str, Any]
    tiers: dict[str, list[dict[str, Any]]] | None


def kept(config: dict[str, Any], now: datetime) -> Answer | None:
    """Return the answer of the last day; None where there is none that can be used."""
    try:
        content = json.loads(_file(config).read_text(encoding="utf-8"))
        if not timedelta(0) <= now - datetime.fromisoformat(content["asked"]) < DAY:
            return None
        return Answer(content["markets"], content["currencies"], content["tiers"])
    except (OSError, ValueError, TypeError, KeyError):
        return None  # ours to make again


def keep(config: dict[str, Any], answer: Answer, now: datetime) -> None:
    """Write an answer to the user's folder, where there is one."""
    if not config["user_data_dir"].is_dir():
        return
    content = {
        "asked": now.isoformat(timespec="seconds"),
        "exchange": config["exchange"]["name"],
        "trading_mode": str(config["trading_mode"]),
        "currencies": answer.currencies,
        "tiers": answer.tiers,
        "markets": answer.markets,
    }
    file = _file(config)
    file.parent.mkdir(exist_ok=True)
    with written_aside(file) as aside:
        aside.write_text(json.dumps(content), encoding="utf-8")


def read_answer(file: Path) -> Answer:
    """Return what a user's file holds: a list of markets, or an object with them."""
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise _unusable(file, error.strerror or str(error)) from error
    except ValueError as error:
        raise _unusable(file, f"no JSON: {error}") from error
    tiers: dict[str, list[dict[str, Any]]] | None = None
    currencies: dict[str, Any] = {}
    if isinstance(content, dict) and "markets" in content:
        tiers, currencies = content.get("tiers"), content.get("currencies") or {}
        content = content["markets"]
    markets = list(content.values()) if isinstance(content, dict) else content
    if not isinstance(markets, list) or not markets:
        raise _unusable(file, "no list of markets")
    for number, market in enumerate(markets):
        missing = _REQUIRED - set(market) if isinstance(market, dict) else _REQUIRED
        if missing:
            raise _unusable(file, f"market {number + 1} without {', '.join(sorted(missing))}")
    return Answer(markets, currencies, tiers)


_REQUIRED: Final = {"id", "symbol", "base", "quote", "precision", "limits"}


def _file(config: dict[str, Any]) -> Path:
    name = f"{config['exchange']['name'].lower()}-{config['trading_mode']!s}.json"
    folder: Path = config["user_data_dir"] / "markets"
    return folder / name


def _unusable(file: Path, found: str) -> OptionError:
    return OptionError(
        Code.NO_MARKETS,
        f"{file} holds no markets",
        where=f"--markets {file}",
        expected='ask, assumed, or a file of ccxt\'s markets: a list, or {"BTC/USDT": {…}, …}',
        found=found,
        remedy="write one with ccxt: json.dump(ccxt.binance().load_markets(), file)",
    )
