"""Results made by hand: a plausible incident of some sixty files, hostile texts, and as many more as a test wants."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from msgspec import structs

from enrich.model.column import Column, Type
from enrich.model.finding import Finding, Status
from enrich.model.indicator import Indicator
from enrich.model.quota import Quota, Usage
from enrich.model.result import Entry, InputFacts, Output, Place, Remark, Result, ServiceFacts, SheetFacts, Totals
from enrich.model.verdict import verdict_of_counts

NOW = datetime(2026, 11, 20, 14, 30, tzinfo=UTC)
INCIDENT = date(2026, 10, 28)

HOSTILE = (
    "<script>alert(1)</script>",
    "</script><img src=x onerror=alert(2)>",
    '"><svg onload=alert(3)>',
    '=HYPERLINK("http://evil.example","click")',
    "+cmd|' /C calc'!A0",
    "invoice\u202efdp.exe",
    "zero\u200bwidth\u2066isolate\u2069",
    "[click me](http://evil.example/x) ![i](http://evil.example/i.png)",
    "`code` | pipe | **bold** http://auto.example www.auto.example a@auto.example @team #1",
    "nul\x00bell\x07esc\x1b[31mline\nbreak\ttab\x85nel\u2028ls",
    '{{ 7*7 }} {% raw %} #eval("1") $x^2$ *typst* @ref <label> \\',
    "lone \ud83d half",
    "]]> --> <!-- <script>",
    "L" * 4096,
    "отчёт за октябрь 報告書 تقرير.exe",
)

MALWARE = (
    # name, label, type, malicious, engines, days before NOW first seen, context
    ("readme_unlock.exe", "ransomware.lockbit/blackmatter", "Win32 EXE", 64, 72, 24, "FS01 C:\\Users\\Public"),
    ("svchosts.exe", "trojan.cobaltstrike/beacon", "Win32 EXE", 61, 73, 25, "DC02 scheduled task"),
    ("invoice_2210.docm", "downloader.emotet/w97m", "Office Open XML Document", 44, 63, 410, "mail to accounts@"),
    ("mimikatz.exe", "hacktool.mimikatz/marte", "Win32 EXE", 66, 72, 1480, "DC02 C:\\PerfLogs"),
    ("rclone.exe", "hacktool.rclone", "Win32 EXE", 6, 72, 240, "FS01 C:\\ProgramData"),
    ("update.js", "trojan.socgholish/fakeupdates", "JavaScript", 21, 60, 27, "WS114 Downloads"),
    ("netscan.exe", "hacktool.netscan", "Win32 EXE", 28, 71, 900, "WS114 Temp"),
    ("anydesk_.exe", "", "Win32 EXE", 2, 72, 60, "FS01 service"),
    ("psexesvc.exe", "", "Win32 EXE", 3, 71, 2900, "DC02 service"),
    ("qbot.dll", "trojan.qakbot/zusy", "Win32 DLL", 57, 71, 700, "WS114 AppData"),
    ("loader.bin", "trojan.cobaltstrike/shellcode", "unknown", 33, 60, 26, "WS114 Temp"),
    ("wininit_.dll", "trojan.cobaltstrike/beacon", "Win32 DLL", 52, 72, 25, "DC02 C:\\Windows\\Temp"),
    ("agent.ps1", "trojan.powershell/empire", "Powershell", 19, 61, 22, "WS131 profile"),
    ("macro.xls", "downloader.emotet/x97m", "MS Excel Spreadsheet", 41, 62, 620, "mail to hr@"),
    ("enc64.exe", "ransomware.lockbit/lockbit3", "Win32 EXE", 59, 72, 23, "FS02 share"),
)
CLEAN = ("7z.exe", "putty.exe", "chrome_installer.exe", "notepad++.exe", "vcruntime140.dll", "python311.dll", "npp.zip")


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def said(context: str) -> tuple[str, ...]:
    return (context,) if context else ()


def host_of(context: str) -> tuple[str, ...]:
    """The host that an analyst's words begin with, as in ``FS01 share``."""
    first = context.partition(" ")[0]
    return (first,) if first[:1].isupper() and first[-2:].isdigit() else ()


