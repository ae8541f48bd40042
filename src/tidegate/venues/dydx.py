"""dYdX through ccxt: what ccxt leaves out of it, or tells otherwise than of other venues."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tidegate.venues.dydx_account import Account, Orders

if TYPE_CHECKING:
    from collections.abc import Mapping

_Ccxt: Any = object
_MISSING, _WRONG = 404, 400
_TOO_MANY: Final = "5001"
_PARTS: Final = ("atomicResolution", "quantumConversionExponent")


def mended(base: Any) -> Any:  # noqa: ANN401 - a class of ccxt's
    """Return ccxt's class with what is said of the other venues said of this one too."""
    return type("Dydx", (Requests, Markets, Orders, Account, base), {})


class Requests(_Ccxt):  # type: ignore[misc]  # what it is laid over is ccxt's, which has no types
    """Requests: none is sent twice, each is signed at a time of its own, and refusals are known."""

    signing_ms: int | None = None
    signed_ms = 0

    def open(self, *lazily: object, **more: object) -> None:
        """Send nothing twice: orders are GETs, and those would be repeated unasked."""
        super().open(*lazily, **more)
        if self.session is not None:
            self.session._retry_connection = False  # noqa: SLF001 - there is no other way

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

    def handle_errors(  # noqa: PLR0913, PLR0917 - ccxt's own arguments, in its order
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
        """Tell apart what ccxt takes for one: nothing there, asked wrongly, asked too often."""
        from ccxt.base.errors import (  # noqa: PLC0415 - it takes a second, and is an extra
            AuthenticationError,
            BadRequest,
            OrderNotFound,
            RateLimitExceeded,
        )

        if code == _MISSING and "/orders/" in url:
            raise OrderNotFound(body)
        if code == _MISSING and "/account_info/" in url:
            raise AuthenticationError(body)
        if code == _WRONG and "errors" in response:
            raise BadRequest(body)
        result = response.get("result") if isinstance(response, dict) else None
        if isinstance(result, dict) and str(result.get("code")) == _TOO_MANY:
            raise RateLimitExceeded(body)
        return super().handle_errors(code, reason, url, method, headers, body, response, *rest)


class Markets(_Ccxt):  # type: ignore[misc]  # as above
    """Markets and candles."""

    def parse_market(self, market: Mapping[str, Any]) -> Any:  # noqa: ANN401 - ccxt's own
        """Read a market whose exponents are numbers, over which ccxt stumbles later."""
        return super().parse_market({**market, **{name: str(market[name]) for name in _PARTS}})

    async def fetch_ohlcv(
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
