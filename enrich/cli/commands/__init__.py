"""The commands, one module each: ``HELP``, ``RANK`` (place in the list), ``add(parser)``, ``main(arguments) -> int``.

Modules import what is heavy only when they run: ``enrich --help`` must stay quick.
"""
