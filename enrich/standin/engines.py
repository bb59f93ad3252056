"""Which engine says what. The numbers are a report's facts; which engine stands behind each is made up to fit them."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

ENGINES: dict[str, str] = {
    "Bkav": "2.0.0.1",
    "Lionic": "8.16",
    "Elastic": "4.0.219",
    "MicroWorld-eScan": "14.0.409.0",
    "ClamAV": "1.4.3.0",
    "CTX": "2024.8.29.1",
    "CAT-QuickHeal": "22.00",
    "Skyhigh": "v2021.2.0+4045",
    "ALYac": "2.0.0.10",
    "Cylance": "3.0.0.0",
    "Zillya": "2.0.0.5420",
    "Sangfor": "2.22.3.0",
    "K7AntiVirus": "12.253.56590",
    "Alibaba": "0.3.0.5",
    "K7GW": "12.253.56591",
    "CrowdStrike": "1.0",
    "Arcabit": "2025.0.0.23",
    "Baidu": "1.0.0.2",
    "VirIT": "9.5.1013",
    "Symantec": "1.22.0.0",
    "ESET-NOD32": "31651",
    "APEX": "6.683",
    "TrendMicro-HouseCall": "24.550.0.1002",
    "Paloalto": "0.9.0.1003",
    "Avast": "23.9.8494.0",
    "Cynet": "4.0.3.4",
    "Kaspersky": "22.0.1.28",
    "BitDefender": "7.2",
    "NANO-Antivirus": "1.0.170.26751",
    "SUPERAntiSpyware": "5.6.0.1032",
    "Rising": "25.0.0.28",
    "TACHYON": "2025-08-07.02",
    "Sophos": "3.0.3.0",
    "F-Secure": "18.10.1547.307",
    "DrWeb": "7.0.69.6040",
    "VIPRE": "6.0.0.35",
    "TrendMicro": "24.550.0.1002",
    "McAfeeD": "1.2.0.10275",
    "Trapmine": "4.0.4.0",
    "FireEye": "35.47.0.0",
    "Emsisoft": "2024.8.0.61147",
    "Ikarus": "6.4.16.0",
    "GData": "GD:27.41270AVA:64.29582",
    "Jiangmin": "16.0.100",
    "Webroot": "1.9.0.8",
    "Varist": "6.6.1.3",
    "Avira": "8.3.3.20",
    "Antiy-AVL": "3.0",
    "Kingsoft": "None",
    "Gridinsoft": "1.0.222.174",
    "Xcitium": "37948",
    "ViRobot": "2014.3.20.0",
    "ZoneAlarm": "6.18-106782799",
    "Microsoft": "1.1.25060.6",
    "Google": "1754553634",
    "AhnLab-V3": "3.28.0.10568",
    "Acronis": "1.2.0.121",
    "McAfee": "6.0.6.653",
    "VBA32": "5.3.2",
    "MAX": "2023.1.4.1",
    "Malwarebytes": "4.5.5.54",
    "Panda": "4.6.4.2",
    "Zoner": "2.2.2.0",
    "Tencent": "1.0.0.1",
    "Yandex": "5.5.2.24",
    "TrellixENS": "6.0.6.653",
    "SentinelOne": "25.1.1.1",
    "MaxSecure": "1.0.0.1",
    "Fortinet": "7.0.30.0",
    "AVG": "23.9.8494.0",
    "Cybereason": "1.2.449",
    "DeepInstinct": "5.0.0.8",
    "alibabacloud": "2.2.0",
    "huorong": "c3d4bc1:c3d4bc1:8d3b9d4",
    "tehtris": "v0.1.4",
    "CMC": "2.4.2022.1",
    "google_safebrowsing": "1.0",
    "Trustlook": "1.0",
    "SymantecMobileInsight": "2.0",
    "Avast-Mobile": "250807-00",
    "BitDefenderFalx": "2.0.936",
}
MOBILE = ("Trustlook", "SymantecMobileInsight", "Avast-Mobile", "BitDefenderFalx")
PE_ONLY = (
    *("CrowdStrike", "Cylance", "APEX", "Paloalto", "SentinelOne", "Trapmine", "Webroot", "Acronis", "Elastic"),
    *("DeepInstinct", "tehtris", "Cybereason", "Cynet", "Alibaba"),
)
STYLES: dict[str, str] = {
    "CrowdStrike": "win/malicious_confidence_100% (W)",
    "Elastic": "malicious (high confidence)",
    "SentinelOne": "Static AI - Malicious PE",
    "Cylance": "Unsafe",
    "Paloalto": "generic.ml",
    "Cynet": "Malicious (score: 100)",
    "APEX": "Malicious",
    "Webroot": "W32.Malware.Gen",
    "Trapmine": "malicious.high.ml.score",
    "DeepInstinct": "MALICIOUS",
    "Kaspersky": "HEUR:{Kind}.{Platform}.{Family}.gen",
    "Microsoft": "{Kind}:{Platform}/{Family}!MTB",
    "ESET-NOD32": "a variant of {Platform}/{Family}.{X}",
    "BitDefender": "{Kind}.{Family}.{X}",
    "Symantec": "{Kind}.{Family}",
    "Sophos": "Mal/{Family}-{X}",
    "ClamAV": "{Platform}.{Kind}.{Family}-{n}-0",
    "DrWeb": "{Kind}.{Family}.{n}",
    "Malwarebytes": "{Kind}.{Family}",
    "Avast": "{Platform}:{Family}-{X} [Trj]",
    "AVG": "{Platform}:{Family}-{X} [Trj]",
    "TrendMicro": "{Kind}.{Platform}.{FAMILY}.{X}",
    "Fortinet": "{Platform}/{Family}.{X}!tr",
    "Ikarus": "{Kind}.{Family}",
    "AhnLab-V3": "{Kind}/{Platform}.{Family}.C{n}",
}
PLATFORMS = {"peexe": "Win32", "pedll": "Win32", "android": "Android", "elf": "Linux", "macho": "MacOS", "pdf": "PDF"}
Facts = Mapping[str, Any]


def results(facts: Facts, seed: str) -> dict[str, dict[str, str | None]]:
    """``last_analysis_results`` that add up to the facts' ``last_analysis_stats``; the same for the same seed."""
    stats: Mapping[str, int] = facts.get("last_analysis_stats", {})
    dice = random.Random(seed)  # noqa: S311 - made-up data, no secret
    order = list(ENGINES)[: sum(stats.values())]
    mobile = [name for name in order if name in MOBILE]
    unable = mobile if facts.get("type_tag") != "android" else []
    unable = unable + [name for name in PE_ONLY if name in order and facts.get("type_tag") not in ("peexe", "pedll")]
    rest = [name for name in order if name not in unable]
    dice.shuffle(rest)
    queue = unable + rest
    categories: dict[str, str] = {}
    for category in sorted(stats, key=lambda name: name != "type-unsupported"):
        taken, queue = queue[: stats[category]], queue[stats[category] :]
        categories.update(dict.fromkeys(taken, category))
    date = str(facts.get("last_analysis_date", "2025-08-07"))[:10].replace("-", "")
    return {name: _result(name, categories[name], date, facts, dice) for name in order}


