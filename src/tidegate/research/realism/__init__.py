"""What a backtest assumes of the market, said aloud, and how far that may be trusted."""

from tidegate.research.realism.assumptions import Assumption, assumptions
from tidegate.research.realism.grade import Circumstances, Grade, grade
from tidegate.research.realism.profile import PROFILES, Realism
from tidegate.research.realism.slippage import MODELS, Slippage

__all__ = [
    "MODELS",
    "PROFILES",
    "Assumption",
    "Circumstances",
    "Grade",
    "Realism",
    "Slippage",
    "assumptions",
    "grade",
]
