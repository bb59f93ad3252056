"""What the line is that a value stands in, by what leads up to it: of a rule, of settings, of Git, a zone, markup.

Each of these is one pattern here.
"""

from __future__ import annotations

import re

from enrich.indicators.hash.address import COMMIT, GOES_ON_AS_COMMIT
from enrich.indicators.hash.credentials import FOR_HASHES, in_setting
from enrich.indicators.hash.digests import LENGTHS
from enrich.indicators.hash.labels import label

AN_ELEMENT_S_ID = "identifier of an element, not a file's hash"
_NEAR = 70
"""Signs before a value in which a line without quotes says what it is."""
_LEADS: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        # YARA's hash.md5(pe.rich_signature.clear_data) == "<md5>"; not hash.md5(0, filesize) == "<md5>"
        re.compile(r"hash\.(?:md5|sha1|sha256)\((?!\s*0\s*,\s*filesize\b)[^=]*\)\s*==\s*[\"']$"),
        "hash of a part of a program",
    ),
    (
        re.compile(
            # $s1 = "<hash>"; not $hash1 = "<hash>", and not $x = "<hash>" at the margin, where a script sets a variable
            rf"(?:^|\n)\s+(?<!\w)\$(?!\w*{FOR_HASHES})\w*"
            # $b = { <hex> }: bytes, wherever they stand
            # content:"<md5>" of Snort and Suricata
            r"\s*=\s*[\"']\s*$|(?<!\w)\$\w*\s*=\s*\{\s*$|(?<![\w\"'])content\s*:\s*!?\s*[\"']$",
            re.IGNORECASE,
        ),
        "text or bytes that a rule looks for, not a file's hash",
    ),
    (
        # "ref: <sha1>" of a workflow, "version: <sha1>" of a playbook, no column "Ref", no "#REF!" of a sheet;
        # "83db48f..<sha1>", the latter of two revisions; "<<<<<<< <sha1>", a side of a conflict; git checkout <sha1>
        re.compile(
            # 100644 blob <sha1>, as Git lists a tree
            r"(?<!\w)\d{6} (?:blob|tree|commit) $|(?:(?<![\w#])ref|(?:^|\n)[\s-]*version)[\"']?\s*[:=]\s*[\"']?$"
            r"|(?<![0-9a-f])[0-9a-f]{7,64}+\.{2,3}$|(?:^|\n)(?:<{7}|\|{7}|>{7}) $"
            r"|(?<![\w.-])git [a-z-]{3,20}(?: -{1,2}[\w=-]+)* $"
        ),
        COMMIT,
    ),
    (
        # [req-<uuid> <user> <project> - - -] of OpenStack's logs
        re.compile(r"\[req-[0-9a-f-]{36} $|(?<=-)[0-9a-f]{4}-[0-9a-f]{12} [0-9a-f]{32} $"),
        label("user id"),
    ),
    (
        # /bin/sh -c #(nop) ADD file:<sha256> in /
        re.compile(r"(?<!\w)(?:ADD|COPY) (?:--\S+ )*(?:file|dir|multi):$"),
        label("image id"),
    ),
    (
        # container <sha256> exited; not "ISO container <sha256>"
        re.compile(r"(?<!iso )(?<!img )(?<!\w)container[ =:\"']{1,3}$", re.IGNORECASE),
        "id of a container or its image, not a file's hash",
    ),
    (
        # www IN TXT "<md5>", example.com. IN DS 12345 8 2 <sha256>
        re.compile(r"(?<!\w)IN\s+(?:C?DS|DNSKEY|CNAME|NS|NSEC3|RRSIG|SSHFP|TLSA|TXT)\s[^\n]*$"),
        "data of a DNS record, not a file's hash",
    ),
)
"""What leads up to a value that is no file's hash, and what it is."""
_ELEMENT = re.compile(
    # <Report id="<md5>">, <t:Event time="1" idref='<md5>'>; not <File id="...">, whose id may well be its hash
    r"<(?!\w*(?:file|sample|malware|hash))\w[\w:.-]*\s(?:[^<>]*\s)?"
    # nor <x file_id="...">, <x md5="...">
    r"(?!\w*(?:file|sample|malware|hash|md5|sha))[\w:]*(?:id|idref|ref|guid)=[\"']$",
    re.IGNORECASE,
)


_IN_LOGS: tuple[tuple[str, str, re.Pattern[str], re.Pattern[str]], ...] = (
    # <owner> my-bucket [06/Feb/2019:00:00:38 +0000] 192.0.2.3 <requester>, of S3's logs
    ("sha256", "bucket owner", re.compile(""), re.compile(r" [\w.-]{3,63} \[\d\d/\w{3}/\d{4}:")),
    ("sha256", "requester", re.compile(r"\d\] \S{7,45} $"), re.compile("")),
    # 10.0.0.1 - <md5> - [22/Oct/2026:14:31:58 +0000] "GET / ...
    ("md5", "request id", re.compile(" - $"), re.compile(r" - \[\d\d/\w{3}/\d{4}:")),
    # 10.0.0.1:80 13 0.000 200 <md5> of an ingress
    ("md5", "request id", re.compile(r"\s\d+ \d+\.\d{3} \d{3} $"), re.compile("")),
    # 10,,,<md5>,re0,match,block,in,4 of pf
    ("md5", "rule id", re.compile(r"\d,\d*,\w*,$"), re.compile(r",\w+,match,")),
)
"""Ids in lines of logs: of an account, a request, a rule, and what stands around them."""
# 4096:<md5>:Win.Trojan.Agent-1; not 12:<md5>, a line's number
_SECTION = re.compile(r"(?:^|\n)\d{3,10}:$")
_ITS_NAME = re.compile(r":[A-Z][\w-]*\.[\w.-]*\w")
"""A line of ClamAV's signatures of sections: bytes, digest, what it is called."""


def in_syntax(before: str, after: str, digits: int) -> str:
    """Return why a value of so many ``digits`` between ``before`` and ``after`` is no file's hash; "" where it is not
    said.
    """
    # blank lines without end are looked at by none of the patterns that begin with them
    is_quoted, near = before.rstrip().endswith(("'", '"', "{")), before[-_NEAR:]
    said = (what for lead, what in _LEADS if lead.search(before if is_quoted else near))
    if reason := next(said, "") or in_setting(before) or _in_log(near, after, digits):
        return reason
    if digits == LENGTHS["sha1"] and GOES_ON_AS_COMMIT.match(after):
        return COMMIT
    if _SECTION.search(near) and _ITS_NAME.match(after):
        return "hash of a part of a program"
    # of 32 digits, as a GUID has; a longer one is what the element is about
    if digits == LENGTHS["md5"] and before == "--" and not after.strip("- \r\n"):
        return label("boundary")
    if digits == LENGTHS["md5"] and before.endswith(("'", '"')) and _ELEMENT.search(before):
        return AN_ELEMENT_S_ID
    return "glued to code" if before.endswith("}") else ""


def _in_log(near: str, after: str, digits: int) -> str:
    """Return what a value is by the line of a log that it stands in; "" where it is none of ``_IN_LOGS``."""
    said = (
        what
        for form, what, lead, rest in _IN_LOGS
        if LENGTHS[form] == digits and lead.search(near) and rest.match(after)
    )
    return label(next(said, ""))
