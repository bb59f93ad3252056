"""URLs: ``GET /urls/{id}``, never a submission: those are other routes, and public."""

from __future__ import annotations

import base64
import hashlib
from urllib.parse import urlsplit

from enrich.model.finding import Scalar
from enrich.providers.virustotal.attributes import joined
from enrich.providers.virustotal.kinds.shared.reading import categories, date
from enrich.providers.virustotal.kinds.shared.schema import CommonAttributes
from enrich.providers.virustotal.site import ADDRESS

KIND, TYPE = "url", "url"
PATHS = r"/api/v3/urls/[A-Za-z0-9_-]{8,11000}"
MEANING = "a URL by its id"
PAGE = f"{ADDRESS}/gui/url/"
"""By the SHA-256 of the canonical URL, which is the answer's own id."""


class Attributes(CommonAttributes, gc=False):
    """https://docs.virustotal.com/reference/url-object, checked against recorded bodies."""

    url: str | None = None
    first_submission_date: int | None = None
    last_submission_date: int | None = None
    times_submitted: int | None = None
    last_final_url: str | None = None
    last_http_response_code: int | None = None
    title: str | None = None
    threat_names: list[str] | None = None
    categories: dict[str, str | None] | None = None


SHAPE = Attributes


def path(value: str) -> str:
    """Return where a URL is asked about: by base64, of the alphabet that a path may hold and without padding."""
    return f"/api/v3/urls/{base64.urlsafe_b64encode(value.encode()).decode('ascii').rstrip('=')}"


def named(value: str, identity: str, attributes: Attributes) -> tuple[str, ...]:
    """Return the URL as asked and as the service keeps it, where the answer is about it.

    The id is the SHA-256 of the URL that the service made of the asked one; where it made another one than we would,
    scheme and host tell that it is the same.
    """
    canonical = attributes.url or ""
    if identity == hashlib.sha256(value.encode()).hexdigest():
        return (value,)
    ours, theirs = urlsplit(value), urlsplit(canonical)
    same = canonical and (ours.scheme, ours.hostname) == (theirs.scheme, theirs.hostname)
    proper = identity == hashlib.sha256(canonical.encode("utf-8", "replace")).hexdigest()
    return (value, canonical) if same and proper else ()


def fields(identity: str, attributes: Attributes) -> dict[str, Scalar]:  # noqa: ARG001 - as every kind
    """Return what is filled for a URL; its title and where it led are a stranger's words."""
    return {
        "vt_first_seen": date(attributes.first_submission_date),
        "vt_last_submission": date(attributes.last_submission_date),
        "vt_times_submitted": attributes.times_submitted,
        "vt_threat_label": joined(attributes.threat_names),
        "vt_categories": categories(attributes.categories),
        "vt_final_url": attributes.last_final_url,
        "vt_http_code": attributes.last_http_response_code,
        "vt_title": attributes.title,
    }
