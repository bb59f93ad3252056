"""The words by which headings, types, labels and titles say what a value is: tables only, in many languages.

A new look-alike or language is a new line here; how they are read is ``labels``' business. What the tables do not know
is not guessed: a heading without a word of hashes, files or indicators in general leaves its column out.
"""

from __future__ import annotations

import re

from enrich.indicators.shared.vocabulary import ENTITY, INDICATOR, VALUE

OF_TEXT = "hash of a text or a page, not of a file"
LOGIN = "password or its hash: a secret"

# imphash, vhash, JA3: nothing else is ever called so, so that "samples imphash list" is of imphashes
FIRM: tuple[tuple[str, str], ...] = (
    (r"imp(?:ort)? ?hash(?:es)?|import table hash|(?<!\w )imp$", "imphash: of a program's imports, not of a file"),
    (
        (
            r"truncated|abbreviated|shortened"
            r"|(?:hash|md5|sha ?1|sha ?256) (?:prefix(?:es)?|(?:starts|begins|starting) with)"
            r"|prefix(?:es)? of the (?:hash|md5|sha ?1|sha ?256)"
            r"|first \d+ (?:characters|chars|digits|bytes)(?: of the (?:hash|md5|sha ?1|sha ?256))?"
        ),
        "a part of a hash",
    ),
    (r"v ?hash(?:es)?", "vhash: VirusTotal's similarity hash, not a file's"),
    (
        r"ja3 ?s?|ja4\w*|ja3(?:s|c)? ?(?:full)?|jarm|rdfp|hassh ?(?:server)?",
        "TLS fingerprint (JA3, JARM), not a file's hash",
    ),
    (
        r"ss ?deep|fuzzy(?: ?hash(?:es)?)?|imp ?fuzzy|tlsh|sdhash|nilsimsa|lzjd",
        "fuzzy hash (SSDEEP, TLSH), not a file's",
    ),
    (
        r"authenti ?hash(?:es)?|authenti ?code(?: ?hash)?|pe ?sha ?(?:1|256)|pe ?256",
        "authentihash: of a program's signed part, not of the file",
    ),
    (r"pe ?hash(?:es)?(?!\w)|pehashng", "PEhash: of a program's structure, not of a file"),
    (
        r"rich ?(?:pe ?)?(?:header ?)?hash(?:es)?|rich ?(?:pe|headers?)|rh ?hash",
        "hash of a program's Rich header, not of a file",
    ),
    (
        r"tel ?f ?hash|(?:sym|gimp|exp)hash|(?:dex|perm|cd|code ?directory|type ?ref) ?hash|macho(?:c|ke)",
        "hash of a program's symbols or rights, not of a file",
    ),
    (
        r"(?:main )?icon ?(?:d?hash|md5|(?:raw )?md5|fuzzy)|d ?hash|p ?hash|fav ?icon\w*|mmh3|murmur\w*",
        "hash of an icon or picture",
    ),
    (
        (
            r"(?:sections?|resources?(?: details)?|overlay|streams?|op ?codes?|func(?:tion)?s?)"
            r" ?(?:hash|md5|sha ?1|sha ?256)\w*|pe ?sections?|pe ?resources?(?: ?(?:lists?|details?))?"
        ),
        "hash of a part of a program",
    ),
    (
        r"(?:banners?|dom|(?<!rich )(?<!pe )headers?)(?: \d)? ?(?:hash|md5|sha ?1|sha ?256)\w*",
        "hash of a server's answer or a page",
    ),
    (
        (
            r"(?:(?:create|open) ?)?mute(?:x|xes|xe|ces|ante?s?)(?: ?(?:ex ?)?[aw])?|mutants?|мьютекс\w*|мютекс\w*"
            r"|互斥\w*|ミューテックス|뮤텍스"
        ),
        "mutex name",
    ),
    (
        r"(?:thumb|finger) ?prints?|huella ?digital|fingerabdr\w+|отпечат\w+|指纹|指紋|拇印|지문|pub (?:[rd]sa|ed)\d+",
        "certificate thumbprint or other fingerprint, not a file's hash",
    ),
)
"""(words, reason): values that these words name are no file hashes, wherever in a phrase they stand."""

