"""What main.py shows in a Pyodide that has no NumPy: its declarations, and that all of it loads."""

from __future__ import annotations

import pkgutil
import sys
from importlib import import_module
from typing import Any
from unittest.mock import MagicMock

main, lite = import_module("main"), import_module("xlwings")
declared = lite.declared(main)
without_numpy = lite.call(declared["UE.CAC"], [[[1000]], [[8]], None, None, None])


def loaded() -> dict[str, Any]:
    """The registry out of main.py, behind all modules; in NumPy's place is what calculates nothing."""
    numpy = MagicMock()
    numpy.polynomial.legendre.leggauss.return_value = (MagicMock(), MagicMock())
    sys.modules["numpy"], sys.modules["numpy.typing"] = numpy, numpy.typing
    main._unpacked()
    import engine
    from engine.registry import functions

    for module in pkgutil.walk_packages(engine.__path__, "engine."):
        import_module(module.name)
    return {name: list(function.arguments) for name, function in functions().items()}


found = {
    "python": sys.version.split()[0],
    "platform": sys.platform,
    "told": lite.told(main),
    "without_numpy": without_numpy,
    "functions": loaded(),
    "modules": sorted(name for name in sys.modules if name.partition(".")[0] in ("engine", "udfs")),
}
