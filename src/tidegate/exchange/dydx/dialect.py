"""dYdX's interface over a world: the indexer, and the node's two halves."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl

import msgspec

from tidegate.errors import Code, OptionError
from tidegate.exchange.dialect import Answer, Request, Trouble
from tidegate.exchange.dydx import shapes, snippets
from tidegate.exchange.dydx.connection import PATH, Connection
from tidegate.exchange.dydx.errors import ApiError, TxError, not_decoded, unknown
from tidegate.exchange.dydx.indexer import Indexer
from tidegate.exchange.dydx.margin import Margin
from tidegate.exchange.dydx.orders import Book
from tidegate.exchange.dydx.transactions import Transactions

if TYPE_CHECKING:
    from tidegate.exchange.dialect import Line, Stream
    from tidegate.exchange.dydx.shapes import Shape
    from tidegate.exchange.dydx.wallets import Wallet
    from tidegate.exchange.keys import ApiKey
    from tidegate.exchange.world import World

_ENCODE: Final = msgspec.json.encode
INDEXER, RPC, REST = "/v4/", "/rpc/", "/rest/"
_ACCOUNT: Final = "cosmos/auth/v1beta1/account_info/"
_REQUESTS: Final = 100
_TOO_MANY: Final = ApiError("Too many requests", 429)
_IN_S: Final = 10


class Dydx:
    """Speaks as dYdX does: perpetual markets, and orders that are signed transactions."""

    name = "dydx"

    def __init__(self, world: World, *, limited: bool = True) -> None:
        """Speak about a world; its pairs of the first one's quote are the markets."""
        self.world = world
        listings = list(world.venue.listings.values())
        quote = listings[0].pair.quote
        self.margin = Margin(world, [one for one in listings if one.pair.quote == quote])
        made = [_wallet_of(key) for key in world.keys.values()]
        self.wallets = {wallet.address: wallet for wallet in made}
        self.indexer = Indexer(self.margin, self.wallets)
        self.connections: set[Connection] = set()
        self._book = Book(self.margin)
        self._transactions = Transactions(world, {wallet.public: wallet for wallet in made})
        self._limited = limited
        self._counts: dict[str, tuple[int, int]] = {}

    # requests

    def answer(self, request: Request) -> Answer:
        """Carry out a request, or answer with what is wrong with it."""
        params = dict(parse_qsl(request.query))
        try:
            self._count(request.remote)
            if request.path.startswith(INDEXER):
                path = request.path.removeprefix(INDEXER)
                return Answer(_ENCODE(self.indexer.answer(path, params)))
            if request.path.startswith(RPC):
                return Answer(_ENCODE(self._rpc(request.path.removeprefix(RPC), params)))
            if request.path.startswith(REST + _ACCOUNT):
                address = request.path.removeprefix(REST + _ACCOUNT)
                return Answer(_ENCODE(self._account(address)))
        except ApiError as error:
            return _said(error.message, error.status)
        return _said("Not Found", 404)

    def _count(self, remote: str) -> None:
        if not self._limited:
            return
        window = self.world.told_ns() // (_IN_S * 10**9)
        since, used = self._counts.get(remote, (window, 0))
        used = used + 1 if since == window else 1
        self._counts[remote] = window, used
        if used > _REQUESTS:
            raise _TOO_MANY

    def _account(self, address: str) -> Shape:
        wallet = self.wallets.get(address)
        if wallet is None:
            raise unknown(address)
        key = {
            "@type": "/cosmos.crypto.secp256k1.PubKey",
            "key": base64.b64encode(wallet.public).decode(),
        }
        info = {"address": address, "pub_key": key, "account_number": "0", "sequence": "0"}
        return {"info": info}

    def _rpc(self, method: str, params: dict[str, str]) -> Shape:
        if method == "abci_info":
            number = str(shapes.height(self.world.told_ns()))
            told = {"data": "dydxprotocol", "version": "loopback", "last_block_height": number}
            return _rpc_shape({"response": told})
        if method in {"broadcast_tx_sync", "broadcast_tx_async"}:
            return _rpc_shape(self._broadcast(params.get("tx", "")))
        raise unknown(method)

    def _broadcast(self, given: str) -> Shape:
        """Take a transaction. Its messages are carried out one after the other."""
        answer: Shape = {"code": 0, "data": "", "log": "[]", "codespace": "", "hash": ""}
        try:
            content = _bytes_of(given)
            answer["hash"] = hashlib.sha256(content).hexdigest().upper()
            wallet, wanted = self._transactions.opened(content)
            for one in wanted:
                self._book.do(wallet, one)
        except TxError as error:
            answer |= {"code": error.code, "log": error.log, "codespace": error.codespace}
        return answer

    def refusal(self, trouble: Trouble, *, retry_after_s: int, status: int) -> Answer:
        """Word a trouble as dYdX's services do."""
        match trouble:
            case Trouble.RATE_LIMIT:
                answer = _said("Too many requests", 429)
            case Trouble.BAN:
                answer = _said("Forbidden", 403)
            case Trouble.MAINTENANCE:
                return _said("Service Unavailable", 503)
            case Trouble.SERVER_ERROR:
                return _said("Internal Server Error", status)
        answer.headers["Retry-After"] = str(retry_after_s)
        return answer

    # streams

    def connect(self, path: str, query: str, line: Line) -> Stream | None:  # noqa: ARG002 (the same for every dialect)
        """Take a connection to the indexer."""
        if path != PATH:
            return None
        connection = Connection(self, line)
        self.connections.add(connection)
        return connection

    def pulse(self) -> None:
        """End what is over, and send what is due to every connection."""
        self._book.end_old()
        now = self.world.now_ns()
        for connection in list(self.connections):
            connection.pulse(now)

    # clients

    def ccxt_options(self, url: str) -> dict[str, object]:
        """Return what ccxt's constructor has to be given."""
        return snippets.ccxt_options(url, next(iter(self.wallets.values())))

    def freqtrade_config(self, url: str) -> dict[str, object]:
        """Return what Freqtrade's configuration would have to be given: it does not trade here."""
        return snippets.freqtrade_config(url, next(iter(self.wallets.values())))


def _wallet_of(key: ApiKey) -> Wallet:
    try:
        from tidegate.exchange.dydx.wallets import (  # noqa: PLC0415 (a package that not every dialect needs)
            wallet_of,
        )
    except ImportError as error:
        raise OptionError(
            Code.BAD_OPTION,
            "the dialect dydx checks signatures with a package that is not installed",
            where="--dialect",
            expected="the package cryptography",
            found=str(error),
            remedy="pip install 'tidegate[live]'",
        ) from error
    return wallet_of(key)


def _bytes_of(given: str) -> bytes:
    if not given.startswith("0x"):
        raise not_decoded()
    try:
        return bytes.fromhex(given.removeprefix("0x"))
    except ValueError:
        raise not_decoded() from None


def _rpc_shape(result: Shape) -> Shape:
    return {"jsonrpc": "2.0", "id": -1, "result": result}


def _said(message: str, status: int) -> Answer:
    return Answer(_ENCODE({"errors": [{"msg": message}]}), status)
