"""What the words above, beside and before a value say of it: the tables of words, and their reading.

Declarative on purpose: a new look-alike or language is a new line. Knows nothing of rows or cells.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

LEFT_OUT: tuple[tuple[str, str], ...] = (
    (r"imp(?:ort)? ?hash(?:es)?|import table hash", "imphash: of a program's imports, not of a file"),
    (r"v ?hash(?:es)?", "vhash: VirusTotal's similarity hash, not a file's"),
    (r"ja3 ?s?|ja4\w*|ja3(?:s|c)? ?(?:full)?|jarm|hassh(?: server)?", "TLS fingerprint (JA3, JARM), not a file's hash"),
    (r"ss ?deep|fuzzy(?: ?hash(?:es)?)?|tlsh|sdhash|nilsimsa|lzjd", "fuzzy hash (SSDEEP, TLSH), not a file's"),
    (r"authenti ?hash(?:es)?|authenticode", "authentihash: of a program's signed part, not of the file"),
    (r"pe ?hash(?:es)?(?!\w)|pehashng", "PEhash: of a program's structure, not of a file"),
    (r"rich ?(?:pe ?)?(?:header ?)?hash(?:es)?|rich ?pe", "hash of a program's Rich header, not of a file"),
    (
        r"tel ?f ?hash|tel ?fhash|symhash|gimphash|machoke|dex ?hash|exphash",
        "hash of a program's symbols, not of a file",
    ),
    (
        r"(?:main )?icon(?: ?(?:d?hash|md5))?s?|d ?hash|p ?hash|fav ?icon\w*|mmh3|murmur\w*",
        "hash of an icon or picture",
    ),
    (r"section ?(?:hash|md5|sha1|sha256)\w*|resource ?(?:hash|md5|sha1|sha256)\w*", "hash of a part of a program"),
    (r"mute(?:x|xes|xe|ces|ante?s?)|mutants?|мьютекс\w*|мютекс\w*|互斥\w*|ミューテックス|뮤텍스", "mutex name"),
    (
        r"thumb ?prints?|finger ?prints?|huella ?digital|fingerabdr\w+|отпечат\w+|指纹|指紋|拇印|지문",
        "certificate thumbprint or other fingerprint, not a file's hash",
    ),
    (
        r"serial(?: ?(?:numbers?|nos?|nr))?|serials|seriennummer\w*|num[eé]ro de s[eé]rie|n[uú]mero de serie"
        r"|сери[яий]\w* номер\w*|серийн\w+|序列号|シリアル\w*|시리얼",
        "serial number",
    ),
    (
        r"(?:x ?\.?509|x509\w*|ssl|tls|code ?sign(?:ing|er)|signing|signer|root|leaf|intermediate)? ?(?:certs?|certificates?)"
        r"|certificad\w+|certificat|zertifikat\w*|сертификат\w*|证书|證書|証明書|인증서|x509\w*",
        "certificate, not a file's hash",
    ),
    (
        r"(?:public|private|machine|validation|decryption|encryption|api|secret|master|session|license|product|registry"
        r"|reg|rsa|aes|rc4|xor|access|auth\w*|ssh|pgp|gpg|crypto)? ?keys?|keydata|hmac|schl[uü]ssel|llave|clave"
        r"|cl[eé]s?|chaves?|ключ\w*|密钥|密鑰|鍵|キー|키값?|machinekey|subject ?key ?(?:id|identifier)|ski|aki",
        "key: a secret or a public key, not a file's hash",
    ),
    (
        r"pass(?:word|wd|wort|phrase|code)?(?:s|w[oö]rter)?|pwds?|pw|passwort|contrase[nñ]as?|mots? de passe|senhas?"
        r"|парол\w+|密码|密碼|口令|パスワード|비밀번호|암호|ntlm(?:v\d)?|nt ?hash|lm ?hash|lm|mscash\w*|credentials?|creds?",
        "password or its hash: a secret",
    ),
    (
        r"(?:access|auth\w*|bearer|refresh|csrf|session|api|bot)? ?tokens?|jwt|cookies?|session(?: ?ids?)?|sess ?ids?|jsessionid"
        r"|phpsessid|secrets?|nonces?|salts?|otp|seed|токен\w*|令牌|トークン|토큰",
        "token, cookie or other secret",
    ),
    (
        r"(?:machine|hardware|device|bot|client|victim|install(?:ation)?|campaign|build|agent|user|account|customer|tenant"
        r"|host|system|beacon|chat|event|affiliate|infection|computer|disk|volume) ?(?:g?u?uid|ids?|identifiers?)|hwid|imei"
        r"|g?uu?ids?(?<!\bid)|guids?|clsid|mvid|typelib(?: ?id)?|pdb ?(?:guid|id|sig\w*|age)|gid",
        "identifier (GUID, machine or campaign id), not a file's hash",
    ),
    (
        r"(?:git|svn|hg)? ?commits?(?: ?(?:ids?|shas?|hash(?:es)?))?|git ?(?:hash|sha|rev\w*|ref|tree|blob)|revisions?|gists?"
        r"|patch(?:es)?|коммит\w*|커밋|提交",
        "commit or revision id, not a file's hash",
    ),
    (
        r"(?:crypto ?(?:currency)?|bitcoin|btc|eth\w*|monero|xmr|tron|trx|ltc|coin)? ?(?:wallets?)(?: ?addr\w*)?"
        r"|(?:crypto ?(?:currency)?|bitcoin|btc|eth\w*|monero|xmr|tron|trx|coin) ?addr\w*|bitcoin|ethereum"
        r"|tx ?(?:id|hash)|transactions?(?: ?(?:id|hash))?|контракт|кошел\w+|钱包|錢包|ウォレット|지갑",
        "wallet address or transaction, not a file's hash",
    ),
    (r"e ?tags?|message ?ids?|nsrl ?id|request ?ids?|trace ?ids?|correlation ?ids?", "identifier in a protocol"),
    (r"torrents?|info ?hash|btih|magnet", "torrent id, not a file's hash"),
    (r"aes|des|rc4|iv|cipher(?:text)?|hex ?dump|shellcode bytes", "bytes of a cipher, not a file's hash"),
)
"""(words, reason): values that these words name are no file hashes. Order matters where a phrase holds two."""

OTHER_ALGORITHMS = (
    r"md[24]|sha ?-?(?:224|384|512)(?:/\d+)?|sha ?3(?: ?\d{3})?|keccak\w*|ripemd ?\d*|rmd ?\d+|tiger\w*|whirlpool|snefru ?\d*"
    r"|crc ?\d*\w?|adler\w*|blake\w*|gost\w*|haval\w*|has ?160|xxh\w*|xxhash|fnv\w*|sm3|panama|joaat|elf ?hash"
)

ALGORITHM = r"(md ?5)|(sha ?0*1(?!\d))|(sha ?2 ?256|sha ?256|sha ?2(?!\d))"

HASH = (
    r"(?:file ?)?hash(?:es|wert\w*)?|(?:file ?)?(?:hash|md5|sha1|sha256)(?: ?(?:sums?|values?|codes?))|checksums?|digests?"
    r"|pr[uü]fsummen?|empreintes?|sommes? de contr[oô]le|sumas?|хеш\w*|хэш\w*|контрольн\w+ сумм\w*|哈希\w*|散列\w*|雜湊\w*"
    r"|ハッシュ\w*|해시\w*"
)

NAMES = (
    r"(?:file|process|image|object|sample|original|internal|meaningful|attachment|document|doc|module|driver|dll|exe|mail"
    r"|dropped|display|service|folder|startup|component)? ?names? ?\d*|filenames? ?\d*|(?:full |file |folder |install )?paths?"
    r"|file ?paths?|locations?|folders?|director(?:y|ies)|command ?lines?|cmd ?lines?|title|subject"
    r"|им[яе]н?\w* ?(?:файл\w*)?|путь|nombres?|dateiname\w*|nom|noms|nome|pfad|文件名|檔名|ファイル名|파일명|이름|路径"
)

ADDRESSES = (
    r"urls?|uris?|links?|ref(?:erence)?s?|sources?|domains?|hosts?|host ?names?|fqdns?|c2s?|c&c|websites?|permalinks?|ссылк\w+"
    r"|链接|リンク|링크|enlaces?|liens?"
)

IDS = r"ids?|uid|oid|no|number|key ?id|record|identifier|seq\w*"

NOT_A_SECRET = re.compile(
    r"(?:password|pass|pwd|key|token|cookie|credentials?|wallet|certificate|cert|session|secret)s?"
    r" (?:protected|encrypted|stealer|stealing|grabber|logger|dumper|dump|cracker|recovery|spray\w*|manager|theft|hijack\w*"
    r"|clipper|swapper|drainer|miner|filter|revealer|viewer|changer|based)"
    r"|key (?:iocs?|indicators?|findings?|files?|samples?|takeaways?|artifacts?|malware|words?)"
    r"|keylogger|signed (?:files?|samples?|malware|binar\w+)|(?:file|sample) finger ?prints?"
    r"|patch(?:ed)? (?:files?|dll)|(?:commits?|mutex) (?:dropper|checker)|unzip password|zip password"
)

TYPES = re.compile(
    r"(?<!\w)(?:types?|kinds?|algorithms?|algo|categor(?:y|ies)|relation|indicators?|attribute|field|property|label|what"
    r"|artifact|тип\w*|类型|種類|유형|typ|tipo)(?!\w)"
)
NOTES = re.compile(
    r"(?<!\w)(?:notes?|comments?|desc(?:r|riptions?)?|context|details?|remarks?|описание|комментари\w*|примечани\w*|備考"
    r"|备注|描述|beschreibung|descripci[oó]n|descrição|bemerkung\w*)(?!\w)"
)
"""Headings of the columns that say what a row's value is, in tables of type and value."""