FILES = (
    r"(?:files?|samples?|binar(?:y|ies)|malwares?|executables?|exes?|dlls?|apks?|isos?|lnks?|docs?|documents?|pdfs?"
    r"|zips?|archives?|scripts?|macros?|installers?|droppers?|loaders?|downloaders?|stealers?|payloads?|backdoors?"
    r"|implants?|trojans?|ransomware|worms?|virus(?:es)?|rats?|tools?|drivers?|apps?|applications?|shellcodes?"
    r"|packages?|attachments?|loggers?|keyloggers?|miners?|clippers?|web ?shells?|beacons?|variants?|components?"
    r"|programs?|software|файл\w*|образц\w*|样本|文件|datei(?:en)?|fichiers?|archivos?|muestras?)"
)
"""What files are called."""

_OF_NO_FILE = rf"(?!(?:{FILES}|vt|total|indicators?|iocs?|entity|object|art[ei]facts?|hash|iced|(?:md|sha)? ?\d*) )"
# "Certificate" may as well be what a sample was signed with
PLAIN: tuple[tuple[str, str], ...] = (
    (
        (
            r"serial(?: ?(?:numbers?|nos?|nr))?|serials|seriennummer\w*|num[eé]ro de s[eé]rie|n[uú]mero de serie"
            r"|сери[яий]\w* номер\w*|серийн\w+(?: номер\w*)?|序列号|シリアル\w*|시리얼"
        ),
        "serial number",
    ),
    (
        (
            r"(?:x ?\.?509|x509\w*|ssl|tls|code ?sign(?:ing|er)|signing|signer|root|leaf|intermediate)? ?(?:certs?"
            r"|certificates?)|(?:issuer|subject) ?(?:name|key) ?(?:hash|md5|sha ?1)"
            r"|(?:digital )?signers?|digital signatures?|cert chain fps|tbs(?: ?(?:hash|certificate))?"
            r"|(?:ssl|tls|signer|issuer|cert|sig(?:nature)?) ?(?:hash|md5|sha(?: ?1| ?256)?)|subject hash"
            r"|certificad\w+|certificat|zertifikat\w*|сертификат\w*|证书|證書|証明書|인증서|x509\w*"
        ),
        "certificate, not a file's hash",
    ),
    (
        (
            r"(?:public|private|machine|validation|decryption|encryption|api|secret|master|session|license|product"
            r"|registry|reg|pre ?shared|rsa|aes|rc4|xor|access|auth\w*|ssh|pgp|gpg|crypto)? ?keys?(?: ?\d{1,2})?"
            r"|pub ?keys?|keydata|key content|hmac|private ?mac|tpm(?: ek)?|modul(?:us|i)(?: prefix)?"
            r"|(?:\w*schl[uü]ssel|llave|clave|cl[eé]|chave|chiave|ключ)s?"
            r"(?: (?:aes|rsa|rc4|xor|priv\w+|secr\w+|p[uú]bli\w+))?"
            r"|(?<!\w )iv|initiali[sz]ation vectors?|machinekey|(?:subject|authority) ?key ?(?:id|identifier)|key ?ids?"
            r"|ключ\w*(?: (?:де)?шифр\w*)?|密钥|密鑰|鍵|キー|키값?"
        ),
        "key: a secret or a public key, not a file's hash",
    ),
    (
        (
            r"pass(?:word|wd|phrase|code)s?(?: \d)?|(?:pass|kenn)w[oö]rt\w*|pass|pwds?|pws?|mdp"
            r"|(?:auth|pw|pin) ?hash(?:es)?|contrase[nñ]as?|mots? de passe|senhas?|парол\w+|密码(?:哈希)?"
            r"|密碼(?:雜湊)?|口令|パスワード(?:の?ハッシュ)?|hasł\w+|haseł|hesl[aeo]\w*|wachtwoord\w*|lösenord\w*"
            r"|adgangskode\w*|salasana\w*(?: tiiviste)?|jelsz\w+|(?:parol[aă]|şifre)\w*(?: özeti)?"
            r"|كلم(?:ة|ات) (?:ال)?(?:مرور|سر)|סיסמ\w*|mật khẩu|kata sandi|κωδικ\w+|รห สผ าน|비밀번호(?: 해시)?|암호"
            r"|ntlm(?:v\d)?|nt ?hash|lm ?hash|ms ?ca(?:sh|che)\w*(?: v ?\d)?|dpapi|primary wdigest|hash ?cat"
            r"|pot ?files?|krbtgt|ticket ?hash|machine account|auth\w* values?|\w+ salts?|random values?|credentials?"
            r"|creds?|unlock(?:ing)? codes?|(?:db|sql|users?|accounts?) dumps?"
        ),
        LOGIN,
    ),
    (
        (
            r"(?:access|auth\w*|bearer|refresh|csrf|session|api|bot)? ?tokens?|jwt|cookies?|crumbs?|bearer"
            r"|\w*sess(?:ion)? ?ids?|(?:server|client) ?random|\w*secrets?|c?nonces?|opaque|psk|pmkid|pre ?shared"
            r"|токен\w*|令牌|トークン|토큰"
        ),
        "token, cookie or other secret",
    ),
    (
        (
            r"(?:machine|hardware|device|bot|client|victim|campaign|user|account|customer|host|system|disk|volume|process"
            r"|(?:process|parent) entity|event|boot|signature|rule|alert|incident) ?(?:g?u?uid|ids?|identifiers?)"
            r"|hwid|imei|story ?line ?id|bucket ?owner|requester"
            # "Ticket ID"; not "Sample ID", which is its hash, and not IcedID, which is malware
            rf"|{_OF_NO_FILE}\w+ (?:u?u?ids?|identifiers?)|identifi(?:cador|cativo|ant|catore)\w*|kennung\w*"
            r"|идентификатор\w*(?: (?!файл|образ)[^\W\d_]+){0,3}|标识符?|識別子"
            r"|(?:campaign|bot ?net|affiliate|build) (?:designators?|codes?|tags?)"
            r"|verification codes?|g?uu?ids?(?<!\bid)|guids?|clsid|mvid|typelib|pdb ?(?:guid|id|sig\w*|age)"
        ),
        "identifier (GUID, machine or campaign id), not a file's hash",
    ),
    (
        (
            rf"{_OF_NO_FILE}\w+ (?:numbers?|nr)|(?!serien|hash|proben)\w+nummern?|num[eé]ros?|n[uú]meros?|nº"
            r"|aktenzeichen|номер\w*(?: (?!файл|образ)[^\W\d_]+){0,3}|(?<!样本)编号|編號|番号|번호"
        ),
        "number of a record, not a file's hash",
    ),
    (
        (
            r"(?:user|user ?name|account|string|watermark|interpreter|query|e ?mail(?: address)?|phone(?: number)?"
            r"|address|ip|domain|host(?: ?name)?|cookie|prompt|bucket|dt|device token)"
            r" ?(?:hash(?:es)?|md5|sha ?1|sha ?256|digests?|checksums?)|events? ?(?:hash(?:es)?|checksums?)"
            r"|hashed (?:\w+ )?buckets?"
        ),
        "hash of a name or text, not of a file",
    ),
    (
        (
            r"(?:row|record|content|response|body|page|html|title|text|logic|rule|config(?:uration)?)"
            r" ?(?:hash(?:es)?|md5|sha ?1|sha ?256|digests?|checksums?)|checksum config"
        ),
        OF_TEXT,
    ),
    (r"dns ?sec|secure ?dns|(?:dns|ds|txt) ?(?:data|records?)", "data of a DNS record, not a file's hash"),
    (r"(?:method and |chain of )?custody|метод и происхождение", "record of custody: one's own file"),
    (r"pinned digests?", "digest of a package that a build is pinned to, not an indicator"),
    (r"external references?", "hash of a document that is referred to, not of a file"),
    (r"licen[cs]es?|licen[cs]e (?:codes?|numbers?)", "licence key"),
    (
        (
            r"(?:docker|container|sandbox|endpoint|network)(?: image)? ?(?:ids?|digests?|hash(?:es)?)"
            r"|(?:layer|manifest|diff) ?(?:ids?|digests?|hash(?:es)?|sha ?256)|image ?(?:ids?|digests?)|docker ?images?"
        ),
        "id of a container or its image, not a file's hash",
    ),
    (
        (
            r"(?:git|svn|hg)? ?commits?(?: ?(?:ids?|shas?|hash(?:es)?))?|git ?(?:hash|sha|rev\w*|ref)"
            r"|(?:orig|fetch|merge) head|packed refs|git blobs?|(?:parent|base|before|after) ?sha|sha p"
            r"|revisions?(?: ?(?:ids?|hash(?:es)?))?|patch ?(?:ids?|hash(?:es)?)|revs?|head ?sha|tree ?(?:id|sha)"
            r"|(?:resolved|source|package|dist) ?ref(?:erence)?s?|git ?logs?|reflogs?|коммит\w*|커밋|提交"
        ),
        "commit or revision id, not a file's hash",
    ),
    (
        (
            r"(?:crypto ?(?:currency)?|bitcoin|btc|eth\w*|monero|xmr|tron|trx|ltc|coin)? ?(?:wallets?)(?: ?addr\w*)?"
            r"|(?:crypto ?(?:currency)?|bitcoin|btc|eth\w*|monero|xmr|tron|trx|coin|contract) ?addr\w*"
            r"|(?:smart|eth\w*|tron|bsc|bnb|polygon|token) ?contracts?"
            r"|payment ?ids?|txn?|tx ?(?:id|hash)|block ?hash|transactions?(?: ?(?:id|hash))?"
            r"|контракт|кошел\w+|钱包|錢包|ウォレット|지갑"
        ),
        "wallet address or transaction, not a file's hash",
    ),
    (
        r"e ?tags?|boundar(?:y|ies)|(?:message|content|e?smtps?a?) ?ids?|nsrl ?id|(?:request|trace|correlation) ?ids?",
        "identifier in a protocol",
    ),
    (r"torrent ?(?:hash(?:es)?|ids?|files?)|info ?hash|btih|magnet ?(?:links?|uris?)", "torrent id, not a file's hash"),
)
"""The same for words that a phrase has to end in: "Wallet stealer" is another thing than "Stolen wallet"."""

