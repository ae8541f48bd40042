"""A configuration that is to trade at an exchange, and cannot: one message that says why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.runtime.test_config import document, refusal

from tidegate.errors import Code

if TYPE_CHECKING:
    from pathlib import Path

HERE = "http://127.0.0.1:8080"


def live(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - right and wrong ones
    """Return changes that make a configuration trade at an exchange on this machine."""
    found: dict[str, Any] = {
        "account__name": "main",
        "candles": {"source": "live", "url": HERE},
        "live": {"network": "local", "url": HERE, "key": "main"},
    }
    for name, value in changes.items():
        part, _, field = name.partition("__")
        if not field:
            found[name] = value
        elif value is None:
            del found[part][field]
        else:
            found[part] = found[part] | {field: value}
    return found


@pytest.mark.parametrize(
    ("changes", "code", "where", "says"),
    [
        (live(live__network=None), Code.MISSING_FIELD, "live.network", "network"),
        (live(live__key=None), Code.MISSING_FIELD, "live.key", "key"),
        (live(live__network="casino"), Code.BAD_SETTING, "live.network", "'testnet'"),
        (live(live__netwrok="local"), Code.UNKNOWN_FIELD, "live.netwrok", 'mean "network"'),
        (live(live__amount=1), Code.UNKNOWN_FIELD, "live.amount", "means nothing here"),
        (live(live__slippage=0.2), Code.BAD_SETTING, "live.slippage", "less than 0.1"),
        (live(live__slippage=-0.1), Code.BAD_SETTING, "live.slippage", "or equal to 0"),
        (live(live__patience_s=0), Code.BAD_SETTING, "live.patience_s", "greater than 0"),
        (live(live__patience_s=7200), Code.BAD_SETTING, "live.patience_s", "3600"),
        (live(live__url=None), Code.BAD_SETTING, "live.url", "needs an address"),
        (live(live__network="mainnet"), Code.BAD_SETTING, "live.url", "its own address"),
        (live(live__network="testnet"), Code.BAD_SETTING, "live.url", "its own address"),
        (live(live__url="http://venue.example"), Code.BAD_SETTING, "live.url", "this machine"),
        (
            live(candles={"source": "files", "datadir": "data"}),
            Code.BAD_SETTING, "candles.source", "as they close",
        ),
        (live(candles={"source": "live"}), Code.BAD_SETTING, "candles.url", HERE),
        (live(candles__exchange="okx"), Code.BAD_SETTING, "candles.exchange", "okx"),
        (live(candles__url=f"{HERE}0"), Code.BAD_SETTING, "candles.url", f"{HERE}0"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(
    tmp_path: Path, changes: dict[str, object], code: Code, where: str, says: str
) -> None:
    said = refusal(tmp_path, document(**changes))
    assert said.code == code
    assert where in said.where
    assert says in str(said)


def test_an_account_that_trades_at_an_exchange_needs_a_name(tmp_path: Path) -> None:
    changes = live()
    del changes["account__name"]
    said = refusal(tmp_path, document(**changes))
    assert "account.name" in said.where
    assert "a name of its own" in str(said)
