"""Results with the longest real names, hosts, labels and places, and their readers in two languages and a zone."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from zoneinfo import ZoneInfo

from msgspec import structs

from enrich.model.result import Filing, Place
from enrich.reports import ReportOptions
from tests.support import made_results

LONG = (
    "2025-08-07_b9e7831e2f188c25a3a44a802a373234_amadey_black-basta_cobalt-strike_elex_luca-stealer_remcos",
    "56359015aca8f0b4b95caa12c9593b8d91aca0e50ef6e30c2c89a519870d5e9e-1752809516130195286.gz",
    "Rechnungskorrekturanforderungsbestätigung.exe",
    "WINDOWS10UPGRADEASSISTANTFORENTERPRISEDEPLOYMENTS.EXE",
    "отчёт о движении денежных средств за октябрь 2026 года (исправленный).docm.exe",
)
"""Names as real reports have them: without a place to break, in capitals, in Cyrillic."""
BUENOS_AIRES = ZoneInfo("America/Argentina/Buenos_Aires")
READERS = [ReportOptions("en", BUENOS_AIRES), ReportOptions("ru", BUENOS_AIRES)]
MANY = 600
"""More than the lists of the page hold, and twice as many as those of the PDF here."""


@cache
def long_names(count: int):
    """``made_results.many`` with long names, labels, words, hosts, sheets and places."""
    entries = []
    for index, entry in enumerate(made_results.many(count).entries):
        name = LONG[index % len(LONG)]
        fields = dict(entry.finding.fields)
        if fields:
            fields |= {"vt_file_name": name, "vt_threat_label": "ransomware.blackmatter/lockbitcontirevilegregor"}
        place = Place(0, "Indikatoren aus der Telemetrie Q4", index + 2, 2)
        words = (f"PRODUCTION-FILESERVER-{index % 40:04} · C:\\Users\\svc_backup\\AppData\\{name}", "second row")
        entries.append(
            structs.replace(
                entry,
                finding=structs.replace(entry.finding, fields=fields),
                places=(place, replace_row(place)),
                cells=2,
                words=words,
                groups=(f"PRODUCTION-FILESERVER-{index % 40:04}",),
            )
        )
    source = replace(made_results.incident().sources[0], path="2026-11-17_export_of_all_endpoints_final_version_2.xlsx")
    return made_results.result(
        entries, sources=(source, source), filing=Filing(" ".join(LONG), "IR-2026-0000117", "", "AMBER+STRICT")
    )


def replace_row(place: Place) -> Place:
    return Place(place.source, "Zweites Blatt", place.row, 30)
