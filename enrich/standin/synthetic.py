"""A report for any hash, made from the hash alone and cheap to make: what benchmarks and soak tests ask about.

The long part, the engines' verdicts, is rendered and compressed once for each of a few verdicts. What differs from
file to file stands at the end and goes into the gzip stream as it is, so that a body costs microseconds.
"""

from __future__ import annotations

import hashlib
import json
import random
import struct
import zlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from enrich.standin.reports import LIBRARIES, LINK, attributes, dump

DETECTIONS = (0, 0, 0, 0, 1, 2, 5, 12, 24, 33, 41, 48, 53, 58, 62, 67)
"""Malicious verdicts of 72, by a hash's number modulo 16."""
ENGINES_OF_FILES = 72
ENGINES_UNABLE = 4
RESOURCES_LISTED = 60
"""Listed in a dense report."""
EXPORT_PREFIXES = ("Hook", "Real", "Try")
GZIP_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
REPORT_CLOSING = b"\n        }\n    }\n}"
REPORT_TAIL = """,
            "md5": "{md5}",
            "sha1": "{sha1}",
            "sha256": "{sha256}",
            "meaningful_name": "sample-{short}.exe",
            "names": [
                "sample-{short}.exe"
            ],
            "size": {size},
            "times_submitted": {times},
            "unique_sources": {times},
            "first_submission_date": {first},
            "last_submission_date": {last},
            "last_analysis_date": {last}
        }},
        "type": "file",
        "id": "{sha256}",
        "links": {{
            "self": "{link}{sha256}"
        }}
    }}
}}"""


@dataclass(frozen=True, slots=True)
class Synthetic:
    """The facts of one made-up file: what a correct answer about it must say."""

    md5: str
    sha1: str
    sha256: str
    malicious: int
    engines: int
    first_submission_date: int
    last_analysis_date: int
    size: int
    times_submitted: int
    number: int


def hashes(number: int) -> tuple[str, str, str]:
    """md5, sha1 and sha256 of made-up file ``number``; the stand-in knows the three as one file."""
    return family(hashlib.md5(str(number).encode(), usedforsecurity=False).hexdigest())


def family(md5: str) -> tuple[str, str, str]:
    """Return the three hashes that belong together: each longer one begins with the md5."""
    digits = md5 + hashlib.blake2b(md5.encode(), digest_size=16).hexdigest()
    return md5, digits[:40], digits


def facts(asked: str) -> Synthetic:
    """Return the file that a lower-case hash names. One outside the families above is a file of its own."""
    md5, sha1, sha256 = family(asked[:32])
    if asked not in (md5, sha1, sha256):
        own = hashlib.sha256(asked.encode()).hexdigest()
        md5, sha1, sha256 = own[:32], own[:40], own
        sha1, sha256 = (asked, sha256) if len(asked) == 40 else (sha1, asked)
    number = int(md5[:15], 16)
    first = 1_136_073_600 + number % 600_000_000
    return Synthetic(
        md5=md5,
        sha1=sha1,
        sha256=sha256,
        malicious=DETECTIONS[number % len(DETECTIONS)],
        engines=ENGINES_OF_FILES,
        first_submission_date=first,
        last_analysis_date=first + number % 30_000_000,
        size=1024 + number % 9_000_000,
        times_submitted=1 + number % 97,
        number=number,
    )


def absent(asked: str, share: float) -> bool:
    """Return whether the stand-in does not know this file: the same files each time, whichever hash is asked."""
    return share > 0 and facts(asked).number * 7919 % 10_000 < share * 10_000


def shared(asked: str, share: float) -> bool:
    """Return whether a made-up file is one of the ``share`` that distributions are made of: the same files each
    time.
    """
    return share > 0 and facts(asked).number * 104_729 % 10_000 < share * 10_000