LEFT_OUT = FIRM + PLAIN

# MD4 has 32 digits, RIPEMD-160 has 40, BLAKE2s 64: asked for as MD5, SHA-1, SHA-256 they answer "not found"
OTHER_ALGORITHMS = (
    r"md[24]|blake ?\d\w*(?: \d{3})?|haval\w*|has ?160|xxh\w*|xxhash|sm3"
    r"|sha ?-?(?:224|384|512)(?:/\d+)?|sha ?3(?: ?\d{3})?|keccak\w*|ripemd ?\d*|rmd ?\d+|snefru ?\d*"
    r"|(?:tiger|gost) ?\d\w*|(?:tiger|gost|panama|whirlpool)(?: ?(?:crypto|hash))+"
)
"""Of those that may have the length of MD5, SHA-1 or SHA-256, or are SHA; names that are words need more than that."""

CARRIERS = r"process(?: ?info)?|processes|modules?|parents?|images? ?loaded|examples?|ejemplos?|beispiele?|exemples?"
"""Records that have a file of their own, or are of files: a hash in them is that file's ("process.hash")."""

ALGORITHM = r"(md ?5)|(sha ?0*1(?!\d))|(sha ?2 ?256|sha ?256|sha ?2(?!\d))"

HASH = (
    r"(?:file ?)?hash(?:es|wert\w*|waard\w*|v[äæ]rd\w*)?|(?:file ?)?(?:hash|md5|sha1|sha256) ?(?:sums?|values?|codes?)"
    r"|ba ?md5|\w*cksums?|(?:file ?)?(?:checksums?|digests?)|(?:datei|bestands?|fil)hash\w*|hash ?summ?[ae]n?"
    r"|pr[uü]fsummen?|empreintes?|sommes? de contr[oô]le|sumas?|хеш\w*|хэш\w*"
    r"|контрольн\w+ сумм?\w*|геш\w*|skrót\w*|kontroln\w+ (?:součet|súčet|zbroj)|sumă de control|kontroll?summ?\w*"
    r"|sağlama\w*|(?:dosya )?özet(?:i|leri)?|تجزئة\w*|هاش\w*|κατακερματισμ\w*|גיבוב\w*|แฮช|mã băm"
    r"|ellenőrző ?összeg\w*|tiiviste\w*|controlesom\w*|哈希\w*|散列\w*|雜湊\w*|ハッシュ\w*|해시\w*"
)