def place(row: int, column: int = 2, source: int = 0, sheet: str = "Hashes") -> Place:
    return Place(source, sheet, row, column)


def found(
    name: str, malicious: int | None = 0, engines: int | None = 72, label: str = "", type_: str = "Win32 EXE",
    days: int = 100, row: int = 2, kind: str = "sha256", context: str = "", change: str = "", cells: int = 1,
) -> Entry:  # fmt: skip
    """A file that the service knows."""
    digest = sha256(name)
    asked = digest if kind == "sha256" else hashlib.new(kind, name.encode("utf-8", "surrogatepass")).hexdigest()
    fields = {
        "vt_threat_label": label or None, "vt_file_type": type_, "vt_file_name": name, "vt_sha256": digest,
        "vt_first_seen": int((NOW - timedelta(days=days)).timestamp()),
        "vt_last_analysis": int((NOW - timedelta(days=min(days, 9))).timestamp()),
        "vt_times_submitted": 1 + days % 17,
        "vt_link": f"https://www.virustotal.com/gui/file/{digest}",
    }  # fmt: skip
    finding = Finding(
        Indicator("hash", asked), "virustotal", Status.FOUND, fields, fetched_at=NOW - timedelta(minutes=row % 50),
        malicious=malicious, engines=engines,
        aliases=tuple(Indicator("hash", hashlib.new(k, name.encode("utf-8", "surrogatepass")).hexdigest()) for k in ("md5", "sha1", "sha256")),
        verdict=verdict_of_counts(Status.FOUND, malicious),
    )  # fmt: skip
    return Entry(
        finding, (place(row),), cells, file=digest, change=change, words=said(context), groups=host_of(context)
    )


def other(name: str, status: Status, row: int, detail: str = "", context: str = "", cells: int = 1) -> Entry:
    """A file without a report."""
    asked = NOW if status is Status.NOT_FOUND else None
    finding = Finding(
        Indicator("hash", sha256(name)),
        "virustotal",
        status,
        {},
        detail,
        asked,
        verdict=verdict_of_counts(status, None),
    )
    return Entry(finding, (place(row),), cells, file=sha256(name), words=said(context), groups=host_of(context))


def incident() -> Result:
    """Some sixty files of one incident, with every section filled."""
    entries = [
        found(name, bad, of, label, type_, days, row, context=context, cells=1 + row % 3)
        for row, (name, label, type_, bad, of, days, context) in enumerate(MALWARE, 2)
    ]
    entries[5] = structs.replace(entries[5], change="0/60 on 2026-10-30 -> 21/60")
    entries[10] = structs.replace(entries[10], change="became known")
    for index in range(30):
        name = CLEAN[index % len(CLEAN)] if index < len(CLEAN) else f"{index}_{CLEAN[index % len(CLEAN)]}"
        kind = ("sha256", "md5", "sha1")[index % 3]
        type_ = "Win32 DLL" if ".dll" in name else "ZIP" if ".zip" in name else "Win32 EXE"
        entries.append(found(name, 0, 70 + index % 4, "", type_, 90 + index * 117, 30 + index, kind))
    unknown = ("svc_backup.exe C:\\ProgramData\\Intel", "tmp8A31.dll WS114", "inhouse-erp-client.exe", "")
    entries += [other(f"u{i}", Status.NOT_FOUND, 70 + i, context=unknown[i % 4], cells=9 - i) for i in range(9)]
    entries += [other(f"p{i}", Status.PENDING, 90 + i) for i in range(4)]
    entries.append(other("f", Status.FAILED, 95, "the service answered 503 four times"))
    entries.append(other("", Status.TRIVIAL, 96, "the empty file"))
    remarks = (
        Remark("damaged", place(97), "d41d8cd98f00b204e9800998ecf8427", "31 digits: one is missing from an MD5"),
        Remark("damaged", place(98), "1.23457E+31", "a number that Excel made of a hash; the digits are lost"),
        Remark("contradiction", place(12, 3), sha256("a")[:32], "the row's MD5 and SHA-256 belong to different files"),
        Remark("left_out", place(99), sha256("guid")[:32], "a GUID"),
        Remark("left_out", place(100), sha256("guid2")[:32], "a GUID"),
    )
    return result(entries, remarks=remarks, incident_date=INCIDENT, stopped="the day's 500 calls are spent")


