"""The sheets and charts that are added to a workbook."""
