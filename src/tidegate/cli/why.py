"""The `tidegate why` command, which answers the question "why no trade?"."""

from __future__ import annotations

import os
import time
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tidegate.cli.account_options import AsJson, opened
from tidegate.cli.terminal import err
from tidegate.errors import Code, OptionError

if TYPE_CHECKING:
    from tidegate.guardrails.environment import RiskSettings
    from tidegate.runtime.config import TradeConfig
    from tidegate.runtime.inquiry import Question

_MOST = Decimal(10) ** 15


def why(  # noqa: PLR0913 - each is an option of the command
    pair: Annotated[str, typer.Argument(metavar="PAIR", help="The pair that is not traded.")],
    config: Annotated[
        Path | None,
        typer.Option("--config", "-c", help="The configuration that trades: a JSON file."),
    ] = None,
    *,
    strategy: Annotated[
        str | None,
        typer.Option(help="Whose entry it would be; left out: the first that trades the pair."),
    ] = None,
    direction: Annotated[str, typer.Option(help="long or short.")] = "long",
    amount: Annotated[
        str | None,
        typer.Option(help="Of the entry, base currency; left out: what a fixed stake comes to."),
    ] = None,
    price: Annotated[
        str | None, typer.Option(help="The limit of the entry; left out: at the market.")
    ] = None,
    limit: Annotated[
        int, typer.Option("--limit", "-n", min=1, max=1000, help="Refusals to show at most.")
    ] = 5,
    db: Annotated[
        str | None,
        typer.Option("--db", help="The database.", show_default="the configuration's"),
    ] = None,
    account: Annotated[
        str | None,
        typer.Option("--account", "-a", help="The account.", show_default="the configuration's"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say what every guardrail would answer to an entry now, and what was refused before."""
    from tidegate.guardrails.environment import read_environment
    from tidegate.runtime.config import read_config

    if config is None:
        raise _no_config()
    question = _question(pair, strategy, direction, amount, price)
    settings = read_environment(os.environ)
    asked = read_config(config).within(settings)
    _answer(asked, question, settings, (db, account), (limit, as_json))


def _answer(
    config: TradeConfig,
    question: Question,
    settings: RiskSettings,
    place: tuple[str | None, str | None],
    shown: tuple[int, bool],
) -> None:
    from tidegate.cli.why_words import show
    from tidegate.guardrails.breaker import BreakerWatch
    from tidegate.registry import Reader, Wanted
    from tidegate.runtime.inquiry import ask

    db, account = place[0] or config.database, place[1] or config.account.name
    limit, as_json = shown
    watch = BreakerWatch(settings.breaker_file, heeded=not settings.allow_when_breaker)
    with opened(db) as database:
        reader = Reader(database, account)
        with err.status("taking in the journal and the candles"):
            answer = ask(config, reader.state(), question, breaker=watch.look(time.time_ns()))
            by = answer.signal.strategy if question.strategy is not None else None
            refusals = reader.refusals(question.pair, strategy=by, limit=limit)
            newest = reader.orders(Wanted(pair=question.pair, strategy=by, limit=1)).rows
        holder = database.holder(account)
    show(answer, refusals, newest[0] if newest else None, holder, as_json=as_json)


def _question(
    pair: str, strategy: str | None, direction: str, amount: str | None, price: str | None
) -> Question:
    from tidegate.cli.backtest_options import one_among
    from tidegate.model import Direction, Pair
    from tidegate.runtime.inquiry import Question

    return Question(
        pair=str(Pair.parse(pair, where="PAIR")),
        direction=Direction(one_among("--direction", direction, [*map(str, Direction)])),
        strategy=strategy,
        amount=_number("--amount", amount),
        price=_number("--price", price),
    )


def _number(option: str, text: str | None) -> Decimal | None:
    if text is None:
        return None
    try:
        found = Decimal(text)
    except InvalidOperation:
        found = Decimal("NaN")
    if found.is_finite() and 0 < found <= _MOST:
        return found
    raise OptionError(
        Code.OUT_OF_RANGE,
        f'{option} cannot be "{text}"',
        where=option,
        expected="a number above 0, like 0.25",
        found=f'"{text}"',
        remedy=f"write {option} with digits and a point, or leave it out",
    )


def _no_config() -> OptionError:
    return OptionError(
        Code.BAD_OPTION,
        "it is not said which limits are meant",
        where="--config",
        expected="the configuration that the account is traded by",
        found="none",
        remedy="add -c trade.json, the file that `tidegate trade` is started with",
    )
