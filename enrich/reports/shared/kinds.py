"""The types of indicator in words: how many of which, and which of them a report is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from gettext import NullTranslations

from enrich.model.indicator import OF_FILES, kind_order
from enrich.model.result import Entry


def by_kind(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    """Return the entries of each kind, files first, then by the kind's name."""
    found: dict[str, list[Entry]] = {}
    for entry in entries:
        found.setdefault(entry.finding.indicator.kind, []).append(entry)
    return dict(sorted(found.items(), key=lambda pair: kind_order(pair[0])))


def only_files(kinds: Iterable[str]) -> bool:
    """Return whether a report may speak of files: it is about nothing else, or about nothing at all."""
    return not set(kinds) - {OF_FILES}


def counted(kind: str, n: int, say: NullTranslations) -> str:
    """Return ``31 domains``; a kind that has no words here is called by its own name."""
    texts = {
        OF_FILES: say.ngettext("{n} file", "{n} files", n),
        "domain": say.ngettext("{n} domain", "{n} domains", n),
        "ip": say.ngettext("{n} IP address", "{n} IP addresses", n),
        "url": say.ngettext("{n} URL", "{n} URLs", n),
    }
    return texts.get(kind, f"{{n}} {kind}").format(n=f"{n:,}")


def share(kind: str, n: int, total: int, say: NullTranslations) -> str:
    """Return ``6 of 31 domains``."""
    texts = {
        OF_FILES: say.ngettext("{n} of {total} file", "{n} of {total} files", total),
        "domain": say.ngettext("{n} of {total} domain", "{n} of {total} domains", total),
        "ip": say.ngettext("{n} of {total} IP address", "{n} of {total} IP addresses", total),
        "url": say.ngettext("{n} of {total} URL", "{n} of {total} URLs", total),
    }
    return texts.get(kind, f"{{n}} / {{total}} {kind}").format(n=f"{n:,}", total=f"{total:,}")


def opening(kind: str, total: int, say: NullTranslations) -> str:
    """Return ``Of 31 domains, {list}.``; the list is left open."""
    texts = {
        OF_FILES: say.ngettext("Of {total} file, {list}.", "Of {total} files, {list}.", total),
        "domain": say.ngettext("Of {total} domain, {list}.", "Of {total} domains, {list}.", total),
        "ip": say.ngettext("Of {total} IP address, {list}.", "Of {total} IP addresses, {list}.", total),
        "url": say.ngettext("Of {total} URL, {list}.", "Of {total} URLs, {list}.", total),
    }
    return texts.get(kind, f"{kind} ({{total}}): {{list}}.").replace("{total}", f"{total:,}")


def title(kind: str, say: NullTranslations) -> str:
    """Return ``Domains``: the name of a section."""
    _ = say.gettext
    return {OF_FILES: _("Files"), "domain": _("Domains"), "ip": _("IP addresses"), "url": _("URLs")}.get(kind, kind)


def joined(phrases: Sequence[str], say: NullTranslations) -> str:
    """Return ``a, b and c``."""
    if len(phrases) < 2:
        return "".join(phrases)
    return say.gettext("{first} and {last}").format(first=", ".join(phrases[:-1]), last=phrases[-1])


def not_asked(kinds: Mapping[str, int], say: NullTranslations) -> str:
    """Return what else was seen and stayed at home; "" where there was nothing."""
    listed = [counted(kind, n, say) for kind, n in sorted(kinds.items(), key=lambda pair: kind_order(pair[0])) if n]
    if not listed:
        return ""
    text = say.gettext("Not looked up: {list}; --kinds {kinds} looks these up too.")
    return text.format(list=joined(listed, say), kinds=",".join(sorted(kind for kind, n in kinds.items() if n)))
