"""Where the market goes: candles, the seconds inside them, and the crowd that trades there."""
