"""What a key may do at its venue: to trade, and not to withdraw, or it is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tidegate.brokers.trouble import Meaning, meaning_of, silent
from tidegate.errors import Code, ConfigError
from tidegate.venues.budget import Urgency
from tidegate.venues.client import new_client
from tidegate.venues.network import NetworkThread
from tidegate.venues.sharing import budget_for
from tidegate.venues.trouble import words_of
from tidegate.venues.wallets import require_here

if TYPE_CHECKING:
    from tidegate.model.credentials import Credentials
    from tidegate.venues.venue import Venue

Rights = tuple[bool | None, bool | None]


def require_fit(
    venue: Venue, credentials: Credentials, *, url: str | None = None, timeout_s: float = 10.0
) -> None:
    """Ask the venue what a key may do, and refuse one that is not fit for trading.

    A wallet is fit on this machine if its key opens it: what it may do nobody can limit.
    """
    require_here(venue, url)
    where = url or venue.name
    if not venue.trading.rights:
        raise _unfit(where, f"{venue.name} does not tell what a key may do")
    thread = NetworkThread()
    try:
        answer = thread.ask(_told(venue, credentials, url, timeout_s), 2 * timeout_s + 1)
    except ConfigError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, nothing is known of the key
        if meaning_of(error, venue) is not Meaning.REFUSED:
            raise silent(venue, credentials, url, error) from None  # it names signed addresses
        found = credentials.scrubbed(words_of(error))
        unfit = _not_opened if venue.wallet else _unfit
        raise unfit(where, found) from None  # as above
    finally:
        thread.stop()
    trades, withdraws = read_rights(venue, answer)
    if venue.wallet and trades:
        return
    if venue.wallet:
        raise _not_opened(where, "the private key of another address, or none")
    if withdraws is not False:
        found = "it may withdraw" if withdraws else "nobody can tell whether it may withdraw"
        raise _unfit(where, found)
    if trades is not True:
        raise _unfit(where, "it may not trade" if trades is False else "nobody can tell")


def read_rights(venue: Venue, answer: Any) -> Rights:  # noqa: ANN401 - whatever came
    """Return whether a key may trade, and whether it may withdraw; None: not told."""
    match venue.name, answer:
        case "binance", {
            "enableSpotAndMarginTrading": bool(trades),
            "enableWithdrawals": bool(out),
        }:
            more = answer.get("enableInternalTransfer"), answer.get("permitsUniversalTransfer")
            return trades, out or True in more
        case "okx", {"data": [{"perm": str(words)}]}:
            may = words.split(",")
            return "trade" in may, "withdraw" in may
        case "dydx", {"mine": bool(mine)}:
            return mine, mine
        case "coinbase", {"can_trade": bool(trades), "can_transfer": bool(out)}:
            return trades, out
    return None, None


async def _told(
    venue: Venue, credentials: Credentials, url: str | None, timeout_s: float
) -> object:
    client = new_client(venue, credentials, url=url, timeout_s=timeout_s)
    try:
        await budget_for(venue, url).take(Urgency.LOOK, 2)
        await client.load_time_difference()
        told: object = await getattr(client, venue.trading.rights)()
        return told
    finally:
        await client.close()


def _not_opened(where: str, found: str) -> ConfigError:
    return ConfigError(
        Code.UNFIT_KEY,
        "this key does not open that wallet",
        where=where,
        expected="a wallet's address, and its private key in hexadecimal",
        found=found,
        remedy="take both from what `tidegate exchange --dialect dydx` prints",
    )


def _unfit(where: str, found: str) -> ConfigError:
    return ConfigError(
        Code.UNFIT_KEY,
        "this key is not fit for trading",
        where=where,
        expected="a key that may trade and may not withdraw",
        found=found,
        remedy="make another key at the venue with those rights, and limit it to your address",
    )
