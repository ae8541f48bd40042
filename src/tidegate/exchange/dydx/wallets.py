"""Wallets: a secret number, its public point, and the address that is made of it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256K1,
    EllipticCurvePrivateKey,
    derive_private_key,
)
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

if TYPE_CHECKING:
    from tidegate.exchange.keys import ApiKey

_ORDER: Final = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
_HALF: Final = 32
_PREFIX: Final = "dydx"
_LETTERS: Final = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_TAPS: Final = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)


@dataclass(frozen=True, slots=True)
class Wallet:
    """A wallet, whose it is, and what checks its signatures."""

    owner: ApiKey
    private: EllipticCurvePrivateKey
    secret: str
    """Hexadecimal, as clients are told it."""
    public: bytes
    address: str

    def signed(self, text: bytes, signature: bytes) -> bool:
        """Tell whether a text was signed with this wallet."""
        if len(signature) != 2 * _HALF:
            return False
        first = int.from_bytes(signature[:_HALF], "big")
        second = int.from_bytes(signature[_HALF:], "big")
        pair = encode_dss_signature(first, second)
        try:
            self.private.public_key().verify(pair, text, ECDSA(SHA256()))
        except InvalidSignature:
            return False
        return True


def wallet_of(key: ApiKey) -> Wallet:
    """Return the wallet that a key of the venue's is; its secret may be a wallet's already."""
    number = _number_in(key.secret)
    if not number:
        digest = hashlib.sha256(f"secp256k1:{key.key}:{key.secret}".encode()).digest()
        number = int.from_bytes(digest, "big") % (_ORDER - 1) + 1
    private = derive_private_key(number, SECP256K1())
    public = private.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
    return Wallet(key, private, f"0x{number:064x}", public, address_of(public))


def _number_in(secret: str) -> int:
    digits = secret.removeprefix("0x")
    if len(digits) != 2 * _HALF:
        return 0
    try:
        number = int(digits, 16)
    except ValueError:
        return 0
    return number if number < _ORDER else 0


def address_of(public: bytes) -> str:
    """Return the address of a public key: 20 bytes of its digest in Bech32."""
    digest = hashlib.sha256(public).digest()
    try:
        short = hashlib.new("ripemd160", digest).digest()
    except ValueError:  # not in every OpenSSL; another address serves here as well
        short = digest[:20]
    bits = int.from_bytes(short, "big")
    data = [bits >> place & 31 for place in range(155, -1, -5)]
    named = [ord(one) >> 5 for one in _PREFIX] + [0] + [ord(one) & 31 for one in _PREFIX]
    check = _polymod([*named, *data, *([0] * 6)]) ^ 1
    data += [check >> place & 31 for place in range(25, -1, -5)]
    return f"{_PREFIX}1{''.join(_LETTERS[one] for one in data)}"


def _polymod(values: list[int]) -> int:
    found = 1
    for value in values:
        top = found >> 25
        found = (found & 0x1FFFFFF) << 5 ^ value
        for number, tap in enumerate(_TAPS):
            if top >> number & 1:
                found ^= tap
    return found
