"""What a workbook is: plan, build, read, recalculate, write back."""
