"""A formula that is one call of a function, as Python arguments."""

from __future__ import annotations

from typing import Any

from openpyxl.formula.tokenizer import Token, Tokenizer


def call(formula: str) -> tuple[str, list[Any]]:
    """Name and arguments: `=TOB_CASH({100,50},,"x")` is TOB_CASH, [[100, 50], None, "x"]."""
    tokens = [token for token in Tokenizer(formula).items if token.type != Token.WSPACE]
    inner = tokens[1:-1]
    closed = len(tokens) > 1 and (tokens[-1].type, tokens[-1].subtype) == (Token.FUNC, Token.CLOSE)
    if not closed or tokens[0].type != Token.FUNC or any(token.type == Token.FUNC for token in inner):
        raise ValueError(f"{formula} is not one call of a function")
    return tokens[0].value[:-1].upper(), [_value(part) for part in _parts(inner, ",")] if inner else []


def _parts(tokens: list[Token], mark: str) -> list[list[Token]]:
    """The tokens between the marks that are not inside an array."""
    parts: list[list[Token]] = [[]]
    depth = 0
    for token in tokens:
        depth += (token.subtype == Token.OPEN) - (token.subtype == Token.CLOSE)
        if token.type == Token.SEP and token.value == mark and not depth:
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def _value(tokens: list[Token]) -> Any:
    """What one argument or one cell of an array holds; a row of an array is a list."""
    if not tokens:
        return None
    if tokens[0].type == Token.ARRAY:
        rows = [[_value(cell) for cell in _parts(row, ",")] for row in _parts(tokens[1:-1], ";")]
        return rows if len(rows) > 1 else rows[0]
    operand, *others = [token for token in tokens if token.type == Token.OPERAND]
    if others or operand.subtype == Token.RANGE:
        raise ValueError(f"{''.join(token.value for token in tokens)} is no constant")
    if operand.subtype == Token.TEXT:
        return operand.value[1:-1].replace('""', '"')
    if operand.subtype == Token.LOGICAL:
        return operand.value.upper() == "TRUE"
    number = float(operand.value) / 100 ** sum(token.type == Token.OP_POST for token in tokens)
    number *= (-1) ** sum(token.value == "-" for token in tokens)
    return int(number) if number.is_integer() else number
