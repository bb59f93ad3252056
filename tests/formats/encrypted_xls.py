"""An old workbook encrypted with a password, as Excel does it: RC4 with a key of 40 bits ([MS-OFFCRYPTO] 2.3.6)."""

from __future__ import annotations

import hashlib
import io
import struct
from collections.abc import Iterator

import olefile

BOF, FILEPASS, BOUNDSHEET, WRITEACCESS, INTERFACEHDR = 0x0809, 0x002F, 0x0085, 0x005C, 0x00E1
BLOCK = 1024


def _keystream(key: bytes) -> Iterator[int]:
    state, j = list(range(256)), 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) % 256
        state[i], state[j] = state[j], state[i]
    i = j = 0
    while True:
        i = (i + 1) % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        yield state[(state[i] + state[j]) % 256]


def _block_key(password: str, salt: bytes, block: int) -> bytes:
    short = hashlib.md5(password.encode("utf-16-le")).digest()[:5]
    key = hashlib.md5((short + salt) * 16).digest()[:5]
    return hashlib.md5(key + struct.pack("<I", block)).digest()


def encrypted(content: bytes, password: str) -> bytes:
    """The same workbook under a password. Its record of who wrote it makes room for the one that says so."""
    salt, verifier = bytes(range(16)), b"v" * 16
    stream = _keystream(_block_key(password, salt, 0))
    proof = bytes(byte ^ next(stream) for byte in verifier + hashlib.md5(verifier).digest())
    with olefile.OleFileIO(io.BytesIO(content)) as container:
        book = bytearray(container.openstream("Workbook").read())
    at = 0
    while at + 4 <= len(book):
        kind, size = struct.unpack_from("<2H", book, at)
        if kind == WRITEACCESS and size >= 58:
            passed = struct.pack("<2H3H", FILEPASS, 54, 1, 1, 1) + salt + proof[:16] + proof[16:]
            rest = size + 4 - len(passed)
            book[at : at + size + 4] = passed + struct.pack("<2H", 0x0031 + 0x0F00, rest - 4) + bytes(rest - 4)
            kind, size = FILEPASS, 54
        if kind not in (BOF, FILEPASS, INTERFACEHDR):
            first = at + 4 + (4 if kind == BOUNDSHEET else 0)
            for place in range(first, at + 4 + size):
                book[place] ^= _byte(password, salt, place)
        at += 4 + size
    out = io.BytesIO(content)
    with olefile.OleFileIO(out, write_mode=True) as container:
        container.write_stream("Workbook", bytes(book))
        return out.getvalue()


_blocks: dict[tuple[str, int], bytes] = {}


def _byte(password: str, salt: bytes, place: int) -> int:
    block = place // BLOCK
    if (password, block) not in _blocks:
        stream = _keystream(_block_key(password, salt, block))
        _blocks[password, block] = bytes(next(stream) for _ in range(BLOCK))
    return _blocks[password, block][place % BLOCK]
