"""The loop that looks at every candle: all order kinds, and callbacks into Python."""