QUALIFIERS = "ssl|tls|https?|code|signing|signed|public|private|server|client|self|root|raw|md5|sha ?1|sha ?256|s"


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a heading, a label or a type says of the values that it names."""

    reason: str = ""
    """Why they are no file hashes; "" where nothing says so."""
    hash: bool = False
    """A file's hash is meant."""
    algorithm: str = ""
    """The one algorithm that is named, "" where none or several are."""
    name: bool = False
    """Names, paths: a hash in them is part of a name."""
    address: bool = False
    id: bool = False
    type: bool = False
    """It heads the types of a table of type and value."""
    note: bool = False
    role: str = ""
    """What is left when the words for hash are taken away ("payload", "parent"): whose hash it is."""

    @property
    def spoken(self) -> bool:
        """Whether anything is known of it."""
        return bool(
            self.reason or self.hash or self.algorithm or self.name or self.address or self.id or self.type or self.note
        )


NOTHING = Meaning()
LONGEST_HEADING = 80


def _words(pattern: str) -> str:
    """Bounded as words; scripts written without spaces bound themselves."""
    return rf"(?<![a-z0-9а-яё])(?:{pattern})(?![a-z0-9а-яё])"


_LEFT_OUT = tuple((re.compile(_words(pattern)), reason) for pattern, reason in LEFT_OUT)
_ANY_LEFT_OUT = re.compile("|".join(_words(pattern) for pattern, _ in LEFT_OUT))
_OTHER = re.compile(_words(OTHER_ALGORITHMS))
_ALGORITHM = re.compile(rf"(?<![a-z0-9])(?:{ALGORITHM})(?![0-9])")
NAMES_ALGORITHM = re.compile(r"[\w \-]{0,20}?(?:md ?-?5|sha ?-?[12])", re.IGNORECASE)
"""A quick look: the start of a type that names an algorithm."""
_HASH = re.compile(_words(HASH))
_NAMES = re.compile(rf"(?:{NAMES})(?: \(.*\))?")
_ADDRESSES = re.compile(_words(ADDRESSES))
_IDS = re.compile(IDS)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z]{2})(?=[A-Z][a-z])")
_SEPARATORS = re.compile(r"[\W_]+")
_FILLERS = (
    r"(?: (?:values?|hash(?:es)?|md5|sha ?1|sha ?256|numbers?|nos?|names?|ids?|lists?|used|strings?|is|was|are|of|the|found"
    r"|created|named|called|identifier|hex|in|to|with|for))*"
)
_ENDING = tuple((re.compile(_words(pattern) + _FILLERS + "$"), reason) for pattern, reason in LEFT_OUT)
_WHOLE = re.compile(
    rf"(?:(?:{'|'.join(pattern for pattern, _ in LEFT_OUT)}|{OTHER_ALGORITHMS}|{QUALIFIERS}){_FILLERS}(?: |$))+"
)
_ENDING_OTHER = re.compile(_words(OTHER_ALGORITHMS) + _FILLERS.replace("md5|sha ?1|sha ?256|", "") + "$")
_ALGORITHMS = ("md5", "sha1", "sha256")
_OWN = re.compile(
    r"(?<![a-z])(?:md5|sha ?1|sha ?256|sha2|sha|md|hash(?:es)?|checksums?|digests?|files?|sums?|values?|associated|ioc|iocs"
    r"|indicators?|data|the|of|for|in|s|and|or|all|lower|upper|hex|malware|samples?|type|info|linked|related|vt|virustotal)"
    r"(?![a-z])|\d+"
)


