"""A process of its own that runs cases with whichever Tidegate stands first in its path.

Prints where that Tidegate stands and, for each case, how many differences there are and
the rule behind the first.
"""

from __future__ import annotations

import json
import logging
import sys
import tempfile
import warnings
from pathlib import Path
from typing import Any

import tidegate


def main(words: list[str]) -> None:
    """Judge the cases whose names are given."""
    # The folder of the Tidegate to be judged has to be known before the rest is imported.
    from freqtrade.optimize.backtesting import Backtesting  # noqa: PLC0415 - see above
    from tests.parity.cases import ZOO, named  # noqa: PLC0415 - see above
    from tests.parity.markets import write  # noqa: PLC0415 - see above
    from tests.parity.running import play  # noqa: PLC0415 - see above

    from tidegate.freqtrade.backtesting import CompiledBacktesting  # noqa: PLC0415 - see above
    from tidegate.freqtrade.parity import compare  # noqa: PLC0415 - see above
    from tidegate.freqtrade.parity.rules import rule_of  # noqa: PLC0415 - see above

    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        for word in words:
            case = named(word)
            data = Path(folder) / case.market.name
            write(case.market, data)
            theirs, ours = (
                play(program, case, data=data, strategies=ZOO, scratch=Path(folder))
                for program in (Backtesting, CompiledBacktesting)
            )
            differences = compare(theirs.content, ours.content)
            found[word] = {
                "trades": len(theirs.content["results"]),
                "differences": len(differences),
                "rule": rule_of(differences[0]).name if differences else None,
            }
    json.dump({"tidegate": tidegate.__file__, "cases": found}, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1:])
