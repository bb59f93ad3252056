"""A file's facts as the body that VirusTotal would send: same shape, same indent, about the same size.

Facts come from the dataset. Which engine found what, and a program's sections and imports, are filled in to size.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from enrich.errors import InputError
from enrich.standin.engines import Facts, results

LINK = "https://www.virustotal.com/api/v3/files/"
STATS = (
    *("malicious", "suspicious", "undetected", "harmless"),
    *("timeout", "confirmed-timeout", "failure", "type-unsupported"),
)
LIBRARIES = {
    "KERNEL32.dll": "CloseHandle CreateFileW CreateMutexW CreateProcessW CreateThread DeleteFileW ExitProcess "
    "FindFirstFileW FindNextFileW GetCommandLineW GetCurrentProcess GetLastError GetModuleFileNameW GetModuleHandleW "
    "GetProcAddress GetSystemInfo GetTempPathW GetTickCount GetVersionExW HeapAlloc HeapFree IsDebuggerPresent "
    "LoadLibraryA MapViewOfFile MoveFileExW OpenProcess QueryPerformanceCounter ReadFile SetFilePointer Sleep "
    "TerminateProcess VirtualAlloc VirtualFree VirtualProtect WaitForSingleObject WideCharToMultiByte WriteFile",
    "USER32.dll": "CallWindowProcW CreateWindowExW DefWindowProcW DestroyWindow DialogBoxParamW DispatchMessageW "
    "EnableWindow FindWindowW GetClientRect GetDC GetMessageW LoadCursorW LoadIconW MessageBoxW PeekMessageW "
    "PostQuitMessage RegisterClassExW ReleaseDC SendMessageW SetTimer ShowWindow TranslateMessage UpdateWindow",
    "ADVAPI32.dll": "AdjustTokenPrivileges CryptAcquireContextW CryptCreateHash CryptHashData CryptReleaseContext "
    "LookupPrivilegeValueW OpenProcessToken OpenSCManagerW RegCloseKey RegCreateKeyExW RegOpenKeyExW RegQueryValueExW "
    "RegSetValueExW StartServiceW",
    "GDI32.dll": "BitBlt CreateCompatibleDC CreateFontIndirectW CreateSolidBrush DeleteDC DeleteObject GetDeviceCaps "
    "SelectObject SetBkColor SetTextColor StretchBlt TextOutW",
    "SHELL32.dll": "SHBrowseForFolderW SHFileOperationW SHGetFileInfoW SHGetFolderPathW ShellExecuteExW ShellExecuteW",
    "WS2_32.dll": "WSAStartup closesocket connect gethostbyname htons inet_addr recv select send socket",
    "ole32.dll": "CoCreateInstance CoInitializeEx CoTaskMemFree CoUninitialize OleInitialize OleUninitialize",
}


def load(path: Path) -> Iterator[Facts]:
    """Yield the dataset: JSON lines in VirusTotal's own attribute names, dates in ISO 8601. InputError names a bad
    line.
    """
    try:
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    yield _facts(line, f"{path}, line {number}")
    except OSError as problem:
        raise InputError(f"the stand-in's dataset cannot be read: {problem}") from problem


def _facts(line: str, place: str) -> Facts:
    try:
        facts = json.loads(line)
    except (ValueError, RecursionError) as problem:
        raise InputError(f"{place}: not JSON ({problem})") from problem
    if not isinstance(facts, dict) or not ("sha256" in facts or {"type", "id"} <= facts.keys()):
        raise InputError(
            f"{place}: a file's facts need its sha256, another object's its type and id",
            hint="samples/standin.jsonl shows the form",
        )
    return facts


def render(facts: Facts) -> bytes:
    """Return the body of ``GET /files/{id}``, indented by 4 spaces as on the wire."""
    return dump({"data": document(facts)})


def dump(value: object) -> bytes:
    return json.dumps(value, indent=4, ensure_ascii=False).encode("utf-8", "surrogatepass")


def document(facts: Facts) -> dict[str, Any]:
    """Return ``data`` of a report."""
    sha256 = facts["sha256"]
    return {"id": sha256, "type": "file", "links": {"self": LINK + sha256}, "attributes": attributes(facts)}


def attributes(facts: Facts) -> dict[str, Any]:
    """Return all attributes: the facts, and what a report of this kind has besides."""
    filled = {name: _value(name, value) for name, value in facts.items()}
    if "last_analysis_date" in filled:
        filled.setdefault("last_modification_date", filled["last_analysis_date"] + 60)
    if "last_analysis_stats" in facts:
        filled["last_analysis_stats"] = {name: facts["last_analysis_stats"].get(name, 0) for name in STATS}
    filled.setdefault("total_votes", {"harmless": 0, "malicious": 0})
    filled.setdefault("names", [])
    filled.setdefault("tags", [])
    filled["last_analysis_results"] = results(facts, facts["sha256"])
    if facts.get("type_tag") in ("peexe", "pedll"):
        filled["pe_info"] = {**filled.get("pe_info", {}), **program(facts["sha256"])}
    return filled


def _value(name: str, value: Any) -> Any:
    """Return one fact in the service's own spelling."""
    if name.endswith("_date"):
        return int(datetime.fromisoformat(value).timestamp())
    if name == "popular_threat_classification":
        return {key: _pairs(part) for key, part in value.items()}
    if name == "sandbox_verdicts":
        return {sandbox: {**verdict, "sandbox_name": sandbox} for sandbox, verdict in value.items()}
    return value


def _pairs(part: Any) -> Any:
    return [{"value": value, "count": count} for value, count in part] if isinstance(part, list) else part


def program(seed: str, libraries: int = len(LIBRARIES)) -> Mapping[str, Any]:
    """Sections and imports as a Windows program has them."""
    dice = random.Random(seed)  # noqa: S311 - made-up data, no secret
    sections = [
        {
            "name": name,
            "chi2": round(dice.uniform(1e3, 1e6), 2),
            "virtual_address": 4096 * (index * 16 + 1),
            "entropy": round(dice.uniform(0.5, 7.9), 2),
            "raw_size": (size := 512 * dice.randrange(4, 400)),
            "flags": flags,
            "virtual_size": size - dice.randrange(500),
            "md5": f"{dice.getrandbits(128):032x}",
        }
        for index, (name, flags) in enumerate(
            ((".text", "rx"), (".rdata", "r"), (".data", "rw"), (".rsrc", "r"), (".reloc", "r"))
        )
    ]
    imports = [
        {"library_name": library, "imported_functions": names.split()}
        for library, names in list(LIBRARIES.items())[:libraries]
    ]
    return {"sections": sections, "import_list": imports}
