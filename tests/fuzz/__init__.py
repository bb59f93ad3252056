"""A byte-mutation run over every reader: no traceback, no hang. ``make fuzz``; not collected by pytest."""
