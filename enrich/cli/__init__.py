"""The command line: flags, terminal, console."""