def plain(text: str) -> str:
    """Lower-case words with single spaces: ``FileHash-MD5`` -> ``file hash md5``."""
    spaced = _CAMEL.sub(" ", text) if not text.islower() else text
    return _SEPARATORS.sub(" ", spaced).strip().lower()


@lru_cache(maxsize=4096)
def heading(text: str) -> Meaning:
    """What a column's heading, or a cell of a column of types, says of the values under or beside it."""
    if not text or len(text) > LONGEST_HEADING:
        return NOTHING
    words = plain(text)
    algorithms = algorithms_in(words)
    reason = _reason(words, algorithms)
    is_hash = bool(algorithms) or bool(_HASH.search(words))
    name = not algorithms and bool(_NAMES.fullmatch(words))
    return Meaning(
        reason="" if name else reason,
        hash=is_hash and not reason and not name,
        algorithm=algorithms[0] if len(algorithms) == 1 else "",
        name=name,
        address=not is_hash and bool(_ADDRESSES.search(words)),
        id=bool(_IDS.fullmatch(words)),
        type=not algorithms and bool(TYPES.search(words)),
        note=not algorithms and bool(NOTES.search(words)),
        role=_SEPARATORS.sub(" ", _OWN.sub(" ", words)).strip() if is_hash else "",
    )