def _result(name: str, category: str, date: str, facts: Facts, dice: random.Random) -> dict[str, str | None]:
    bad = category in ("malicious", "suspicious")
    return {
        "method": "blacklist",
        "engine_name": name,
        "engine_version": ENGINES[name],
        "engine_update": date,
        "category": category,
        "result": detection(name, facts, dice) if bad else None,
    }


def detection(engine: str, facts: Facts, dice: random.Random) -> str:
    """What an engine calls the file, in its own manner of naming."""
    label = facts.get("popular_threat_classification", {}).get("suggested_threat_label", "")
    kind, _, families = label.partition(".")
    names = [name for name in families.split("/") if name] or ["agent", "generic"]
    family = names[0] if dice.random() < 0.7 else names[-1]
    return STYLES.get(engine, "{Kind}.{Platform}.{Family}.{x}").format(
        Kind={"ransomware": "Ransom", "hacktool": "HackTool"}.get(kind, (kind or "trojan").title()),
        Platform=PLATFORMS.get(facts.get("type_tag", ""), "Generic"),
        Family=family.title(),
        FAMILY=family.upper(),
        X="".join(dice.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZ", k=3)),
        x="".join(dice.choices("abcdefghijklmnopqrstuvwxyz", k=4)),
        n=dice.randrange(10_000, 9_999_999),
    )
