"""``result.json``: the result document as versioned JSON and back, and its JSON Schema."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from inspect import cleandoc
from pathlib import Path
from typing import Any

import msgspec
from msgspec import structs

from enrich.errors import InputError, reason_of
from enrich.model.finding import Finding
from enrich.model.packed_fields import plain_fields
from enrich.model.result import Result
from enrich.model.verdict import Verdict, verdict_of_counts

VERSION = 1
"""Raised when a reader of the last version would misread the new one; added fields with defaults do not raise it."""

SCHEMA_ID = f"urn:ioc-enrich:result:{VERSION}"
SCHEMA_FILE = Path(__file__).parents[1] / "assets" / "result.schema.json"
"""The published schema; a test holds it to the model."""


@dataclass(frozen=True, slots=True)
class ResultDocument:
    """The envelope: ``schema`` is the version of what is inside."""

    schema: int
    result: Result


def dumps(result: Result) -> bytes:
    """Return the document as JSON in ASCII: any file name survives, lone surrogates included. Dates are RFC 3339."""
    entries = tuple(
        structs.replace(entry, finding=_unpacked(entry.finding), further=tuple(map(_unpacked, entry.further)))
        for entry in result.entries
    )
    plain = msgspec.to_builtins(ResultDocument(VERSION, replace(result, entries=entries)))
    return json.dumps(plain, ensure_ascii=True).encode("ascii")


def _unpacked(finding: Finding) -> Finding:
    """Return the finding with its fields and names, which come packed out of the store, as such."""
    return structs.replace(finding, fields=plain_fields(finding.fields), aliases=tuple(finding.aliases))


def loads(data: bytes | str, name: str = "the document") -> Result:
    """Return the result in a document; ``InputError`` where it is none, or of a version that is not known here."""
    try:
        raw = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise InputError(
            f"{name} is not JSON: {reason_of(error)}", hint="give the result.json of an enrich run"
        ) from error
    version = raw.get("schema") if isinstance(raw, dict) else None
    if version != VERSION:
        raise InputError(
            f"{name} is no result document of version {VERSION}",
            hint="give the result.json of an enrich run; a newer one needs a newer ioc-enrich",
        )
    try:
        return _judged(msgspec.convert({**raw, "result": _brought_up(raw.get("result"))}, ResultDocument).result)
    except ValueError as error:  # half a surrogate pair in a name that it complains of is none of msgspec's own
        raise InputError(f"{name} is not a whole result document: {error}") from error


def _brought_up(result: Any) -> Any:
    """Return a result of an earlier version in the shape of today.

    There was one service, one row's words, and a moment for the day of the incident.
    """
    if not isinstance(result, dict):
        return result
    updated = dict(result)
    if "services" not in updated and isinstance(updated.get("service"), dict):
        quotas = {name: updated[name] for name in ("quota", "used") if name in updated}
        columns = updated.get("columns") or [{}]
        prefix = str(columns[0].get("name", "")).partition("_")[0]
        updated["services"] = [{"prefix": prefix, **updated["service"], **quotas}]
    if isinstance(updated.get("incident_date"), str):
        updated["incident_date"] = updated["incident_date"][: len("2026-11-16")]
    if isinstance(updated.get("entries"), list):
        updated["entries"] = [_with_words(entry) for entry in updated["entries"]]
    return updated


def _with_words(entry: Any) -> Any:
    said = entry.get("context") if isinstance(entry, dict) else None
    return {"words": [said], **entry} if said else entry


def _judged(result: Result) -> Result:
    """Return the document; one from before verdicts were written into it has them by its counts."""
    if not any(entry.finding.status.is_answer and entry.finding.verdict is Verdict.NONE for entry in result.entries):
        return replace(result, entries=tuple(result.entries))
    entries = []
    for entry in result.entries:
        finding = entry.finding
        verdict = finding.verdict or verdict_of_counts(finding.status, finding.malicious, result.malicious_from)
        entries.append(structs.replace(entry, finding=structs.replace(finding, verdict=verdict)))
    return replace(result, entries=tuple(entries))


def load(path: Path) -> Result:
    """Return the result in a ``result.json``."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}") from error
    return loads(data, path.name)


def schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of the document, drawn from the model."""
    drawn = _tidy(msgspec.json.schema(ResultDocument))
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA_ID, **drawn}


def _tidy(part: Any) -> Any:
    """Return the schema as every release of Python and msgspec makes it.

    Descriptions lose the indent of the source, which some of Python leave; the default of an empty table goes, which
    msgspec names from 0.23 on.
    """
    if isinstance(part, dict):
        return {
            name: cleandoc(value) if name == "description" and isinstance(value, str) else _tidy(value)
            for name, value in part.items()
            if (name, value) != ("default", {})
        }
    return [_tidy(each) for each in part] if isinstance(part, list) else part