def algorithms_in(words: str) -> tuple[str, ...]:
    """The algorithms that plain words name."""
    found = {name for m in _ALGORITHM.finditer(words) for name, hit in zip(_ALGORITHMS, m.groups(), strict=True) if hit}
    return tuple(sorted(found))


def _reason(words: str, algorithms: tuple[str, ...]) -> str:
    rest = NOT_A_SECRET.sub(" ", words)
    if _ANY_LEFT_OUT.search(rest):
        return next(reason for pattern, reason in _LEFT_OUT if pattern.search(rest))
    if not algorithms and (other := _OTHER.search(rest)):
        return other_algorithm(other.group())
    return ""


def other_algorithm(name: str) -> str:
    """The reason where a hash is of an algorithm that files are not asked for by."""
    return f"{name.upper()}: files are looked up by MD5, SHA-1 and SHA-256 only"


@lru_cache(maxsize=8192)
def whole(text: str) -> str:
    """Why a value is no file's hash where ``text`` says nothing else: stricter than ``label``, for free text beside it
    ("Certificate thumbprint", "SSL Public Key MD5", and not "Steals passwords").
    """
    words = _SEPARATORS.sub(" ", text[:200]).strip().lower()
    return label(words) if _WHOLE.fullmatch(words) else ""


@lru_cache(maxsize=8192)
def label(text: str) -> str:
    """Why a value that ``text`` leads up to, or stands for, is no file's hash: only where the phrase ends in such a
    word, so that "Password stealer" or "signed with a stolen certificate, dropper" say nothing. Else "".
    """
    words = NOT_A_SECRET.sub(" ", plain(text[-160:]))[-120:]
    if _ANY_LEFT_OUT.search(words):
        for pattern, reason in _ENDING:
            if pattern.search(words):
                return reason
    if (other := _ENDING_OTHER.search(words)) and not algorithms_in(words[other.start() :]):
        return other_algorithm(other.group().split(" value")[0].split(" hash")[0])
    return ""
