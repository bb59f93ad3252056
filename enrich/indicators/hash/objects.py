"""Names of objects that are no files: registry keys, mutexes, pipes, images of containers, packages, commits."""

from __future__ import annotations

import re

from enrich.indicators.hash.labels import label

OF_IMAGE = "digest of a container's image, not a file's hash"
PINNED = label("pinned digest")
_OBJECTS = (
    # HKLM\SOFTWARE\<hash>; a key under which malware keeps its victim's number
    (re.compile(r"(?:HKLM|HKCU|HKCR|HKU|HKCC|HKEY_\w+)\\", re.IGNORECASE), "part of a registry key, not a file's hash"),
    # Global\<hash>, Sessions\1\BaseNamedObjects\<hash>
    (re.compile(r"(?:Global|Local|Sessions?\\\d+|\\?BaseNamedObjects)\\", re.IGNORECASE), "mutex name"),
    # registry.example/miner:latest@sha256:<hash>; "sha256:<hash>" alone is a label and says hash
    (re.compile(r"[\w./:=-]+@sha256:$", re.IGNORECASE), OF_IMAGE),
    # --hash=sha256:<hash> of pip's requirements, "zh:<hash>" of Terraform's lock files
    (re.compile(r"(?:--hash=\w+|zh):$"), PINNED),
    # nodekey:<hash> of Tailscale and its like; families with such names begin with a capital
    (re.compile(r"[a-z]{2,}(?<!mon)(?<!tur)(?<!don)key:$"), label("key")),
    # \\.\pipe\<hash>
    (re.compile(r"\\+[.?\w]*\\pipe\\", re.IGNORECASE), "name of a pipe, not a file's hash"),
    # uses: actions/checkout@<sha1>: a workflow pins an action by its commit
    (re.compile(r"[\w.-]+(?:/[\w.-]+)+@$"), "commit or revision id, not a file's hash"),
    (
        # arn:aws:guardduty:eu-west-1:1:detector/<hash>, urn:UrlEntity:<hash>, /o=Org/cn=<hash>; not urn:sha256:<hash>
        re.compile(r"arn:[\w-]+:|urn:(?!\w*(?:md5|sha|hash|file))[\w-]+:|(?:.*[/,])?cn=$", re.IGNORECASE),
        "identifier of a resource, not a file's hash",
    ),
    # auditd writes an argument with a space in it in hex: a2=<hex>, proctitle=<hex>
    (re.compile(r"(?:a\d{1,3}|proctitle)=$"), "a command's words in hex, not a file's hash"),
)
"""What opens the names of objects that are no files."""
_OF_IMAGES = re.compile(
    # pulled the image sha256:<hash>, Digest: sha256:<hash>; not "dropped x sha256:<hash>", "disk image sha256:<hash>"
    r"(?<![\w./-])(?:(?:(?<!disk )(?<!iso )(?<!pe )image|container|layer|manifest|digest)s?(?: id)?"
    r"|docker (?:pull|run|rmi|inspect|image|tag|save)(?: \w+)?)[\s\"'\\=:(,]*sha256:$"
    # ghcr.io/x/y  latest  sha256:<hash>, as Docker lists them
    r"|(?:^|\n)[\w.-]+(?:/[\w.-]+)+ {2,}[\w.-]+ {2,}sha256:$",
    re.IGNORECASE,
)
"""Words right before a digest that is written as containers write theirs, glued to its algorithm's name."""


def in_object(token: str, before: str) -> str:
    """Return which object is named so, as a reason; "" where none is. ``token`` is the run of characters that the
    value ends, ``before`` whatever leads up to it.
    """
    if token.endswith("sha256:") and _OF_IMAGES.search(before[-80:]):
        return OF_IMAGE
    return next((reason for pattern, reason in _OBJECTS if pattern.match(token)), "")