def result(entries: list[Entry], *, stand_in: bool = False, **changes: object) -> Result:
    """A result around ``entries``."""
    facts = SheetFacts("Hashes", len(entries) + 40, len(entries))
    made = Result(
        version="0.1.0", started=NOW - timedelta(minutes=17), ended=NOW, exit_code=3,
        services=(
            ServiceFacts(
                "virustotal", "VirusTotal", "https://www.virustotal.com/api/v3", stand_in, "kf-3b9ac1", "vt", "virustotal",
                "www.virustotal.com", Quota(4, 500, 15500), Usage(500, 6120),
            ),
        ),
        sources=(InputFacts("cases/2026-117/incident-117.xlsx", sha256("in"), "xlsx", (facts,)),),
        outputs=(Output("cases/2026-117/incident-117.enriched.xlsx", sha256("out")),),
        totals=Totals(rows=len(entries), cells=len(entries), unique=len(entries), from_store=12, calls=48, found=45, not_found=9),
        columns=(Column("vt_status", "Status", "How it ended", Type.STATUS),),
        entries=tuple(entries),
        group_by="Host",
    )  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type]


def hostile() -> Result:
    """Every hostile text in every place that a text can stand."""
    entries = []
    for row, text in enumerate(HOSTILE, 2):
        entry = found(text, 20 + row, 70, f"trojan.{text}", text, 30 + row, row, context=text, change=text)
        entries.append(structs.replace(entry, places=(Place(0, text, row, 2),)))
        absent = other(text + "u", Status.NOT_FOUND, row, detail=text, context=text)
        entries.append(structs.replace(absent, places=(Place(0, text, row, 2),)))
    remarks = tuple(
        Remark(kind, Place(0, text, row, 1), text, text)
        for row, text in enumerate(HOSTILE, 2)
        for kind in ("damaged", "contradiction")
    )
    sources = tuple(InputFacts(f"in/{text}", sha256(text), "csv", (SheetFacts(text, 3, 2),)) for text in HOSTILE)
    outputs = tuple(Output(f"out/{text}", sha256(text)) for text in HOSTILE)
    return result(entries, remarks=remarks, sources=sources, outputs=outputs, stopped=HOSTILE[0], stand_in=True)


def many(count: int) -> Result:
    """``count`` indicators of all verdicts."""
    entries = []
    for row in range(2, count + 2):
        name, label, type_, bad, of, days, context = MALWARE[row % len(MALWARE)]
        if row % 5 == 0:
            entries.append(other(f"{row}", Status.NOT_FOUND, row, context=context))
        else:
            bad, label = (bad, label) if row % 2 else (0, "")
            entries.append(found(f"{row}-{name}", bad, of, label, type_, days + row % 900, row, context=context))
    return result(entries)


VALUES = {
    "domain": "cdn-update.example",
    "ip": "203.0.113.45",
    "url": "http://cdn-update.example/a/inv.gz?id=1%272",
}
SITE = ("https://www.virustotal.com",)
"""What the addresses of pages begin with that a report may link to."""
PAGES = {
    "domain": "domain/cdn-update.example",
    "ip": "ip-address/203.0.113.45",
    "url": f"url/{sha256('x')}",
}


def of_kind(kind: str, malicious: int, value: str = "", row: int = 9) -> Entry:
    """An answer about an indicator that is no file."""
    value = value or VALUES[kind]
    fields = {"vt_owner": "Example <Registrar>", "vt_link": f"https://www.virustotal.com/gui/{PAGES[kind]}"}
    finding = Finding(
        Indicator(kind, value), "virustotal", Status.FOUND, fields, fetched_at=NOW, malicious=malicious,
        engines=90, verdict=verdict_of_counts(Status.FOUND, malicious),
    )  # fmt: skip
    return Entry(finding, (place(row),), 1, file=f"{kind}:{value}", words=("WS1 beacon",), groups=("WS1",))
