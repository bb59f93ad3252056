"""How names end: those of files, those of hosts, and what is met as the ending of both."""

from __future__ import annotations

import re

from enrich.indicators.shared.domain_name import is_internal
from enrich.indicators.shared.suffixes import registrable

EXTENSION = re.compile(
    # .exe, .tar.gz, .7z, .001; not .method( of a program's text
    r"^(?:\.[0-9a-z_~-]{1,63})*\.(?P<last>[a-z][0-9a-z_~]{0,10}|7z|00\d|mp[34])(?![\w.]*\w\()",
    re.IGNORECASE,
)
FILE_ENDINGS = re.compile(
    r"(?:exe|dll|sys|drv|ocx|cpl|scr|pif|com|bat|cmd|ps1|psm1|vbs?|vbe|jse?|wsf|hta|lnk|url|msi|msp|jar|class"
    r"|apk|dex|ipa|elf"
    r"|so|dylib|dmg|pkg|app|deb|rpm|sh|py|pyc|pl|rb|php\d?|aspx?|jspx?|cer|crt|cfm|docx?|docm|dot[xm]?"
    r"|xls[xmb]?|xlt|ppt[xms]?"
    r"|pps[xm]?|rtf|pdf|odt|ods|odp|eml|msg|chm|hwpx?|one|pub|iso|img|vhdx?|zip|rar|7z|gz|tgz|tar|xz|bz2|cab"
    r"|ace|arj|lzh|bin"
    r"|dat|data|tmp|temp|bak|old|log|txt|csv|json|xml|html?|mhtml?|swf|vir|virus|virobj|sample|malware|malz|mal"
    r"|mlw|infected"
    r"|danger|quarantined?|out|file|fil|dump|dmp|mem|raw|unk|unknown|none|ex_|dl_|png|jpe?g|gif|bmp|ico|svg|mp[34]"
    r"|avi|wav|ttf|enc"
    r"|00\d|part\d?|x|o|macho|exe_|dll_|bin_|upx|unpacked|config|cfg|ini|db|sqlite|reg|inf|wim|partial)",
    re.IGNORECASE,
)
_HOST_FIRST = "com"
"""Hosts end so far more often than programs do: a file it is only where a path says so."""


def is_file(extension: re.Match[str], after: str, *, in_path: bool) -> bool:
    """Return whether a name ends like a file's: a lone ending that no host's name has will do, or one before
    the last.
    """
    if after[extension.end() :].startswith("/"):
        return False
    first, last = extension[0].split(".")[1], extension["last"]
    lone = first == last
    is_domain = _ends_host(last)
    # <hash>.com is a host, C:\Temp\<hash>.com a program
    if lone and last.lower() == _HOST_FIRST:
        return in_path
    if FILE_ENDINGS.fullmatch(last):
        # .unpacked.zip, and .zip alone; not .evil.zip, a host under a domain that people can buy
        return lone or not is_domain or bool(FILE_ENDINGS.fullmatch(first))
    return not is_domain and (lone or bool(FILE_ENDINGS.fullmatch(first)))


def _ends_host(last: str) -> bool:
    name = f"x.{last.lower()}"
    return len(last) == 2 or registrable(name) != "" or is_internal(name) or name in ("x.onion", "x.bit")
