"""What can go wrong: the errors a cell shows, and the exceptions a person reads."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ErrorKind(StrEnum):
    """An error as a spreadsheet prints it."""

    VALUE = "#VALUE!"
    NUM = "#NUM!"
    DIV0 = "#DIV/0!"
    NA = "#N/A"
    REF = "#REF!"
    NAME = "#NAME?"
    NULL = "#NULL!"
    SPILL = "#SPILL!"
    CALC = "#CALC!"
    GETTING_DATA = "#GETTING_DATA"


@dataclass(frozen=True, slots=True)
class CellError:
    """An error standing in a cell or in one place of an array.

    Two are equal when a spreadsheet would print them alike; the sentence and the
    argument say more where the error arose in one of our functions.
    """

    kind: ErrorKind
    sentence: str = ""
    argument: str = ""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, CellError) and other.kind is self.kind

    def __hash__(self) -> int:
        return hash(self.kind)

    def __str__(self) -> str:
        return self.kind.value


class UnitsheetError(Exception):
    """Anything unitsheet refuses; the message is one sentence that says what to do."""


class InputError(UnitsheetError):
    """Something a person typed cannot be used: a name, a figure, an option."""


class FileError(UnitsheetError):
    """A file cannot be read or written; it is left as it was."""


class FunctionError(InputError, ValueError):
    """A function has no result: its kind, the sentence and the argument at fault."""

    def __init__(self, function: str, error: CellError) -> None:
        self.function = function
        self.kind = error.kind
        self.sentence = error.sentence
        self.argument = error.argument
        super().__init__(f"{function}: {error.sentence or 'an argument is an error'} ({error.kind.value})")

    def __reduce__(self) -> tuple[type[FunctionError], tuple[str, CellError]]:
        return type(self), (self.function, CellError(self.kind, self.sentence, self.argument))
