"""The fixed words of a report: headings, column titles, buttons, the sentences that explain a list."""

from __future__ import annotations

from gettext import NullTranslations


def headings(say: NullTranslations, zone: str, service: str, *, files: bool = True) -> dict[str, str]:
    """Return the words by the names that templates use; ``files``: nothing but files is spoken of."""
    _ = say.gettext
    return _columns(say, zone, files=files) | _controls(say) | {
        "groups_bad": _("What is malicious or suspicious on it"),
        "groups_of": _("Seen on"),
        "disagreeing": _("Sources disagree"),
        "disagreeing_why": _(
            "{service} finds nothing against these, or does not know them, and another source calls them malicious. "
            "Nothing is averaged: look at them first."
        ).format(service=service),
        "charts": _("At a glance"),
        "unknown": _("Unknown files") if files else _("Unknown"),
        "unknown_why": _unknown_why(say, files=files).format(service=service),
        "no_verdict": _("Known and not judged"),
        "no_verdict_why": _no_verdict_why(say, files=files).format(service=service),
        "troubles": _("Hashes to check by hand"),
        "troubles_why": _(
            "These could not be asked about as they stand, or say two things at once. Go back to where they came from."
        ),
        "changes": _("Changed since the last run"),
        "all": _("All indicators"),
        "method": _("Method and custody"),
        "limits": _("What this cannot tell"),
        "page": _("Page"),
        "of": _("of"),
        "number": _("Files") if files else _("Number"),
        "numbers": _("The numbers"),
        "more_below": _("{n} more stand in the full list below."),
        "groups_more": _("{n} more, less hit than these, are left out here; the enriched rows name each."),
        "compact": _("The rest, by hash alone"),
        "zone": _("Dates are in {zone}.").format(zone=zone),
    }  # fmt: skip


def _unknown_why(say: NullTranslations, *, files: bool) -> str:
    _ = say.gettext
    if not files:
        return _(
            "{service} does not know these. That does not make them clean: what was made for one victim, or today, is "
            "unknown at first. See what reached out to them and where they came from, and ask again in a few days."
        )
    return _(
        "{service} has never seen these files. That does not make them clean: a tool built for one victim, or "
        "built today, is unknown at first, and so is in-house software. Get the file itself, see what ran it and "
        "where it came from, and ask again in a few days. Think before uploading: an upload can be read by others."
    )


def _no_verdict_why(say: NullTranslations, *, files: bool) -> str:
    _ = say.gettext
    if not files:
        return _("{service} knows these, and no engine has judged them. That says nothing for or against them.")
    return _(
        "{service} knows these files, and no engine has judged them: too large, too new, or of a type that engines "
        "do not read. That says nothing for or against them."
    )


def _columns(say: NullTranslations, zone: str, *, files: bool) -> dict[str, str]:
    _ = say.gettext
    return {
        "verdict": _("Verdict"),
        "detections": _("Detections"),
        "hash": _("Hash") if files else _("Indicator"),
        "label": _("Threat label") if files else _("Label, category or owner"),
        "label_note": _("Label or note"),
        "label_type": _("Threat label, file type"),
        "last_analysis": _("Last analysis"),
        "name": _("File name"),
        "type": _("File type"),
        "first_seen": _("First seen ({zone})").format(zone=zone.rpartition("/")[2].replace("_", " ")),
        "where": _("Where"),
        "context": _("Your words"),
        "note": _("Note"),
        "change": _("Change"),
        "problem": _("Problem"),
        "value": _("Value"),
    }


def _controls(say: NullTranslations) -> dict[str, str]:
    _ = say.gettext
    return {
        "search": _("Search"),
        "search_hint": _("hash, name, label, place …"),
        "show": _("Show"),
        "everything": _("All"),
        "copy_csv": _("Copy list as CSV"),
        "copy": _("Copy hash"),
        "unfold": _("Details"),
        "copied": _("Copied"),
        "copy_failed": _("The browser does not allow copying"),
        "open_page": _("Report page"),
        "rows": _("_START_–_END_ of _TOTAL_"),
        "no_rows": _("Nothing matches"),
        "filtered": _("(of _MAX_)"),
        "skip": _("Skip to the answer"),
        "no_script": _("Searching and the full list need JavaScript, which is off here. Everything above is complete."),
        "first_page": _("First"),
        "previous": _("Previous"),
        "next": _("Next"),
        "last_page": _("Last"),
        "print_more": _("The first {n} rows; the rest stands in the file itself."),
    }
