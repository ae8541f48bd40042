"""The configuration of a trading process: one account, its limits, its strategies, its candles."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tidegate.errors import Code, ConfigError, one_of
from tidegate.guardrails.reading import read_limits
from tidegate.runtime.config_faults import faults_of
from tidegate.runtime.json_file import read_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic_core import ErrorDetails

    from tidegate.guardrails import Limits
    from tidegate.guardrails.environment import RiskSettings

_Name = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")]
_Money = Annotated[Decimal, Field(gt=0, le=10**15, allow_inf_nan=False)]


class _Part(BaseModel):
    """A part of the file: what is not known is refused, and nothing changes any more."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class AccountPart(_Part):
    """Whose money it is, and how much of it there is to begin with."""

    name: _Name = "paper"
    currency: Annotated[str, Field(pattern=r"^[A-Z0-9]{2,12}$")] = "USDT"
    wallet: _Money
    fee: Annotated[float, Field(ge=0, lt=0.1, allow_inf_nan=False)] = 0.001
    """Fraction of its cost that an order pays."""
    accounting: Literal["average", "fifo"] = "average"


class CandlesPart(_Part):
    """Where candles come from, and how fast."""

    source: Literal["files", "replay", "live"] = "files"
    """Files that grow, followed as they do; recorded ones, replayed from their start; or an
    exchange."""
    datadir: Path = Path()
    """Of files and replays: their folder."""
    exchange: str = "binance"
    """Of live candles: whose."""
    url: str | None = None
    """Of live candles: where an exchange of that kind runs on this machine."""
    begin: Literal["now", "start"] | None = None
    """Of files: where a strategy begins that is new to the account, at the latest candle (the
    default) or at the first that it can decide on."""
    timerange: str | None = None
    """Of a replay: which candles."""
    speed: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.0
    """Of a replay: seconds of the market in a second; 0: as fast as it goes."""

    @property
    def from_now(self) -> bool:
        """Whether a new strategy leaves alone what was before it."""
        return self.source != "replay" and self.begin != "start"


class LivePart(_Part):
    """The exchange that orders go to; without this part, none leaves the process."""

    exchange: str = "binance"
    network: Literal["mainnet", "testnet", "local"]
    """Real money, the exchange's play money, or an exchange on this machine."""
    url: str | None = None
    """Of "local": where it runs."""
    key: _Name
    """What `tidegate keys` knows it by."""
    keys: Path = Path("user_data/keys.json")
    """The file that it lies in."""
    slippage: Annotated[Decimal, Field(ge=0, lt=Decimal("0.1"), allow_inf_nan=False)] = Decimal(
        "0.002"
    )
    """How far beyond the price that was decided on an entry may be filled, a fraction of it."""
    patience_s: Annotated[float, Field(gt=0, le=3600, allow_inf_nan=False)] = 30.0
    """How long an entry may wait before what is left of it is taken back."""


class StrategyPart(_Part):
    """One strategy and what it may use."""

    strategy: Annotated[str, Field(min_length=1)]
    """A built-in name, a definition's file, file.py:Class, or a class in `strategy_path`."""
    name: _Name | None = None
    """What its positions are called by; left out: the strategy's own name."""
    strategy_path: tuple[Path, ...] = ()
    pairs: Annotated[tuple[str, ...], Field(min_length=1)] | None = None
    timeframe: str | None = None
    capital: _Money | None = None
    """Its part of the wallet; left out: an equal share of what the others leave."""
    stake: Annotated[float, Field(gt=0, allow_inf_nan=False)] | Literal["unlimited"] | None = None
    """An amount a trade, or the capital divided by the slots; left out: its own sizing."""
    max_open_trades: Annotated[int, Field(ge=1)] | None = None
    freqtrade: Path | None = None
    """Of a strategy written for Freqtrade: its configuration file; left out: what is said here."""
    markets: str | None = None
    """Of such a strategy: who names its exchange's steps, limits: ask, assumed, or a file."""


class _File(_Part):
    account: AccountPart
    database: str = "user_data/tidegate.sqlite"
    durability: Literal["process", "power"] = "process"
    limits: Any
    candles: CandlesPart
    strategies: Annotated[tuple[StrategyPart, ...], Field(min_length=1)]
    live: LivePart | None = None


