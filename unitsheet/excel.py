"""What the Python that Excel starts loads: every worksheet function under its name, for xlwings.

Excel shows no more than an error where something fails. What it was stands in a log
in the folder of unitsheet, whose path `unitsheet doctor` says.
"""

from __future__ import annotations

import contextlib
import logging

from udfs.com import wrapped
from unitsheet.excel_places import log_file
from unitsheet.owners import refuse_strangers

_BYTES = 1_000_000
# Ours, and that of xlwings, which says that the server runs.
_LOGGERS = ("unitsheet", "udfs", "engine", "xlwings")
_HANDLER = "unitsheet in Excel"


def _log_to_file() -> None:
    """Append to the log what the loggers say, with the log of before put aside once it is long."""
    path = log_file()
    with contextlib.suppress(OSError):  # several Excels may write to it, and one that cannot calculates too
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and path.stat().st_size > _BYTES:
            path.replace(path.with_suffix(".old"))
        handler = logging.FileHandler(path, encoding="utf-8")
        handler.name = _HANDLER
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
        for name in _LOGGERS:
            logger = logging.getLogger(name)
            # xlwings loads this module anew when its file changes.
            if not any(known.name == _HANDLER for known in logger.handlers):
                logger.setLevel(logging.INFO)
                logger.addHandler(handler)


_log_to_file()
try:
    refuse_strangers()
except ImportError as error:
    logging.getLogger("unitsheet").error("%s", error)
    raise
globals().update(wrapped())
