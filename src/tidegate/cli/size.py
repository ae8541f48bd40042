"""The `tidegate size` commands."""

from __future__ import annotations

from functools import wraps
from inspect import Parameter, Signature, signature
from typing import TYPE_CHECKING, Annotated, Any, get_type_hints

import typer

if TYPE_CHECKING:
    from collections.abc import Callable

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
StopNeeded = Annotated[str, typer.Option(help="Price to give up at.")]
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


def _trade(  # noqa: PLR0913 - each is an option of every command
    *,
    equity: Equity,
    entry: Entry,
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
) -> Trade:
    """Read the options that say what is traded."""
    from tidegate.cli.size_options import trade

    return trade(
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


def _command(name: str | None = None, **needed: object) -> Callable[..., None]:
    """Make a command of a function that takes a trade and its own options and says the sizing.

    `needed` are options of a trade that this command cannot do without.
    """

    def made(sizing: Callable[..., tuple[Trade, Sizing]]) -> None:
        shared = _options(_trade)
        for option, kind in needed.items():
            shared[option] = shared[option].replace(default=Parameter.empty, annotation=kind)
        own = _options(sizing)
        del own["asked"]
        as_json = Parameter("as_json", Parameter.KEYWORD_ONLY, default=False, annotation=AsJson)
        first = [shared["equity"], shared["entry"], *own.values()]
        options = dict.fromkeys([*first, *shared.values(), as_json])

        @wraps(sizing)
        def run(*, as_json: bool, **given: Any) -> None:  # noqa: ANN401 - whatever was typed
            asked = _trade(**{option: given[option] for option in shared})
            found = sizing(asked, **{option: given[option] for option in own})
            _answer(*found, as_json=as_json)

        run.__signature__ = Signature(list(options))  # type: ignore[attr-defined]  # typer reads it
        run.__annotations__ = {option.name: option.annotation for option in options}
        app.command(name)(run)

    return made


def _options(function: Callable[..., object]) -> dict[str, Parameter]:
    """Return a function's parameters, their annotations as they are and not as text."""
    hints = get_type_hints(
        function, localns=dict.fromkeys(("Trade", "Sizing"), object), include_extras=True
    )
    return {
        name: each.replace(annotation=hints[name], kind=Parameter.KEYWORD_ONLY)
        for name, each in signature(function).parameters.items()
    }


@_command()
def fixed(
    asked: Trade, *, stake: Annotated[str, typer.Option(help="What to put in, in currency.")]
) -> tuple[Trade, Sizing]:
    """Put in a stake that is always the same."""
    from tidegate.cli.size_options import amount
    from tidegate.model import Sizing, SizingKind

    value = float(amount("--stake", stake))
    return asked, Sizing(kind=SizingKind.FIXED, value=value, cap=float(asked.cap))


@_command()
def percent(
    asked: Trade,
    *,
    share: Annotated[str, typer.Option(help="Share of equity to put in, like 10%.")],
) -> tuple[Trade, Sizing]:
    """Put in a share of equity."""
    from tidegate.cli import size_options as options
    from tidegate.model import Sizing, SizingKind

    value = float(options.share("--share", share))
    return asked, Sizing(kind=SizingKind.PERCENT_OF_EQUITY, value=value, cap=float(asked.cap))


@_command("percent-risk", stop=StopNeeded)
def percent_risk(
    asked: Trade,
    *,
    risk: Annotated[str, typer.Option(help="Share of equity lost at the stop, like 1%.")],
) -> tuple[Trade, Sizing]:
    """Put in so much that the stop loses a share of equity."""
    from tidegate.cli.size_options import share
    from tidegate.model import Sizing, SizingKind

    value = float(share("--risk", risk))
    return asked, Sizing(kind=SizingKind.PERCENT_RISK, value=value, cap=float(asked.cap))


@_command()
def atr(
    asked: Trade,
    *,
    risk: Annotated[str, typer.Option(help="Share of equity that the move loses, like 1%.")],
    range_: Annotated[str, typer.Option("--atr", help="Average true range, in price.")],
    multiple: Annotated[str, typer.Option(help="The move in average true ranges.")] = "2",
) -> tuple[Trade, Sizing]:
    """Put in so much that a usual move against the position loses a share of equity."""
    from tidegate.cli.size_options import moved, share
    from tidegate.model import Sizing, SizingKind

    found = moved(asked, range_, multiple)
    value = float(share("--risk", risk))
    return found, Sizing(kind=SizingKind.ATR, value=value, cap=float(asked.cap))


@_command()
def kelly(
    asked: Trade,
    *,
    wins: Annotated[int, typer.Option(min=1, max=100_000, help="Trades that won.")],
    losses: Annotated[int, typer.Option(min=1, max=100_000, help="Trades that lost.")],
    average_win: Annotated[str, typer.Option(help="In currency or percent, as --average-loss.")],
    average_loss: Annotated[str, typer.Option(help="Without a sign.")],
    fraction: Annotated[str, typer.Option(help="How much of the Kelly fraction.")] = "50%",
) -> tuple[Trade, Sizing]:
    """Put in what past trades say is best for growth."""
    from tidegate.cli import size_options as options
    from tidegate.model import Sizing, SizingKind

    won = float(options.amount("--average-win", average_win))
    lost = float(options.amount("--average-loss", average_loss))
    sizing = Sizing(
        kind=SizingKind.KELLY,
        value=float(options.share("--fraction", fraction)),
        cap=float(asked.cap),
        min_trades=1,
        window=wins + losses,
    )
    return options.traded(asked, [won] * wins + [-lost] * losses), sizing


@_command()
def correlated(
    asked: Trade,
    *,
    stake: Annotated[str, typer.Option(help="What to put in if nothing were held.")],
    held: Annotated[
        list[str],
        typer.Option(
            help="PAIR:WORTH:CORRELATION, ? for one not known; may be given several times."
        ),
    ],
) -> tuple[Trade, Sizing]:
    """Put in less where what is held already moves the same way."""
    from tidegate.cli.size_options import amount, holding
    from tidegate.model import Sizing, SizingKind

    value = float(amount("--stake", stake))
    beside = holding(asked, held)
    return beside, Sizing(kind=SizingKind.FIXED, value=value, cap=float(asked.cap))


def _answer(asked: Trade, sizing: Sizing, *, as_json: bool) -> None:
    from tidegate.cli.size_answer import show
    from tidegate.strategies.sizing import propose

    proposal = propose(sizing, asked.footing)
    show(proposal, asked, as_json=as_json)
    if proposal.reason:
        raise typer.Exit(_NOTHING)
