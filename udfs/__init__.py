"""How a function reaches a spreadsheet: one adapter per host."""
