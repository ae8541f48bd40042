"""What `tidegate size` answers: the working, the size, and the most that it can lose."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Context
from typing import TYPE_CHECKING, Any

from tidegate.cli.terminal import out
from tidegate.model import Direction, money
from tidegate.strategies.sizing.words import amount_words, percent_words

if TYPE_CHECKING:
    from decimal import Decimal

    from tidegate.cli.size_options import Trade
    from tidegate.strategies.sizing import Proposal


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """What is lost if a position is given up at a price. Quote currency."""

    price: Decimal
    move: Decimal
    fees: Decimal

    @property
    def total(self) -> Decimal:
        """The move and the fees of both sides."""
        return self.move + self.fees


def worst_loss(proposal: Proposal, trade: Trade) -> Loss | None:
    """Return the loss at the stop; without one a long can lose all, and a short any amount."""
    entry = trade.footing.price
    if trade.stop is not None:
        left = trade.stop
    elif trade.direction is Direction.LONG:
        left = entry * 0
    else:
        return None
    return Loss(
        price=left,
        move=money(proposal.amount * abs(entry - left)),
        fees=money(proposal.amount * (entry + left) * trade.fee),
    )


def document(proposal: Proposal, trade: Trade) -> dict[str, Any]:
    """Return the answer as JSON: numbers are text, to the last digit."""
    loss = worst_loss(proposal, trade)
    return {
        "pair": str(trade.footing.instrument.pair),
        "direction": str(trade.direction),
        "amount": _text(proposal.amount),
        "notional": _text(proposal.notional),
        "stake": _text(proposal.stake),
        "wanted_stake": _text(proposal.wanted),
        "capped_by": None if proposal.capped_by is None else str(proposal.capped_by),
        "reason": proposal.reason,
        "worst_loss": None
        if loss is None
        else {
            "at": _text(loss.price),
            "move": _text(loss.move),
            "fees": _text(loss.fees),
            "total": _text(loss.total),
        },
        "working": proposal.working,
    }


def show(proposal: Proposal, trade: Trade, *, as_json: bool) -> None:
    """Print the answer."""
    if as_json:
        text = json.dumps(document(proposal, trade), indent=2, ensure_ascii=False)
        out.print(text, markup=False, highlight=False, soft_wrap=True)
        return
    _print("[dim]working[/]")
    steps = proposal.working[:-1] if proposal.reason else proposal.working
    for line in steps:
        _print(f"  {line}")
    if proposal.reason:
        _print(f"[bold]nothing[/]: {proposal.reason}")
        return
    for line in (*_lines(proposal, trade), *_loss_lines(proposal, trade)):
        _print(line)


def _print(text: str) -> None:
    out.print(text, highlight=False, soft_wrap=True)


def _lines(proposal: Proposal, trade: Trade) -> list[str]:
    footing, pair = trade.footing, trade.footing.instrument.pair
    word = "buy" if trade.direction is Direction.LONG else "sell"
    cost = f"{amount_words(proposal.notional)} {pair.currency}"
    part = _part(proposal.notional, footing.equity)
    lines = [
        f"[bold]{word:<10}[/] [bold]{amount_words(proposal.amount)} {pair.base}[/]",
        f"notional   {cost}, {part} of equity",
    ]
    if footing.leverage != 1:
        own = f"{amount_words(proposal.stake)} {pair.currency}"
        lines.append(f"stake      {own}, at leverage {amount_words(footing.leverage)}")
    return lines


def _loss_lines(proposal: Proposal, trade: Trade) -> list[str]:
    loss = worst_loss(proposal, trade)
    if loss is None:
        return ["worst loss without end: a short without a stop"]
    total = f"{amount_words(loss.total)} {trade.footing.instrument.pair.currency}"
    part = _part(loss.total, trade.footing.equity)
    given_up = f"{amount_words(loss.move)} if given up at {amount_words(loss.price)}"
    uncounted = "a price that jumps over it, and liquidation, are not counted"
    if trade.stop is None:
        given_up = f"{amount_words(loss.move)} at a price of 0, for there is no stop,"
        uncounted = "liquidation is not counted"
    return [
        f"worst loss {total}, {part} of equity: {given_up} + {amount_words(loss.fees)} fees",
        f"[dim]{uncounted}[/]",
    ]


def _part(of: Decimal, whole: Decimal) -> str:
    return percent_words(Context(prec=4).divide(of, whole))


def _text(value: Decimal) -> str:
    return f"{value:f}"