def body(asked: str, *, gzip: bool, dense: bool = False) -> bytes:
    """Return the report, plain or as a gzip stream. ``dense``: about as long, says twice as much and is not
    indented.
    """
    file = facts(asked)
    stem = _stem(file.malicious, dense)
    tail = REPORT_TAIL.format(
        md5=file.md5,
        sha1=file.sha1,
        sha256=file.sha256,
        short=file.sha256[:8],
        size=file.size,
        times=file.times_submitted,
        first=file.first_submission_date,
        last=file.last_analysis_date,
        link=LINK,
    ).encode()
    if not gzip:
        return stem.plain + tail
    stored = struct.pack("<BHH", 1, len(tail), len(tail) ^ 0xFFFF)
    end = struct.pack("<II", zlib.crc32(tail, stem.crc), len(stem.plain) + len(tail))
    return b"".join((stem.packed, stored, tail, end))


@dataclass(frozen=True, slots=True)
class Stem:
    """The part that files with equal verdicts share, plain and as the start of a gzip stream."""

    plain: bytes
    packed: bytes
    crc: int


@lru_cache(maxsize=2 * len(DETECTIONS))
def _stem(malicious: int, dense: bool) -> Stem:
    shared_part = attributes(
        {
            "sha256": f"{malicious:064x}",
            "type_description": "Win32 EXE",
            "type_tag": "peexe",
            "type_tags": ["executable", "windows", "win32", "pe", "peexe"],
            "type_extension": "exe",
            "magic": "PE32 executable (GUI) Intel 80386, for MS Windows",
            "last_analysis_stats": {
                "malicious": malicious,
                "undetected": ENGINES_OF_FILES - malicious,
                "type-unsupported": ENGINES_UNABLE,
            },
            "reputation": -(malicious // 10),
            "tags": ["peexe", "overlay", "detect-debug-environment", "long-sleeps"],
            "crowdsourced_yara_results": YARA_RULES,
            "sandbox_verdicts": {
                "Zenbox": {"category": "harmless" if malicious < 5 else "malicious", "confidence": 90}
            },
            **({"popular_threat_classification": THREAT_CLASSIFICATION} if malicious > DETECTIONS[8] else {}),
        }
    )
    for name in ("sha256", "names"):
        del shared_part[name]
    if dense:
        exports = [f"{how}{name}" for how in EXPORT_PREFIXES for names in LIBRARIES.values() for name in names.split()]
        shared_part["pe_info"] |= {"exports": exports, "resource_details": _resources(malicious)}
        plain = json.dumps({"data": {"attributes": shared_part}}).encode().removesuffix(b"}}}")
    else:
        plain = dump({"data": {"attributes": shared_part}}).removesuffix(REPORT_CLOSING)
    deflate = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = GZIP_HEADER + deflate.compress(plain) + deflate.flush(zlib.Z_FULL_FLUSH)
    return Stem(plain, packed, zlib.crc32(plain))


def _resources(seed: int) -> list[dict[str, Any]]:
    """Return what a program carries, as large reports list it: half of it digits that do not compress."""
    dice = random.Random(seed)  # noqa: S311 - made-up data, no secret
    return [
        {
            "lang": dice.choice(("ENGLISH US", "NEUTRAL", "RUSSIAN", "GERMAN")),
            "entropy": round(dice.uniform(0.5, 7.9), 2),
            "chi2": round(dice.uniform(1e3, 1e6), 2),
            "filetype": dice.choice(("Data", "PNG", "ICO", "XML 1.0 document text")),
            "sha256": f"{dice.getrandbits(256):064x}",
            "type": dice.choice(("RT_ICON", "RT_STRING", "RT_DIALOG", "RT_GROUP_ICON", "RT_VERSION", "RT_MANIFEST")),
        }
        for _ in range(RESOURCES_LISTED)
    ]


YARA_RULES = [
    {
        "rule_name": f"synthetic_rule_{number:02}",
        "ruleset_name": "synthetic",
        "ruleset_id": f"{number * 2654435761 % 2**40:010x}",
        "author": "ioc-enrich",
        "source": "https://example.com/rules",
        "description": "A rule that exists only to give this report the size of a real one with many matches",
    }
    for number in range(12)
]
THREAT_CLASSIFICATION = {
    "suggested_threat_label": "trojan.synthetic/standin",
    "popular_threat_category": [["trojan", 21]],
    "popular_threat_name": [["synthetic", 14], ["standin", 6]],
}
