"""A run in parts: many inputs, read and joined by workers, looked up by one process."""
