"""Everything that touches Freqtrade: its strategies, its configuration, its results."""
