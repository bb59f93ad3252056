"""Lines made to keep a reader of text busy: what opens and never ends, what nests, and thousands of values in a row.

Seeds of ``make fuzz``, and read by the scan's tests of speed: each may take a time that grows with its length alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

REPEATED = {
    "dots": "a.", "dashes and dots": "a-a.", "digits and dots": "1.", "addresses": "1.2.3.4 ", "glued addresses": "1.2.3.4.",
    "schemes": "http://", "defanged schemes": "hxxp[:]//", "defanged dots": "[.]", "defanged names": "a[.]", "colons": ":",
    "names and colons": "a:", "bytes and colons": "ab:", "v6": "fe80::1:", "ats": "a@", "mail": "a@a.com", "braces": "{",
    "records": '{"a":', "brackets": "[", "links": "[a](", "parentheses": "(", "elements": "<a ", "identifiers": "<a id='",
    "percents": "%", "escaped percents": "%25", "backslashes": "\\", "written breaks": "\\x0a", "0x": "0x", "hex": "a",
    "short runs": "a1" * 14 + " ", "nearly hex": "oOIl", "bytes": "ab ", "bytes and dashes": "ab-", "pieces": "abcdef12 ",
    "pieces below": "abcd-\n", "base64": "md5: " + "A" * 22 + "== ", "labels": "md5: ", "dollars": "$", "cookies": "cookie: ",
    "colours": "\x1b[0m", "NULs": "\0", "spaces": " ", "breaks": "\n", "rules": "=", "comments": "# ", "hyphens": "-",
    "folders": "a/", "parameters": "?a=b&", "Windows folders": "C:\\a\\", "letters": "\u00e9", "ideographs": "\u6837\u672c",
    "wide dots": "a\u3002", "invisible": "a\u200b", "registry": "HKLM\\", "patterns": "[file:hashes.MD5 = '", "quotes": "'",
    "strings": '$a = "', "JARM": "29d29d15d29d29d00029d29d29d29dea0f89a2e5fb09e4d8e099befed92cfa ", "URLs in URLs": "http://a.com/",
    "upwards": "../", "linked": "[http://a.com](", "listed": "http://a.com,", "IDN": "\u00e4.\u00f6.", "names": "-a.com ",
    "services": "tcp://a:1 ", "is": "a is ", "dots in words": "evil(dot)com ", "spaced dots": "[ . ] ", "versions": "v1.2.3.4 ",
    "files": "a.exe ", "tokens": "http://a.com/eyJ.eyJ.", "encoded mail": "http://a.com/QUJD", "said": "is certificate of: ",
    "hosts in a path": "a.com/", "cells": "<td>a.com</td>", "filters": "||a.com^$domain=a.com|", "names on the wire": "|01|a",
    "dnsmasq": "address=/a.com/", "contents": 'alert tls x content:"a.com"; http.host; ',
}  # fmt: skip
"""Piece by piece, again and again."""
BETWEEN = {
    "commas": ",", "paths": "/b /a/", "URLs": "?x=1 http://a.com/", "records": '",[{"a":"', "escapes": "%2F", "breaks": "\n",
    "written breaks": "\\n", "0x": " 0x", "labels": " md5: ", "certificates": " certificate ", "colons": ":", "fields": ":1:",
    "logins": ":::\nuser:1:", "tabs": "\t" * 20, "dots": ".", "hyphens": "-", "underscores": "_", "ats": "@", "slashes": "/",
    "defanged": "(.)", "hosts": ".com ", "long hosts": "-x.y.z.a.b.c ", "files": ".exe C:\\a\\", "braces": "}", "pipes": "|",
    "colours": "\x1b[31m", "strings": '" $a = "', "cookies": "; cookie: a=", "nothing": " ", "remarks": " (SHA1) ", "marks": "=\n",
}  # fmt: skip
"""What stands between thousands of different hashes."""


def adversarial(size: int) -> Iterator[tuple[str, str]]:
    """A name and a line of about ``size`` characters each. Behind what is repeated stands a hash: what comes before a
    value is looked at.
    """
    for name, piece in REPEATED.items():
        yield f"{name}, again and again", piece * (size // len(piece)) + " " + digest(0)
    for name, sign in BETWEEN.items():
        yield f"hashes and {name}", sign.join(map(digest, range(size // (32 + len(sign)))))


def digest(number: int) -> str:
    return hashlib.md5(str(number).encode()).hexdigest()
