"""A formula of an old workbook, stored as tokens in postfix order, as far as its texts and its functions go.

Token names and sizes are those of [MS-XLS] 2.5.198. Operands that are no text stand as ``x``; functions other than the
two that matter stand as their arguments. Nothing is calculated.
"""

from __future__ import annotations

import struct

_TOKEN_SIZES = {
    0x01: 5, 0x02: 5, 0x15: 1, 0x16: 1, 0x1C: 2, 0x1D: 2, 0x1E: 3, 0x1F: 9, 0x20: 8, 0x21: 3, 0x22: 4, 0x23: 5,
    0x24: 5, 0x25: 9, 0x26: 7, 0x27: 7, 0x28: 7, 0x29: 3, 0x2A: 5, 0x2B: 9, 0x2C: 5, 0x2D: 9, 0x39: 7, 0x3A: 7,
    0x3B: 11, 0x3C: 7, 0x3D: 11,
}  # fmt: skip
"""Bytes of a token with its operand, by its type."""
_FIRST_BINARY, _LAST_BINARY, _CONCAT = 0x03, 0x11, 0x08
_STR, _ATTR, _FUNC, _FUNC_VAR = 0x17, 0x19, 0x21, 0x22
_CHOOSE = 0x04
_OPERAND_TOKENS = {
    0x16, 0x1C, 0x1D, 0x1E, 0x1F, 0x20, 0x23, 0x24, 0x25, 0x2A, 0x2B, 0x2C, 0x2D, 0x39, 0x3A, 0x3B, 0x3C, 0x3D,
}  # fmt: skip
_FUNCTIONS = {359: "HYPERLINK", 336: "CONCATENATE"}


def formula_text(tokens: bytes) -> str:
    """Return the formula in the notation of people, roughly; up to where it holds what is not known."""
    stack: list[str] = []
    at, end_of_tokens = 0, len(tokens)
    tokens += bytes(8)  # what is cut short ends in zeros
    while at < end_of_tokens:
        kind = tokens[at]
        kind = kind & 0x1F | 0x20 if kind >= 0x40 else kind  # references, values and arrays of one token
        if _FIRST_BINARY <= kind <= _LAST_BINARY:
            right, left = _pop(stack), _pop(stack)
            stack.append(f"{left}&{right}" if kind == _CONCAT else f"{left}+{right}")
            at += 1
        elif kind in (0x12, 0x13, 0x14):
            at += 1
        elif kind == _STR:
            length, wide = tokens[at + 1], tokens[at + 2] & 1
            end = at + 3 + (length * 2 if wide else length)
            text = tokens[at + 3 : end].decode("utf-16-le" if wide else "latin-1", "replace")
            stack.append('"' + text.replace('"', '""') + '"')
            at = end
        elif kind == _ATTR:
            # CHOOSE has a table of jumps behind it: two bytes a choice, and one jump more.
            more = (struct.unpack_from("<H", tokens, at + 2)[0] + 1) * 2 if tokens[at + 1] & _CHOOSE else 0
            at += 4 + more
        elif kind == _FUNC_VAR:
            count, number = tokens[at + 1] & 0x7F, struct.unpack_from("<H", tokens, at + 2)[0] & 0x7FFF
            arguments = [_pop(stack) for _ in range(min(count, len(stack)))]
            stack.append(f"{_FUNCTIONS.get(number, '')}({','.join(reversed(arguments))})")
            at += 4
        elif kind in _TOKEN_SIZES:
            if kind in _OPERAND_TOKENS:
                stack.append("x")
            at += _TOKEN_SIZES[kind]
        else:
            break
    return " ".join(stack)


def _pop(stack: list[str]) -> str:
    return stack.pop() if stack else "x"
