"""The `tidegate size` commands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from tidegate.cli.size_options import Trade
    from tidegate.model import Sizing

app = typer.Typer(
    no_args_is_help=True,
    help="Work out how large a position ought to be, and show the working.",
)

_NOTHING = 1

Equity = Annotated[str, typer.Option(help="What the account is worth, positions at cost.")]
Entry = Annotated[str, typer.Option(help="Price to get in at.")]
Stop = Annotated[str | None, typer.Option(help="Price to give up at.", show_default=False)]
Tied = Annotated[str, typer.Option(help="What of the equity open positions use.")]
Short = Annotated[bool, typer.Option("--short", help="Sell first; the stop lies above.")]
Leverage = Annotated[str, typer.Option(help="How many times the stake the position is.")]
Fee = Annotated[str, typer.Option(help="Fee a side.")]
Cap = Annotated[str, typer.Option(help="Largest stake as a share of equity.")]
PairName = Annotated[str, typer.Option("--pair", help="For the names in the answer.")]
AmountStep = Annotated[str, typer.Option(help="Amounts are multiples of it; 0: eight places.")]
MinAmount = Annotated[str, typer.Option(help="Least amount of an order.")]
MinCost = Annotated[str, typer.Option(help="Least amount times price of an order.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]


@app.command()
def fixed(  # noqa: PLR0913 - each is an option of the command
    *,
    equity: Equity,
    entry: Entry,
    stake: Annotated[str, typer.Option(help="What to put in, in currency.")],
    stop: Stop = None,
    tied: Tied = "0",
    short: Short = False,
    leverage: Leverage = "1",
    fee: Fee = "0.1%",
    cap: Cap = "100%",
    pair: PairName = "BASE/QUOTE",
    amount_step: AmountStep = "0",
    min_amount: MinAmount = "0",
    min_cost: MinCost = "0",
    as_json: AsJson = False,
) -> None:
    """Put in a stake that is always the same."""
    from tidegate.cli import size_options as options
    from tidegate.model import Sizing, SizingKind

    asked = options.trade(
        equity=equity,
        tied=tied,
        entry=entry,
        stop=stop,
        short=short,
        leverage=leverage,
        fee=fee,
        cap=cap,
        pair=pair,
        amount_step=amount_step,
        min_amount=min_amount,
        min_cost=min_cost,
    )
    value = options.amount("--stake", stake)
    _answer(asked, Sizing(kind=SizingKind.FIXED, value=float(value), cap=float(asked.cap)), as_json)


@app.command()
def percent(  # noqa: PLR0913 - each is an option of the command
    *,
    equity: Equity,
    entry: Entry,
    share: Annotated[str, typer.Option(help="Share of equity to put in, like 10%.")],
    stop: Stop = None,
    tied: Tied = "0",
    short: Short = False,
    leverage: Leverage = "1",
    fee: Fee = "0.1%",
    cap: Cap = "100%",
    pair: PairName = "BASE/QUOTE",
    amount_step: AmountStep = "0",
    min_amount: MinAmount = "0",
    min_cost: MinCost = "0",
    as_json: AsJson = False,
) -> None:
    """Put in a share of equity."""
    from tidegate.cli import size_options as options
    from tidegate.model import Sizing, SizingKind

    asked = options.trade(
        equity=equity,
        tied=tied,
        entry=entry,
        stop=stop,
        short=short,
        leverage=leverage,
        fee=fee,
        cap=cap,
        pair=pair,
        amount_step=amount_step,
        min_amount=min_amount,
        min_cost=min_cost,
    )
    value = options.share("--share", share)
    kind = SizingKind.PERCENT_OF_EQUITY
    _answer(asked, Sizing(kind=kind, value=float(value), cap=float(asked.cap)), as_json)


@app.command("percent-risk")
def percent_risk(  # noqa: PLR0913 - each is an option of the command
    *,
    equity: Equity,
    entry: Entry,
    risk: Annotated[str, typer.Option(help="Share of equity lost at the stop, like 1%.")],
    stop: Annotated[str, typer.Option(help="Price to give up at.")],
    tied: Tied = "0",
    short: Short = False,
    leverage: Leverage = "1",
    fee: Fee = "0.1%",
    cap: Cap = "100%",
    pair: PairName = "BASE/QUOTE",
    amount_step: AmountStep = "0",
    min_amount: MinAmount = "0",
    min_cost: MinCost = "0",
    as_json: AsJson = False,
) -> None:
    """Put in so much that the stop loses a share of equity."""
    from tidegate.cli import size_options as options
    from tidegate.model import Sizing, SizingKind

    asked = options.trade(
        equity=equity,
        tied=tied,
        entry=entry,
        stop=stop,
        short=short,
        leverage=leverage,
        fee=fee,
        cap=cap,
        pair=pair,
        amount_step=amount_step,
        min_amount=min_amount,
        min_cost=min_cost,
    )
    value = options.share("--risk", risk)
    kind = SizingKind.PERCENT_RISK
    _answer(asked, Sizing(kind=kind, value=float(value), cap=float(asked.cap)), as_json)


@app.command()
def atr(  # noqa: PLR0913 - each is an option of the command
    *,
    equity: Equity,
    entry: Entry,
    risk: Annotated[str, typer.Option(help="Share of equity that the move loses, like 1%.")],
    range_: Annotated[str, typer.Option("--atr", help="Average true range, in price.")],
    multiple: Annotated[str, typer.Option(help="The move in average true ranges.")] = "2",
    stop: Stop = None,
    tied: Tied = "0",
    short: Short = False,
    leverage: Leverage = "1",
    fee: Fee = "0.1%",
    cap: Cap = "100%",
    pair: PairName = "BASE/QUOTE",
    amount_step: AmountStep = "0",
    min_amount: MinAmount = "0",
    min_cost: MinCost = "0",
    as_json: AsJson = False,
) -> None:
    """Put in so much that a usual move against the position loses a share of equity."""
    from tidegate.cli import size_options as options
    from tidegate.model import Sizing, SizingKind

    asked = options.trade(
        equity=equity,
        tied=tied,
        entry=entry,
        stop=stop,
        short=short,
        leverage=leverage,
        fee=fee,
        cap=cap,
        pair=pair,
        amount_step=amount_step,
        min_amount=min_amount,
        min_cost=min_cost,
    )
    moved = options.moved(asked, range_, multiple)
    value = options.share("--risk", risk)
    _answer(moved, Sizing(kind=SizingKind.ATR, value=float(value), cap=float(asked.cap)), as_json)


@app.command()
def kelly(  # noqa: PLR0913 - each is an option of the command
    *,
    equity: Equity,
    entry: Entry,
    wins: Annotated[int, typer.Option(min=1, max=100_000, help="Trades that won.")],
    losses: Annotated[int, typer.Option(min=1, max=100_000, help="Trades that lost.")],
    average_win: Annotated[str, typer.Option(help="In currency or percent, as --average-loss.")],
    average_loss: Annotated[str, typer.Option(help="Without a sign.")],
    fraction: Annotated[str, typer.Option(help="How much of the Kelly fraction.")] = "50%",
    stop: Stop = None,
    tied: Tied = "0",
    short: Short = False,
    leverage: Leverage = "1",
    fee: Fee = "0.1%",
    cap: Cap = "100%",
    pair: PairName = "BASE/QUOTE",
    amount_step: AmountStep = "0",
    min_amount: MinAmount = "0",
    min_cost: MinCost = "0",
    as_json: AsJson = False,
) -> None:
    """Put in what past trades say is best for growth."""
    from tidegate.cli import size_options as options
    from tidegate.model import Sizing, SizingKind

    asked = options.trade(
        equity=equity,
        tied=tied,
        entry=entry,
        stop=stop,
        short=short,
        leverage=leverage,
        fee=fee,
        cap=cap,
        pair=pair,
        amount_step=amount_step,
        min_amount=min_amount,
        min_cost=min_cost,
    )
    won = float(options.amount("--average-win", average_win))
    lost = float(options.amount("--average-loss", average_loss))
    sizing = Sizing(
        kind=SizingKind.KELLY,
        value=float(options.share("--fraction", fraction)),
        cap=float(asked.cap),
        min_trades=1,
        window=wins + losses,
    )
    _answer(options.traded(asked, [won] * wins + [-lost] * losses), sizing, as_json)


@app.command()
def correlated(  # noqa: PLR0913 - each is an option of the command
    *,
    equity: Equity,
    entry: Entry,
    stake: Annotated[str, typer.Option(help="What to put in if nothing were held.")],
    held: Annotated[
        list[str],
        typer.Option(
            help="PAIR:WORTH:CORRELATION, ? for one not known; may be given several times."
        ),
    ],
    stop: Stop = None,
    tied: Tied = "0",
    short: Short = False,
    leverage: Leverage = "1",
    fee: Fee = "0.1%",
    cap: Cap = "100%",
    pair: PairName = "BASE/QUOTE",
    amount_step: AmountStep = "0",
    min_amount: MinAmount = "0",
    min_cost: MinCost = "0",
    as_json: AsJson = False,
) -> None:
    """Put in less where what is held already moves the same way."""
    from tidegate.cli import size_options as options
    from tidegate.model import Sizing, SizingKind

    asked = options.trade(
        equity=equity,
        tied=tied,
        entry=entry,
        stop=stop,
        short=short,
        leverage=leverage,
        fee=fee,
        cap=cap,
        pair=pair,
        amount_step=amount_step,
        min_amount=min_amount,
        min_cost=min_cost,
    )
    value = options.amount("--stake", stake)
    beside = options.holding(asked, held)
    _answer(
        beside, Sizing(kind=SizingKind.FIXED, value=float(value), cap=float(asked.cap)), as_json
    )


def _answer(asked: Trade, sizing: Sizing, as_json: bool) -> None:
    from tidegate.cli.size_answer import show
    from tidegate.strategies.sizing import propose

    proposal = propose(sizing, asked.footing)
    show(proposal, asked, as_json=as_json)
    if proposal.reason:
        raise typer.Exit(_NOTHING)
