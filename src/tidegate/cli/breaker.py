"""The `tidegate breaker` commands."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tidegate.cli.terminal import err, out

if TYPE_CHECKING:
    from tidegate.guardrails.breaker import BreakerState
    from tidegate.guardrails.environment import RiskSettings

app = typer.Typer(
    no_args_is_help=True,
    help="Stop new trading on this machine, in every process at once, and let it go on again.",
)

_ON = 1

File = Annotated[
    Path | None,
    typer.Option(
        "--file",
        help="The breaker's file; left out: RISK_CIRCUIT_BREAKER_FILE, or circuit_breaker.json "
        "in RISK_STATE_DIR (user_data/state).",
        show_default=False,
    ),
]


@app.command()
def status(
    file: File = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")] = False,
) -> None:
    """Say whether the breaker is on, why and until when; exit with 1 if it stops trading."""
    from tidegate.guardrails.breaker import status as look

    settings, path = _settings(file)
    now_ns = time.time_ns()
    state = look(path)
    if as_json:
        _say(json.dumps(_document(state, settings, path, now_ns), indent=2))
    else:
        _show(state, path, now_ns)
    if state.is_on(now_ns) and settings.allow_when_breaker:
        err.print("note: RISK_ALLOW_WHEN_CB lets trading go on all the same", soft_wrap=True)
    elif state.is_on(now_ns):
        raise typer.Exit(_ON)


@app.command()
def enable(
    reason: Annotated[str, typer.Option(help="Why, for those who find it on.")],
    minutes: Annotated[
        int | None,
        typer.Option(help="For how long; left out: until it is put off.", show_default=False),
    ] = None,
    file: File = None,
) -> None:
    """Put the breaker on: nothing new is traded, and positions may still be closed."""
    from tidegate.guardrails.breaker import enable as put_on

    _, path = _settings(file)
    now_ns = time.time_ns()
    _show(put_on(path, reason, minutes, now_ns), path, now_ns)


@app.command()
def disable(file: File = None) -> None:
    """Put the breaker off. What a drawdown limit has latched stays latched."""
    from tidegate.guardrails.breaker import disable as put_off

    _, path = _settings(file)
    now_ns = time.time_ns()
    _show(put_off(path, now_ns), path, now_ns)


def _settings(file: Path | None) -> tuple[RiskSettings, Path]:
    from tidegate.guardrails.environment import read_environment

    settings = read_environment(os.environ)
    return settings, file or settings.breaker_file


def _show(state: BreakerState, path: Path, now_ns: int) -> None:
    from tidegate.guardrails.wording import instant

    on = state.is_on(now_ns)
    lines = [f"the breaker is {'on' if on else 'off'}"]
    if on:
        lines.append(f"  reason  {state.why(now_ns)}")
    if on and not state.damage:
        since = "not said" if state.since_ns is None else instant(state.since_ns)
        until = "it is put off" if state.until_ns is None else instant(state.until_ns)
        lines += [f"  since   {since}", f"  until   {until}"]
    _say("\n".join([*lines, f"  file    {path.absolute()}"]))


def _document(
    state: BreakerState, settings: RiskSettings, path: Path, now_ns: int
) -> dict[str, object]:
    from tidegate.guardrails.wording import instant

    return {
        "on": state.is_on(now_ns),
        "reason": state.why(now_ns),
        "since": None if state.since_ns is None else instant(state.since_ns),
        "until": None if state.until_ns is None else instant(state.until_ns),
        "damaged": bool(state.damage),
        "heeded": not settings.allow_when_breaker,
        "file": str(path.absolute()),
    }


def _say(text: str) -> None:
    out.print(text, markup=False, highlight=False, soft_wrap=True)
