"""What README claims of speed and memory, measured against plain tools in one and the same run: ``make bench``.

Ratios hold from machine to machine, absolute figures do not; so each is printed beside its bar, met or not.
"""
