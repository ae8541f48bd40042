"""The front door: words in, words out, nothing decided here."""

__all__ = ["main"]


def main() -> None:
    """Run a command. Its parts take a moment to load, and Ctrl-C may come in it."""
    try:
        from tidegate.cli.app import main as run
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    run()
