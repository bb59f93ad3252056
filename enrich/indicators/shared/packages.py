"""Records of packages, of lock files, manifests and lists of what is installed: where a package is from is a reference,
and what a build is pinned to no indicator.
"""

from __future__ import annotations

from enrich.indicators.shared.heading_rules import rule

_NOT_OF_COMPOSER = "(?!(?:type|url|reference|sha ?sum|mirrors)$).+"

PACKAGES = (
    # what npm's and Composer's lock files have of a package beside its digest, Scoop's manifest beside its own
    rule("resolved", "integrity|version", meaning="source url"),
    rule("url", "type", "reference", unless=_NOT_OF_COMPOSER, meaning="source url"),
    rule("sha ?sum", "type", "reference", "url", unless=_NOT_OF_COMPOSER, meaning="pinned digests"),
    rule(
        "url|homepage",
        "(?:.* )?version",
        "licen[cs]es?",
        r"homepage|authors?|maintainers?|architecture|bin|(?:auto|check) ?ver\w*",
        unless="malware.*|threat.*|famil(?:y|ies)|iocs?|indicators?|verdict",
        meaning="source url",
    ),
    # where a package of an SBOM is from
    rule(
        "(?:software )?download ?location",
        "spdx ?id|files ?analyzed|version ?info|licen[cs]e ?concluded|(?:software )?package ?version|supplier",
        meaning="source url",
    ),
    # hashes beside version and index of a package, of Pipenv's lock files
    rule("hashes", "version", "index|markers", meaning="pinned digests"),
    # repository, tag, digest: images of containers
    rule("digest", "repository", "tag|image ?id", meaning="image digest"),
)
