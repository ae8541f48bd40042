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

if TYPE_CHECKING:
    from tidegate.model.credentials import Credentials
    from tidegate.venues.venue import Venue

Rights = tuple[bool | None, bool | None]


def require_fit(
    venue: Venue, credentials: Credentials, *, url: str | None = None, timeout_s: float = 10.0
) -> None:
    """Ask the venue what a key may do, and refuse one that is not fit for trading."""
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
        raise _unfit(where, found) from None  # as above
    finally:
        thread.stop()
    trades, withdraws = read_rights(venue, answer)
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


def _unfit(where: str, found: str) -> ConfigError:
    return ConfigError(
        Code.UNFIT_KEY,
        "this key is not fit for trading",
        where=where,
        expected="a key that may trade and may not withdraw",
        found=found,
        remedy="make another key at the venue with those rights, and limit it to your address",
    )
