"""Engines that recalculate a workbook: what one must do, and the one that is built in."""
