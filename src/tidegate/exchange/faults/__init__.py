"""The ways in which an exchange fails, each a small thing with a name, at a chosen moment."""

from tidegate.exchange.faults.fault import ABOUT, Family, Fault, Kind
from tidegate.exchange.faults.plan import FaultPlan
from tidegate.exchange.faults.script import parse_faults, read_script

__all__ = ["ABOUT", "Family", "Fault", "FaultPlan", "Kind", "parse_faults", "read_script"]
