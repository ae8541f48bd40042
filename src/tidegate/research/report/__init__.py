"""The backtest report: one HTML file that opens from disk, and the trades as CSV."""

from tidegate.research.report.chart import ChartData
from tidegate.research.report.page import write_html
from tidegate.research.report.trades_csv import write_trades_csv

__all__ = ["ChartData", "write_html", "write_trades_csv"]
