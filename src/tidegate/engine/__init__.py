"""The path: one step over events, and the ports it needs."""