class TradeConfig(_Part):
    """A whole configuration, its limits read and its paths made out."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)

    account: AccountPart
    database: str
    durability: Literal["process", "power"]
    limits: Any
    """`guardrails.Limits`."""
    candles: CandlesPart
    strategies: tuple[StrategyPart, ...]
    live: LivePart | None
    file: Path

    def within(self, settings: RiskSettings) -> TradeConfig:
        """Return it with limits as tight as the environment asks, or tighter."""
        return self.model_copy(update={"limits": settings.within(self.limits)})

    def shares(self) -> list[Decimal]:
        """Return each strategy's capital, in order."""
        wallet = self.account.wallet
        given = [part.capital for part in self.strategies]
        rest = wallet - sum((each for each in given if each is not None), Decimal(0))
        without = sum(1 for each in given if each is None)
        return [rest / without if each is None else each for each in given]


def read_config(path: Path) -> TradeConfig:
    """Read a configuration; paths in it are relative to its folder."""
    raw = read_json(path)
    try:
        file = _File.model_validate(raw)
    except ValidationError as error:
        raise _fault(path, error.errors(include_url=False)[0]) from None
    limits: Limits = read_limits(file.limits, f"{path}: limits")
    config = TradeConfig(
        account=file.account,
        database=_database(file.database, path.parent),
        durability=file.durability,
        limits=limits,
        candles=_found(file.candles, path.parent),
        strategies=tuple(_placed(part, path.parent) for part in file.strategies),
        live=None if file.live is None else _kept(file.live, path.parent),
        file=path,
    )
    for fault in faults_of(config):
        raise fault
    return config


def _found(part: CandlesPart, folder: Path) -> CandlesPart:
    if "datadir" not in part.model_fields_set:
        return part
    return part.model_copy(update={"datadir": folder / part.datadir})


def _kept(part: LivePart, folder: Path) -> LivePart:
    return part.model_copy(update={"keys": folder / part.keys})


def _placed(part: StrategyPart, folder: Path) -> StrategyPart:
    paths = tuple(folder / each for each in part.strategy_path)
    update: dict[str, Any] = {"strategy_path": paths}
    file, colon, name = part.strategy.partition(":")
    if part.freqtrade is not None:
        update["freqtrade"] = folder / part.freqtrade
    if part.markets not in (None, "ask", "assumed"):
        update["markets"] = str(folder / part.markets)
    if file.endswith((".py", ".json")):
        update["strategy"] = f"{folder / file}{colon}{name}"
    return part.model_copy(update=update)


def _database(text: str, folder: Path) -> str:
    return text if "://" in text else str(folder / text)


_KNOWN: Final[dict[str, type[BaseModel]]] = {
    "": _File,
    "account": AccountPart,
    "candles": CandlesPart,
    "strategies": StrategyPart,
    "live": LivePart,
}


def _fault(path: Path, error: ErrorDetails) -> ConfigError:
    """Put the first thing that is wrong into words."""
    places = [str(part) for part in error["loc"]]
    where = f"{path}: {_dotted(error['loc'])}" if places else str(path)
    kind, name = error["type"], places[-1] if places else "the file"
    if kind == "missing":
        return ConfigError(
            Code.MISSING_FIELD,
            f'"{name}" is missing',
            where=where,
            expected=_described(places),
            found="nothing",
            remedy=f'add "{name}"; `tidegate trade --example` prints a whole file',
        )
    if kind == "extra_forbidden":
        known = list(_KNOWN.get(places[0] if len(places) > 1 else "", _File).model_fields)
        return ConfigError(
            Code.UNKNOWN_FIELD,
            f'"{name}" means nothing here',
            where=where,
            expected=", ".join(known),
            found=f'"{name}"',
            remedy=one_of(name, known, otherwise="take it out"),
        )
    return ConfigError(
        Code.BAD_SETTING,
        f'"{name}" cannot be what it is',
        where=where,
        expected=_wanted(error),
        found=repr(error["input"])[:80],
        remedy="`tidegate trade --example` prints a whole file with its meaning",
    )


def _wanted(error: ErrorDetails) -> str:
    if error["type"] == "model_type":
        return "an object: {…}"
    return error["msg"].removeprefix("Input should be ").removeprefix("Value error, ")


def _described(places: Sequence[str]) -> str:
    part = _KNOWN.get(places[0] if len(places) > 1 else "", _File)
    field = part.model_fields.get(places[-1])
    return (field.description if field is not None else None) or f'"{places[-1]}"'


def _dotted(loc: tuple[int | str, ...]) -> str:
    """Return a place as people write it: strategies[0].pairs."""
    text = ""
    for part in loc:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text
