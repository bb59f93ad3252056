"""What in a URL is a person's or a secret: a look-up of an unknown URL still tells the service all of it."""

from __future__ import annotations

import base64
import binascii
import re
from functools import lru_cache
from urllib.parse import unquote, unquote_plus

from enrich.indicators.shared import domain_name, ip_address
from enrich.indicators.shared.url_form import Parts, split

PERSONAL = "a mail address in the URL"
OF_A_MAIL = "the digest of a mail address in the URL"
CREDENTIALS = "a user name or password in the URL"
TOKEN = "a token in the URL"  # noqa: S105 - words for people
PARAMETER = "the URL's parameter {!r} may carry a person or a secret"
HOW_TO_SEND = "--send-private-urls sends it"

# me@example.com in any escape: kits and trackers write the victim's address so
_MAIL = re.compile(r"[\w.+%-]{1,64}@(?:[\w-]{1,63}\.){1,8}[a-z]{2,24}(?![\w-])", re.IGNORECASE)
"""Bounded on both sides, so that a long path is looked through in a time that grows with it."""
_JWT = re.compile(r"(?<![\w-])eyJ[\w-]{8,}\.(?:eyJ)?[\w-]{8,}\.[\w-]*")
"""A signed token: its head and, mostly, its body begin with ``{"`` in base64."""
_BOT = re.compile(r"/bot\d{6,12}:[\w-]{30,}")
"""A Telegram bot's token, with which anybody speaks for it."""
_WEBHOOK = re.compile(
    r"/(?:webhooks?(?:b2)?|services|workflows|hooks)/[\w@-]{8,}(?:/[\w@-]+)*/[\w-]{16,}", re.IGNORECASE
)
"""A webhook (Slack, Discord, Teams): whoever has its address writes there."""
_ONE_TIME = re.compile(
    r"/(?:[a-z]+[-_])?(?:reset|recover|verify|verification|confirm|confirmation|activate|activation|unsubscribe|invite"
    r"|invitation|magic|token|session)(?:[-_][a-z]+)*/(?=[\w-]*\d)[\w-]{16,}(?:[/?#]|$)",
    re.IGNORECASE,
)
"""A link that a service made for one person: whoever has it is that person."""
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{12,4096}={0,2}")
"""From nine bytes on, in either alphabet: what may be the address of whoever was to click."""
_AVATAR = re.compile(r"/avatar/(?:[0-9a-f]{64}|[0-9a-f]{32})(?![0-9a-f])", re.IGNORECASE)
"""A person's picture, as Gravatar and its like name it: by the digest of the mail address."""
_PARAMETER = re.compile(r"[?&;]([^=&;?#]{1,64})=([^&;#]+)")
_CARRIERS_WORDS = """
token accesstoken idtoken refreshtoken authtoken csrftoken usertoken sessiontoken securitytoken xamzsecuritytoken
xamzsignature xamzcredential code authcode otp sig signature session sessionid sessid sid phpsessid jsessionid
password passwd pwd pass passwort email mail emailaddress useremail login loginhint username user uid userid e secret
clientsecret apikey apitoken accesskey authkey auth authorization ticket samlresponse samlrequest assertion jwt bearer
upn recipient victim pw psw passcode pin key u uname usr account acct accountid phone phonenumber tel mobile msisdn
ssn iban dob birthdate firstname lastname fullname to cc bcc
"""
_CARRIERS = frozenset(_CARRIERS_WORDS.split())
"""Parameters, without signs and in lower case, that name a person, open a session or sign a request."""
_ENDINGS = ("key", "token", "secret", "password", "signature", "session", "invite")
"""The same of names that end so: Dropbox's ``rlkey``, Azure's ``subscription-key``."""
_IGNORED = re.compile(r"[\W_]+")


@lru_cache(maxsize=16384)
def withheld(value: str) -> str:
    """Return why a canonical URL must not be sent as it stands; "" where it may be.

    Reasons that ``--send-private-urls`` overrules end in ``HOW_TO_SEND``; a host that is never asked about stays home
    in any case.
    """
    parts = split(value)
    if parts is None:
        return "no URL that can be asked about"
    if reason := host_withheld(parts):
        return reason
    reason = _carries(parts)
    return f"{reason}; {HOW_TO_SEND}" if reason else ""


def host_withheld(parts: Parts) -> str:
    """Return why a URL's host is never asked about; "" where it may be."""
    host = parts.host.strip("[]")
    if ip_address.canonical(host):
        return ip_address.withheld(host)
    if domain_name.withheld(host):
        return domain_name.withheld(host)
    return "" if domain_name.canonical(host) else domain_name.INTERNAL


def _carries(parts: Parts) -> str:
    if parts.credentials:
        return CREDENTIALS
    rest = f"{parts.path}{parts.query}"
    decoded = unquote_plus(unquote(rest))
    if _AVATAR.search(decoded):
        return OF_A_MAIL
    if "@" in decoded and _MAIL.search(decoded):
        return PERSONAL
    if any(pattern.search(decoded) for pattern in (_JWT, _BOT, _WEBHOOK, _ONE_TIME)):
        return TOKEN
    for name, carried in _PARAMETER.findall(rest):
        leads_on = unquote(carried).lower().startswith(("http:", "https:"))  # where to go next, and nobody's name
        words = _IGNORED.sub("", unquote(name)).lower()
        if (words in _CARRIERS or words.endswith(_ENDINGS)) and not leads_on:
            return PARAMETER.format(unquote(name)[:40])
    return PERSONAL if any(map(_is_mail, _BASE64.findall(decoded))) else ""


def _is_mail(encoded: str) -> bool:
    """Return whether a run of base64 says a mail address; from any of its first four places, as a path's slash may
    belong to it or not.
    """
    # /t/bWVAZXhhbXBsZS5jb20/x: a slash may be a letter of base64 or the end of it
    return any(_holds_mail(part) for part in {encoded, *re.split(r"[/_-]", encoded)} if len(part) >= 12)


def _holds_mail(encoded: str) -> bool:
    digits = encoded.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        text = base64.b64decode(digits + "=" * (-len(digits) % 4)).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        return False
    return _MAIL.search(text) is not None
