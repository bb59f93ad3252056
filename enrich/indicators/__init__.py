"""The kinds of indicator, one module each: how to recognise one in text and write it canonically.

A kind's module offers ``KIND: str``, ``find(text) -> list[Match]`` and ``trivial(value) -> str`` (why a value is not
worth a call, or ""). It knows nothing of files or services.
"""