GENERIC = (
    rf"{INDICATOR}|{ENTITY}|evidences?|specimens?|beweis\w*"
    r"|(?:file|sample|malware|vt|virus ?total|sha ?\d+|md ?5|hash) ids?"
)
"""What a column of indicators of any kind may be called, wherever in a heading it stands."""

OPEN = (
    rf"{VALUE}|data|content|text|message|msg|raw|body|logs?|events?|detections?"
    r"|results?|reports?|alerts?|threats?|patterns?|items?|objects?|formulas?|output|summary|analysis|info\w*|findings?|subject"
)
"""What a heading may end in that leaves open what stands below it."""

NAMES = (
    r"(?:file|process|image|object|sample|original|internal|meaningful|attachment|document|doc|module|driver"
    r"|dll|exe|mail|dropped|display|service|folder|startup|component)? ?names? ?\d*|filenames? ?\d*"
    r"|(?:full |file |folder |install )?paths?|file ?paths?"
    r"|locations?|folders?|director(?:y|ies)|command ?lines?|cmd ?lines?|title|subject|images?"
    r"|им[яе]н?\w* ?(?:файл\w*)?|путь|nombres?|dateiname\w*|nom|noms|nome|pfad|文件名|檔名|ファイル名|파일명|이름|路径"
)

