"""What the numbers mean: functions, units, errors, companies. No file format, no Excel."""
