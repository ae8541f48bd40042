"""How large a position ought to be: a proposal, which the gate may refuse."""

from tidegate.strategies.sizing.correlation import Held, divisor
from tidegate.strategies.sizing.footing import Cap, Footing
from tidegate.strategies.sizing.proposal import Proposal, propose

__all__ = ["Cap", "Footing", "Held", "Proposal", "divisor", "propose"]
