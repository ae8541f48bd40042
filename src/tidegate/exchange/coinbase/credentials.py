"""The two kinds of Coinbase's keys, made from a key and secret of the venue's.

One is a PEM with an elliptic curve's key under a name that begins with `organizations/`, the
other 64 bytes of an Ed25519 key in base64. A secret that is one of these already stays it.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    derive_private_key,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from tidegate.errors import Code, OptionError

if TYPE_CHECKING:
    from tidegate.exchange.keys import ApiKey

_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Of the curve P-256."""
_HALF: Final = 32
_PEM: Final = "-----BEGIN"
_PATH: Final = "organizations/loopback/apiKeys/"


@dataclass(frozen=True, slots=True)
class Credential:
    """A key as a client is told it, and what checks its signatures."""

    name: str
    secret: str
    algorithm: str
    owner: ApiKey
    private: EllipticCurvePrivateKey | Ed25519PrivateKey

    def signed(self, text: bytes, signature: bytes) -> bool:
        """Tell whether a text was signed with this key."""
        try:
            if isinstance(self.private, Ed25519PrivateKey):
                self.private.public_key().verify(signature, text)
            else:
                first, second = signature[:_HALF], signature[_HALF:]
                pair = encode_dss_signature(
                    int.from_bytes(first, "big"), int.from_bytes(second, "big")
                )
                self.private.public_key().verify(pair, text, ECDSA(SHA256()))
        except InvalidSignature:
            return False
        return True


def credentials_of(key: ApiKey) -> list[Credential]:
    """Return the credentials that open a key's account; the first is the one to be shown."""
    if key.secret.startswith(_PEM):
        return [_curve(key, _loaded(key), key.key)]
    seed = _seed_in(key.secret)
    if seed is not None:
        return [_edwards(key, seed)]
    number = int.from_bytes(sha256(f"p256:{key.key}:{key.secret}".encode()).digest(), "big")
    made = derive_private_key(number % (_ORDER - 1) + 1, SECP256R1())
    seed = sha256(f"ed25519:{key.key}:{key.secret}".encode()).digest()
    return [_curve(key, made, f"{_PATH}{key.key}"), _edwards(key, seed)]


def _loaded(key: ApiKey) -> EllipticCurvePrivateKey:
    try:
        loaded = load_pem_private_key(key.secret_bytes, None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise _no_key(key, str(error)) from error
    if not isinstance(loaded, EllipticCurvePrivateKey) or not isinstance(loaded.curve, SECP256R1):
        raise _no_key(key, "a key of another kind")
    return loaded


def _no_key(key: ApiKey, found: str) -> OptionError:
    return OptionError(
        Code.BAD_OPTION,
        f"the secret of {key.key} begins like a PEM, and is none that can be used",
        where="--key",
        expected="a private key of the curve P-256, without a password",
        found=found,
        remedy="give such a key, or any other word: keys are made of it",
    )


def _curve(key: ApiKey, private: EllipticCurvePrivateKey, name: str) -> Credential:
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    return Credential(name, pem.decode(), "ES256", key, private)


def _edwards(key: ApiKey, seed: bytes) -> Credential:
    private = Ed25519PrivateKey.from_private_bytes(seed)
    both = seed + private.public_key().public_bytes_raw()
    return Credential(key.key, base64.b64encode(both).decode(), "EdDSA", key, private)


def _seed_in(secret: str) -> bytes | None:
    try:
        decoded = base64.b64decode(secret, validate=True)
    except binascii.Error:
        return None
    return decoded[:_HALF] if len(decoded) == 2 * _HALF else None
