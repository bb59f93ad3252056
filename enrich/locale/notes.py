"""Sentences that are put together in English where the reader is not known, so that they can be read in any language.

Notes, reasons and the lines of a terminal are made by rooms that know no language; notes are stored, compared and read
by machines as well. What a person reads of them is looked up here by its pattern: see ``translated``. A test holds each
sentence to the room that makes it.
"""

from __future__ import annotations

from enrich.locale.marks import mark, ngettext

OF_VALUES = (
    mark("{n} characters, an {algorithm} has {right}"),
    mark("{n} characters, a {algorithm} has {right}"),
    mark("{n} characters, and no hash has so many"),
    mark("leading zeros may be lost"),
    mark("Amcache puts four zeros before one"),
    mark("letter {sign} where a digit {digit} may belong (character {at})"),
    mark("{sign} is no hex digit (character {at})"),
    mark("cut by {sign} after {n} characters"),
    mark("a piece of a {title} torn over {n} cells ({cells})"),
    mark("a formula that was never calculated: the file holds no result to read"),
    mark("a line break"),
    mark("a space"),
    mark("an invisible character"),
    mark("written as separate bytes"),
    mark("cut short with an ellipsis"),
    mark("a spreadsheet program made a number of it"),
    mark("the EICAR anti-virus test file"),
    mark("the empty file (0 bytes)"),
    mark("placeholder, one digit only"),
    mark("certificate, not a file's hash"),
    mark("serial number"),
    mark("token, cookie or other secret"),
    mark("identifier (GUID, machine or campaign id), not a file's hash"),
    mark("wallet address or transaction, not a file's hash"),
    mark("{reason}, by {words} in {cell}"),
    mark("nothing says what the column {heading} holds"),
)
"""What is wrong with a value, or what it is instead."""
OF_ROWS = (
    mark("hashes of different files in this row: {first} and {second}"),
    mark("the worst of {files} in this row, {value}"),
    mark("also {others}"),
    mark("and {n} more"),
    mark("asked as {value}"),
    mark("stand-in answer, not {service}'s word"),
    mark("not looked up: {list}"),
    mark("--kinds {kinds} looks it up too"),
    mark("--kinds {kinds} looks them up too"),
)
OF_ANSWERS = (
    mark("not asked"),
    mark("{source} knows no indicators of this kind"),
    mark("known to VirusTotal, not analysed yet"),
    mark("known to VirusTotal, no engine gave a verdict yet"),
    mark("held back: on the list {name} (--never-send)"),
    mark("held back: in a row with {words} (--never-send)"),
    mark("on the known-good list {name}"),
    mark("known good by the filter {name}, wrong once in {odds}"),
    mark("answer of {day}, not asked again: {reason}"),
    mark("the run's budget of {calls} is spent"),
    mark("the time set for the run is over ({moment} UTC)"),
    mark("the key's {calls} a day are spent"),
    mark("the key's {calls} a month are spent"),
    mark("more from {moment}"),
    mark("the service asked to wait until {moment}"),
    mark("{reason} ({n} tries)"),
)
OF_CHANGES = (
    mark("new in this list"),
    mark("became known"),
    mark("no longer detected ({ratio} on {day})"),
    mark("no longer known ({ratio} on {day})"),
    mark("{before} on {day} -> {now}"),
    mark("no verdict"),
    mark("not known"),
)
OF_TERMINAL = (
    mark("*** {text}"),
    mark("note: {text}"),
    mark("{files} in {rows}:"),
    mark("{n} from the store, {calls} spent"),
    mark("{n} changed since the last run"),
    mark("{damaged}, {alike} left out (`enrich scan` lists them)"),
    mark("stopped early: {reason}"),
    mark("failed ({n}): {reason}"),
    mark("left out ({n}): {reason}"),
    mark("{rows} pending, {n} failed: run the same command again to go on"),
    mark("{rows} pending, {n} failed: run without --offline to go on"),
    mark("older answers stand where none came: run the same command again to go on"),
    mark("exit code {code}: --fail-on {gates}"),
    mark("wrote {path}"),
)
NOTES = (*OF_VALUES, *OF_ROWS, *OF_ANSWERS, *OF_CHANGES, *OF_TERMINAL)
COUNTED = (
    ngettext("{n} file", "{n} files"),
    ngettext("{n} indicator", "{n} indicators"),
    ngettext("{n} row", "{n} rows"),
    ngettext("{n} call", "{n} calls"),
    ngettext("{n} damaged value", "{n} damaged values"),
    ngettext("{n} look-alike", "{n} look-alikes"),
    ngettext("{n} domain", "{n} domains"),
    ngettext("{n} IP address", "{n} IP addresses"),
    ngettext("{n} URL", "{n} URLs"),
)
"""Numbers of things, as they stand in the places of the sentences above."""
