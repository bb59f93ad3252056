"""Which engine says what. The numbers are a report's facts; which engine stands behind each is made up to fit them."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

ENGINES = (
    *("Bkav", "Lionic", "Elastic", "MicroWorld-eScan", "ClamAV", "CTX", "CAT-QuickHeal", "Skyhigh", "ALYac"),
    *("Cylance", "Zillya", "Sangfor", "K7AntiVirus", "Alibaba", "K7GW", "CrowdStrike", "Arcabit", "Baidu", "VirIT"),
    *("Symantec", "ESET-NOD32", "APEX", "TrendMicro-HouseCall", "Paloalto", "Avast", "Cynet", "Kaspersky"),
    *("BitDefender", "NANO-Antivirus", "SUPERAntiSpyware", "Rising", "TACHYON", "Sophos", "F-Secure", "DrWeb"),
    *("VIPRE", "TrendMicro", "McAfeeD", "Trapmine", "FireEye", "Emsisoft", "Ikarus", "GData", "Jiangmin", "Webroot"),
    *("Varist", "Avira", "Antiy-AVL", "Kingsoft", "Gridinsoft", "Xcitium", "ViRobot", "ZoneAlarm", "Microsoft"),
    *("Google", "AhnLab-V3", "Acronis", "McAfee", "VBA32", "MAX", "Malwarebytes", "Panda", "Zoner", "Tencent"),
    *("Yandex", "TrellixENS", "SentinelOne", "MaxSecure", "Fortinet", "AVG", "Cybereason", "DeepInstinct"),
    *("alibabacloud", "huorong", "tehtris", "CMC", "google_safebrowsing", "Trustlook", "SymantecMobileInsight"),
    *("Avast-Mobile", "BitDefenderFalx"),
)
"""In the order in which the counts are shared out among them."""
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
    """Return ``last_analysis_results`` that add up to the facts' ``last_analysis_stats``; the same for the same
    seed.
    """
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
        chosen, queue = queue[: stats[category]], queue[stats[category] :]
        categories.update(dict.fromkeys(chosen, category))
    date = str(facts.get("last_analysis_date", "2025-08-07"))[:10].replace("-", "")
    return {name: _result(name, categories[name], date, facts, dice) for name in order}


def _result(name: str, category: str, date: str, facts: Facts, dice: random.Random) -> dict[str, str | None]:
    bad = category in ("malicious", "suspicious")
    return {
        "method": "blacklist",
        "engine_name": name,
        "engine_version": "1.0.0.1",
        "engine_update": date,
        "category": category,
        "result": detection(name, facts, dice) if bad else None,
    }


def detection(engine: str, facts: Facts, dice: random.Random) -> str:
    """Return what an engine calls the file, in its own manner of naming."""
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
