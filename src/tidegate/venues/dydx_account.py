"""Orders and accounts of dYdX, as ccxt tells of them at other venues."""

from __future__ import annotations

from base64 import b64decode
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_Ccxt: Any = object
_BEYOND: Final = Decimal("0.05")
"""How far beyond the best price of the book a market order may be filled."""
_SHORT, _LONG = 0, 64
"""The chain's flags of orders: those that end with a block, and those that wait."""
_MOST: Final = 1000


class Orders(_Ccxt):  # type: ignore[misc]  # what it is laid over is ccxt's, which has no types
    """Orders that go by their own names."""

    async def create_order(
        self,
        symbol: str,
        type: str,  # noqa: A002 - ccxt's own name
        side: str,
        amount: Any,  # noqa: ANN401 - ccxt has no types
        price: Any = None,  # noqa: ANN401 - as above
        params: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Send an order. One at the market is one for now, and needs a price as well."""
        if type == "market" and price is None:
            price = await self.price_beyond(symbol, side)
        made = await super().create_order(symbol, type, side, amount, price, params or {})
        return {**made, "clientOrderId": str(made["clientOrderId"])}

    async def price_beyond(self, symbol: str, side: str) -> str:
        """Return a price that an order at the market surely trades at."""
        told = await self.indexerGetOrderbooksPerpetualMarketMarket(
            {"market": self.market(symbol)["id"]}
        )
        buys = side == "buy"
        prices = [Decimal(one["price"]) for one in told["asks" if buys else "bids"]]
        if not prices:
            from ccxt.base.errors import BadRequest  # noqa: PLC0415 - it is an extra

            message = f"nobody offers anything for {symbol}"
            raise BadRequest(message)
        best = min(prices) if buys else max(prices)
        beyond = best * (1 + _BEYOND if buys else 1 - _BEYOND)
        return str(self.price_to_precision(symbol, f"{beyond:f}"))

    async def fetch_order(
        self,
        id: str,  # noqa: A002 - as above
        symbol: str | None = None,
        params: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Return an order by the venue's name of it, or by its own: 32 bits, so it occurs twice.

        Where its side and amount are known, one that has others is not it.
        """
        from ccxt.base.errors import OrderNotFound  # noqa: PLC0415 - as above

        known = params or {}
        try:
            name = id or self.order_name(known["clientOrderId"], symbol, _LONG)
            found = await super().fetch_order(name)
        except OrderNotFound:
            if id:
                raise
            name = self.order_name(known["clientOrderId"], symbol, _SHORT)
            found = await super().fetch_order(name)
        if "amount" in known and not _is_of(found, known):
            message = "another order was called so before"
            raise OrderNotFound(message)
        return dict(found)

    def order_name(self, name: int, symbol: str | None, flags: int) -> str:
        """Return what the venue calls an order, which follows from its own name."""
        clob_pair = int(self.market(symbol)["info"]["clobPairId"])
        address = self.get_wallet_address()
        return str(self.create_order_id_from_parts(address, 0, name, flags, clob_pair))

    async def cancel_order(
        self,
        id: str,  # noqa: A002, ARG002 - as above; the chain knows an order by its own name
        symbol: str | None = None,
        params: Mapping[str, Any] | None = None,
    ) -> Any:  # noqa: ANN401 - ccxt has no types
        """Take an order back that waits; one at the market does not."""
        return await super().cancel_order(str((params or {})["clientOrderId"]), symbol)

    def parse_order_status(self, status: str | None) -> Any:  # noqa: ANN401 - ccxt's own
        """Tell that an order waits which the chain has not put into a block yet."""
        known = "OPEN" if status == "BEST_EFFORT_OPENED" else status
        return super().parse_order_status(known)


class Account(_Ccxt):  # type: ignore[misc]  # as above
    """What a wallet has traded, and what it has."""

    async def fetch_my_trades(
        self,
        symbol: str,
        since: int | None = None,
        limit: int | None = None,
        params: Mapping[str, Any] | None = None,
    ) -> list[dict[str, Any]]:
        """Return what an account has traded, of which ccxt knows nothing."""
        market, until = self.market(symbol), (params or {}).get("until")
        asked = {**self.own_account(), "market": market["id"], "marketType": "PERPETUAL"}
        asked["limit"] = min(limit or _MOST, _MOST)
        if until is not None:
            asked["createdBeforeOrAt"] = self.iso8601(until)
        told = await self.indexerGetFills(asked)
        trades = [self.safe_trade(self.read_fill(one), market) for one in told["fills"]]
        found = [
            each
            for each in trades
            if each["timestamp"] >= (since or 0) and (until is None or each["timestamp"] <= until)
        ]
        return sorted(found, key=lambda each: int(each["timestamp"]))

    def read_fill(self, fill: Mapping[str, Any]) -> dict[str, Any]:
        """Return a trade in ccxt's shape."""
        return {
            "info": fill,
            "id": fill["id"],
            "order": fill["orderId"],
            "timestamp": self.parse8601(fill["createdAt"]),
            "side": fill["side"].lower(),
            "takerOrMaker": fill["liquidity"].lower(),
            "amount": fill["size"],
            "price": fill["price"],
            "fee": {"cost": fill["fee"], "currency": "USDC"},
        }

    async def fetch_balance(self, params: Mapping[str, Any] | None = None) -> Any:  # noqa: ANN401 - ccxt has no types
        """Return the collateral as the chain counts it: what a position has cost is gone.

        What is held of a market stands beside it, as if it had been bought.
        """
        told = await self.indexerGetAddressesAddressSubaccountNumberSubaccountNumber(
            {**self.own_account(), **(params or {})}
        )
        account = told["subaccount"]
        found: dict[str, Any] = {"info": account}
        for name, asset in account["assetPositions"].items():
            sign = "-" if asset["side"] == "SHORT" else ""
            found[self.safe_currency_code(name)] = _all(f"{sign}{asset['size']}")
        for name, position in account["openPerpetualPositions"].items():
            found[self.safe_market(name)["base"]] = _all(position["size"])
        return self.safe_balance(found)

    def own_account(self) -> dict[str, Any]:
        """Return what the indexer is asked for an account by."""
        return {"address": self.get_wallet_address(), "subaccountNumber": 0}

    async def fetch_own_wallet(self) -> dict[str, bool]:
        """Tell whether the private key is that of the address."""
        told = await self.fetch_dydx_account()
        try:
            own = self.retrieve_credentials()["publicKey"]
        except ValueError:
            return {"mine": False}
        return {"mine": b64decode(told["pub_key"]["key"]).hex() == own}


def _is_of(order: Mapping[str, Any], known: Mapping[str, Any]) -> bool:
    return (order["side"], Decimal(order["amount"])) == (known["side"], known["amount"])


def _all(amount: str) -> dict[str, str]:
    return {"total": amount, "used": "0"}