ADDRESSES = (
    r"urls?|uris?|links?|ref(?:erence)?s?|sources?|domains?|hosts?|host ?names?|fqdns?|c2s?|c&c|websites?"
    r"|permalinks?|ссылк\w+|链接|リンク|링크|enlaces?|liens?"
)

# "report id", "no"; not "sample id", "sha256 id", which are names for the hash itself
IDS = (
    r"(?:(?!(?:file|sample|malware|vt|virus ?total|indicator|ioc|entity|object|sha ?\d+|md ?5|hash) (?:id|uid)s?$)"
    r".*(?:^| )(?:ids?|uid|oid|aid|cid|identifiers?)|no|number|record|seq\w*)"
)
"""Numbers of records; an id of a file or an indicator may well be its hash."""

# what takes the sting out of a word of PLAIN: malware that steals passwords is a file
NOT_A_SECRET = re.compile(
    r"(?:password|pass|pwd|key|token|cookie|credentials?|wallet|certificate|cert|session|secret)s?"
    r" (?:protected|encrypted|stealer|stealing|grabber|logger|dumper|dump|cracker|recovery|spray\w*|manager|theft"
    r"|hijack\w*|clipper|swapper|drainer|miner|filter|revealer|viewer|changer|based)"
    r"|(?:fake|trojani.ed|malicious|rogue|bogus) wallets?|(?<!\w)(?:us|jp|cc|in|au|kr|hk|se|nl|bund|gov) certs?(?!\w)"
    r"|(?<!\w)cert (?:ua|eu|fr|in|br|pl|be|at|bund|lv|ee|se|il|ro)(?!\w)"
    r"|reg(?:istry)? keys? for|key (?:iocs?|indicators?|findings?|files?|samples?|takeaways?|artifacts?|malware|words?)"
    r"|keylogger|(?:file|sample) finger ?prints?"
    r"|文件指纹|отпечат\w+ файл\w*|(?:commits?|mutex) (?:dropper|checker)|unzip password|zip password"
)

TYPES = re.compile(
    # "Type", "Indicator kind", "Hash algorithm"; not "Type ID", "Event type", "Action type" of telemetry
    r"^(?!.*(?:tag|id|uuid|count|(?<!object )name)s?$)"
    r"(?!.*(?<!\w)(?:events?|actions?|activit(?:y|ies)|tasks?|operations?|alerts?|logs?|logons?|sessions?|connections?"
    r"|requests?|messages?|process(?:es)?|sensors?|devices?|incidents?)(?!\w))"
    r".*(?<!\w)(?:\w*types?|kinds?|algorithms?|algo?|categor(?:y|ies)|relation"
    r"|indicators?|attribute|object name|field|property|label|what|artifact|тип\w*|类型|類型|類別|種類|種別|유형"
    r"|typu?|tip(?:o|ul)?|rodzaj|druh|soort|tyyppi|típus|vrsta|türü?|loại|τύπος|вид|نوع|النوع|סוג|ประเภท)(?!\w)"
)
NOTES = re.compile(
    r"(?<!\w)(?:notes?|comments?|messages?|desc(?:r|riptions?)?|context|details?|remarks?|описание|комментари\w*"
    r"|примечани\w*|примітк\w*|備考|備註|비고|备注|描述|beschreibung|descripci[oó]n|descrição|bemerkung\w*|kommentar\w*"
    r"|anmerkung\w*|commentaires?|comentarios?)(?!\w)"
)
"""Headings of the columns that say what a row's value is; the type of an event says what happened."""

QUALIFIERS = "ssl|tls|https?|code|signing|signed|public|private|server|client|self|root|raw|md5|sha ?1|sha ?256|s"
