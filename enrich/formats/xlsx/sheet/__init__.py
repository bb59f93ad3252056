"""One worksheet: its cells, read and spliced."""
