"""The report of an account that was traded: what it came to, trade by trade, in one file."""

from tidegate.research.account_report.page import page, write_page
from tidegate.research.account_report.story import Sums, Tale, sums_by

__all__ = ["Sums", "Tale", "page", "sums_by", "write_page"]
