"""How YARA rules write values that are no file's hash: of a part of a file, or texts and bytes that they look for."""

from __future__ import annotations

import re

# hash.md5(pe.rich_signature.clear_data) == "<md5>"; not hash.md5(0, filesize) == "<md5>"
_PART_OF_PROGRAM = re.compile(r"hash\.(?:md5|sha1|sha256)\((?!\s*0\s*,\s*filesize\b)[^=]*\)\s*==\s*[\"']$")
"""YARA's hash of a section or a resource; of the whole file, from 0 to ``filesize``, it is the file's."""
FOR_HASHES = "(?:hash|md5|sha|ioc|indicator|sample|malware|bad|file|target)"
"""What is in the names of variables that hold hashes of files."""
_STRING_OF_RULE = re.compile(
    # $s1 = "<hash>"; not $hash1 = "<hash>", and not $x = "<hash>" at the margin, where a script sets a variable
    rf"(?:^|\n)\s+(?<!\w)\$(?!\w*{FOR_HASHES})\w*"
    # $b = { <hex> }: bytes, wherever they stand
    # content:"<md5>" of Snort and Suricata
    r"\s*=\s*[\"']\s*$|(?<!\w)\$\w*\s*=\s*\{\s*$|(?<![\w\"'])content\s*:\s*!?\s*[\"']$",
    re.IGNORECASE,
)


def in_rule(before: str) -> str:
    """Return why a value behind ``before`` is a rule's and no file's hash; "" where it is not."""
    if not before.rstrip().endswith(("'", '"', "{")):
        return ""
    if _PART_OF_PROGRAM.search(before):
        return "hash of a part of a program"
    if _STRING_OF_RULE.search(before):
        return "text or bytes that a rule looks for, not a file's hash"
    return ""
