"""dYdX through ccxt: what ccxt leaves out of it, or tells otherwise than of other venues."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_BEYOND: Final = Decimal("0.05")
"""How far beyond the best price of the book a market order may be filled."""
_SHORT, _LONG = 0, 64
"""The chain's flags of orders: those that end with a block, and those that wait."""
_MOST: Final = 1000
_MISSING, _WRONG = 404, 400
_TOO_MANY: Final = "5001"
_STALE_NONCE: Final = "timestamp nonce"
_PARTS: Final = ("atomicResolution", "quantumConversionExponent")


def mended(base: Any) -> Any:  # noqa: ANN401 - a class of ccxt's
    """Return ccxt's class with what is said of the other venues said of this one too."""
    from ccxt.base.errors import (  # noqa: PLC0415 - it takes a second, and is an extra
        BadRequest,
        InvalidNonce,
        OrderNotFound,
        RateLimitExceeded,
    )

    class Dydx(base):  # type: ignore[misc]  # ccxt's class has no types
        """Orders by their own names, trades of an account, times in milliseconds."""

        signing_ms: int | None = None
        signed_ms = 0

        # the time

        async def fetch_time(self, params: Mapping[str, Any] | None = None) -> int:
            """Return milliseconds, where ccxt returns seconds."""
            told = await self.indexerGetTime(params or {})
            return int(self.parse8601(told["iso"]))

        def milliseconds(self) -> int:
            """Return the time: while a transaction is signed, one that no other was signed at."""
            return int(super().milliseconds()) if self.signing_ms is None else self.signing_ms

        def encode_dydx_tx_for_signing(self, *about: object) -> Any:  # noqa: ANN401 - ccxt's own
            """Sign at the venue's time; the chain takes each time of a wallet's only once."""
            ahead = int(self.options.get("timeDifference") or 0)
            self.signed_ms = self.signing_ms = max(self.milliseconds() - ahead, self.signed_ms + 1)
            try:
                return super().encode_dydx_tx_for_signing(*about)
            finally:
                self.signing_ms = None

        # markets

        def parse_market(self, market: Mapping[str, Any]) -> Any:  # noqa: ANN401 - ccxt's own
            """Read a market whose exponents are numbers, over which ccxt stumbles later."""
            return super().parse_market({**market, **{name: str(market[name]) for name in _PARTS}})

        async def fetch_ohlcv(  # noqa: PLR0913, PLR0917 - ccxt's own arguments, in its order
            self,
            symbol: str,
            timeframe: str = "1m",
            since: int | None = None,
            limit: int | None = None,
            params: Mapping[str, Any] | None = None,
        ) -> Any:  # noqa: ANN401 - ccxt has no types
            """Ask for a stretch with an end: without one the venue tells the latest."""
            more = dict(params or {})
            if since is not None and limit is not None:
                until = since + limit * int(self.parse_timeframe(timeframe)) * 1000
                # The venue's names are these; ccxt has others.
                more |= {"fromISO": self.iso8601(since), "toISO": self.iso8601(until)}
                more["until"] = until
            return await super().fetch_ohlcv(symbol, timeframe, since, limit, more)

        # orders

        async def create_order(  # noqa: PLR0913, PLR0917 - as above
            self,
            symbol: str,
            type: str,  # noqa: A002 - as above
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
            told = await self.indexerGetOrderbooksPerpetualMarketMarket({
                "market": self.market(symbol)["id"]
            })
            buys = side == "buy"
            prices = [Decimal(one["price"]) for one in told["asks" if buys else "bids"]]
            if not prices:
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
            """Return an order by the venue's name of it, or by its own."""
            if id:
                return dict(await super().fetch_order(id, symbol))
            name = (params or {})["clientOrderId"]
            try:
                return dict(await super().fetch_order(self.order_name(name, symbol, _LONG)))
            except OrderNotFound:
                return dict(await super().fetch_order(self.order_name(name, symbol, _SHORT)))

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

        # the account

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
                if each["timestamp"] >= (since or 0)
                and (until is None or each["timestamp"] <= until)
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
            told = await self.indexerGetAddressesAddressSubaccountNumberSubaccountNumber({
                **self.own_account(),
                **(params or {}),
            })
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
            from base64 import b64decode  # noqa: PLC0415 - for this alone

            told = await self.fetch_dydx_account()
            try:
                own = self.retrieve_credentials()["publicKey"]
            except ValueError:
                return {"mine": False}
            return {"mine": b64decode(told["pub_key"]["key"]).hex() == own}

        # what went wrong

        def handle_errors(  # noqa: PLR0913, PLR0917 - as above
            self,
            code: int,
            reason: str,
            url: str,
            method: str,
            headers: Mapping[str, str],
            body: str,
            response: Any,  # noqa: ANN401 - whatever came
            *rest: object,
        ) -> object:
            if code == _MISSING and "/orders/" in url:
                raise OrderNotFound(body)
            if code == _WRONG and "errors" in response:
                raise BadRequest(body)
            result = response.get("result") if isinstance(response, dict) else None
            if isinstance(result, dict):
                if _STALE_NONCE in str(result.get("log")):
                    raise InvalidNonce(body)
                if str(result.get("code")) == _TOO_MANY:
                    raise RateLimitExceeded(body)
            return super().handle_errors(code, reason, url, method, headers, body, response, *rest)

    return Dydx


def _all(amount: str) -> dict[str, str]:
    return {"total": amount, "used": "0"}
