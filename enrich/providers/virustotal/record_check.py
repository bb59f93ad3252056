"""What can be checked of an answer that did not come from the service itself: that it does not contradict itself.

An exported file is text that anybody can edit. That its answers are true cannot be checked; that they fit together can.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from enrich.model.finding import Finding, Status
from enrich.model.ratio import ratio
from enrich.providers.virustotal.attributes import LAST_DATE
from enrich.providers.virustotal.site import HOST

_HASHES = {"vt_md5": 32, "vt_sha1": 40, "vt_sha256": 64}
_DATES = ("vt_first_seen", "vt_last_analysis", "vt_last_submission", "vt_first_seen_itw", "vt_last_seen_itw")


def contradiction(finding: Finding, now: float) -> str:
    """Return what in ``finding`` cannot be true, in words; "" where nothing contradicts. ``now`` in Unix seconds."""
    fields = finding.fields
    if finding.status is Status.NOT_FOUND:
        return "a file that is not known has no columns" if fields or finding.engines is not None else ""
    if finding.malicious is not None and finding.engines is not None:
        detected = ratio(finding.malicious, finding.engines)
        said = {"vt_malicious": finding.malicious, "vt_engines": finding.engines, "vt_detections": detected}
        for name, value in said.items():
            if fields.get(name, value) != value:
                return f"{name} is {fields[name]!r} and the detection ratio {detected}"
    names = {name.value for name in finding.aliases}
    for name, length in _HASHES.items():
        value = fields.get(name)
        if value is not None and (value not in names or len(str(value)) != length):
            return f"{name} is none of the file's own hashes"
    link = fields.get("vt_link")
    if link is not None and urlsplit(str(link)).hostname != HOST:
        return f"vt_link leads elsewhere than to {HOST}"
    for name in _DATES:
        date = fields.get(name)
        if date is not None and not (isinstance(date, int) and 0 <= date <= min(now, LAST_DATE)):
            return f"{name} is no date that can have been"
    return ""
