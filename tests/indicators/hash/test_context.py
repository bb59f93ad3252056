"""The text around a value in its own cell decides first."""

from __future__ import annotations

import pytest

from enrich.indicators import Says
from enrich.indicators.hash import digests as hashes
from enrich.indicators.hash.context import PART_OF_NAME, Context, around

MD5 = "9e107d9d372bb6826bd81d3542a419d6"
SHA1 = "2fd4e1c67a2d28fced849ee1bb76e7391b93eb12"
SHA256 = "d7a8fbb307d7809469ca9abcb0082e4f8d5651e46d3cdb762d02d0bf37c9e592"


def of(text: str) -> Context:
    match = hashes.SHAPE.search(text)
    assert match is not None
    return around(text, *match.span())


@pytest.mark.parametrize(
    "text",
    [
        f"https://www.virustotal.com/gui/file/{SHA256}/detection",
        f"hxxps://www[.]virustotal[.]com/gui/file/{SHA256}",
        f"https://www.virustotal.com/en/file/{SHA256}/analysis/",
        f"https://security.microsoft.com/files/{SHA256}/overview?tid=1",
        f"https://app.any.run/submissions/#filehash:{SHA256}",
        f"https://www.virustotal.com/pt-br/file/{SHA256}/analysis/",
        f"https://bazaar.abuse.ch/sample/{SHA256}/",
        f"https://www.hybrid-analysis.com/sample/{SHA256}?environmentId=100",
        f"https://otx.alienvault.com/indicator/file/{MD5}/",
        f"https://www.virustotal.com/vtapi/v2/file/report?apikey=x&resource={MD5}",
        f"https://urlhaus.abuse.ch/browse.php?search={SHA256}",
        f"VirusShare_{MD5}",
        f"[{MD5}](https://www.virustotal.com/gui/file/{MD5})",
    ],
)  # fmt: skip
def test_a_page_about_a_file_names_the_file(text: str) -> None:
    assert of(text).reading.says is Says.INDICATOR


@pytest.mark.parametrize(
    "text",
    [
        f"https://github.com/a/b/commit/{SHA1}",
        f"hxxp://evil[.]example/{MD5}/gate.php",
        f"91.228.154.190/{MD5}/gate.php",
        f"evil[.]example/x?sid={MD5}&a=1",
        f"{{'source': 'https://dam.example.com/asset/{MD5}/x.pdf'}}",
        f"{MD5}.duckdns.org",
        f"{MD5}.{MD5}.xyz,/path",
        f"{MD5}.evil.com",
        f"{MD5}[.]evil.example",
        f"Via: 1.1 {MD5}.cloudfront.net (CloudFront)",
        f"HKLM\\SOFTWARE\\{MD5}",
        f"Global\\{MD5}",
        f"\\\\.\\pipe\\{MD5}",
        f"registry.example/miner:latest@sha256:{SHA256}",
        f"uses: some/action@{SHA1} # v4.1",
        f"arn:aws:guardduty:us-east-1:1234:detector/{MD5}",
        f"urn:UrlEntity:{MD5}",
        f"/o=Org/cn=Recipients/cn={MD5}-someone",
        f'type=EXECVE msg=audit(1.2:3): argc=3 a0="/bin/sh" a1="-c" a2={MD5}',
        f"proctitle={MD5}",
        f"with a body of i={MD5}&data=x",
        f"Set-Cookie: lang=en; SID_INTERFACE={SHA1}; path=/",
        f'Content-Type: multipart/related; boundary="{MD5}"',
        f"--{MD5}--",
        f"Content-ID: <{MD5}.gif>",
        f"{MD5}.com",
        f"*.{MD5}.com*",
        f"https://github.com/a/b/blob/{SHA1}/x.py",
        f"alice::CORP:1122334455667788:{MD5}:0101",
        f"root:$1$abc${MD5}",
    ],
)  # fmt: skip
def test_a_part_of_a_url_or_host_is_no_files_hash(text: str) -> None:
    assert of(text).reading.says is Says.OTHER
    assert of(text).reading.what != PART_OF_NAME


@pytest.mark.parametrize(
    "text",
    [
        f'<Item id="{MD5}" condition="is">',
        f'<a:Item type="x" idref="{MD5}"/>',
        f'hash.md5(pe.sections[i].offset, pe.sections[i].size) == "{MD5}"',
        f'    $s1 = "{MD5}"',
        f"$hash_of_key = {{ {MD5} }}",
    ],
)  # fmt: skip
def test_markup_and_rules_call_other_things_by_such_values(text: str) -> None:
    assert of(text).reading.says is Says.OTHER


@pytest.mark.parametrize(
    "text",
    [
        f'<file id="{MD5}">',
        f"<value>{MD5}</value>",
        f'hash.md5(0, filesize) == "{MD5}"',
        f'$md5 = "{MD5}"',
        f'$known_file = "{MD5}"',
        f'$h = "{MD5}"',
        f'    $badhash = "{MD5}"',
        f'<report sample_id="{MD5}">',
        f'<indicator type="hash" id="{SHA256}"/>',
        f"<detection x='y' fileref='{MD5}'/>",
        f'hash1 = "{MD5}"',
        f"<<< {MD5}",
    ],
)  # fmt: skip
def test_markup_and_rules_name_files_too(text: str) -> None:
    assert of(text).reading.says is not Says.OTHER


@pytest.mark.parametrize(
    "text",
    [
        f"    ntlm- 0: {MD5}",
        f"      aes128_hmac       (4096) : {MD5}",
        f'default: "aad3b435b51404eeaad3b435b51404ee:{MD5}"',
        f"    lm  - 11: {MD5}",
        f"    m/u : {SHA1} / {SHA1[::-1]}",
        f"krbtgt:aes256-cts-hmac-sha1-96:{SHA256}",
        f"* NTLM : {MD5[::-1]}  * SHA1 : {SHA1}",
        f"psexec.py -hashes :{MD5} admin@10.0.0.1",
        f"MsCacheV2 : {MD5}",
        f"    Random Value : {MD5}",
    ],
)
def test_what_dumps_of_passwords_hold_is_secret_whatever_it_is_called(text: str) -> None:
    read = {m[0]: around(text, *m.span()).reading.what for m in hashes.SHAPE.finditer(text) if m[0] != MD5[::-1]}
    assert read
    assert all("secret" in what for what in read.values()), read


def test_a_name_in_a_cookie_or_a_query_is_left_out_whatever_follows_it() -> None:
    assert of(f"JSESSIONID={MD5}.node1").reading.what not in ("", PART_OF_NAME)
    assert of(f"/show?a=b&{MD5}=c").reading.what


@pytest.mark.parametrize("value", ["a" * 32, "F" * 64, "0" * 40])
def test_one_digit_over_and_over_is_nobodys_hash(value: str) -> None:
    assert of(value).reading.what


@pytest.mark.parametrize(
    "text",
    [
        f"{MD5}.exe",
        f"C:\\Temp\\{SHA256}.bin",
        f"/home/a/2025_{MD5}_amadey",
        f"{MD5}.virus",
        f"{SHA256}.xll",
        f"/samples/{SHA256}.ole",
        f"/samples/{MD5}",
        f"C:\\Temp\\{MD5}.com",
        f"{SHA256}.unpacked.dmp",
        f"{SHA256}.elf.x86_64",
        f"{MD5}-v2.tar.gz",
        f"/gate/{MD5}.php",
        f"/api/{MD5}/x",
        f"C:\\Windows\\assembly\\NativeImages_v4.0.30319_64\\System\\{MD5}\\System.ni.dll+381f60",
        f"stm-{SHA1}-v2.cloud.azure.net",
        f"k8-{MD5}-sac.d.aa.example.com",
    ],
)
def test_a_part_of_a_longer_name_or_path_is_no_hash_by_itself(text: str) -> None:
    assert of(text).reading.what == PART_OF_NAME


@pytest.mark.parametrize(
    "text",
    [
        f"kubernetes.io/config.hash: {MD5}",
        f"AuthenticodeHashData: {SHA1}",
        f"nova.osapi [req-38101a0b-2096-447d-96ea-a692162415ae {MD5} - - -] GET",
        f"nova.osapi [req-38101a0b-2096-447d-96ea-a692162415ae 0123456789abcdef0123456789abcdef {MD5} -] GET",
        f"{SHA1} {SHA1} A Person With A Name That Is Longer <person@mail.example> 1635896648 -0500",
        f"Private-MAC: {SHA1}",
        f'msg="blocklisted" certhash="{SHA1}"',
        f"debugData.dtHash: {SHA256}",
        f"rdfp_hash={MD5}",
        f'\\"size\\": 212, \\"digest\\": \\"sha256:{SHA256}\\"',
        f"{SHA256} client-bucket [01/Nov/2026:10:43:07 +0000] 10.0.0.1 - A1 REST.GET.OBJECT",
        f"- client-bucket [01/Nov/2026:10:43:07 +0000] 10.0.0.1 {SHA256} A1 REST.GET.OBJECT",
        f"ghcr.io/x/y  latest  sha256:{SHA256}  0123456789ab  3 days ago",
        f"certificate.sha1={SHA1}",
        f'imphash:"{MD5}"',
        f"Thumbprint\n{SHA1}\nSerial Number",
        f"Serial number:\t {MD5}",
        f"fixed in commit {SHA1}.",
        f"Creates mutex {MD5}",
        f"[x509-certificate:hashes.'SHA-1' = '{SHA1}']",
        f"JA3: {MD5}",
        f'key2 = "{SHA256}"',
        f"rsa_modulus_prefix: {SHA256}",
        f"Your unique ID: {MD5}",
        f"certificate (SHA1): {SHA1}",
        f"{MD5} (imphash)",
        f"validationKey={SHA256}",
        f'CreateMutexA("{MD5}")',
        f"cert serial {MD5}",
        f"tx {SHA256}",
        f"image id sha256:{SHA256}",
        f"Administrator:500:aad3b435b51404eeaad3b435b51404ee:{MD5}:::",
        f"someone@mail.example:{MD5}",
        f"CORP\\max:{MD5}",
        f"xfreerdp /u:max /pth:{MD5} /v:10.0.0.5",
        f"Rubeus.exe golden /aes256:{SHA256} /user:max",
        f"kerberos::golden /user:x /sid:S /krbtgt:{MD5}",
        f"evil-winrm -i 10.0.0.5 -u max -H {MD5}",
        f"getTGT.py corp.example/max -hashes {MD5}:{MD5}",
        f"Invoke-SMBExec -Hash {MD5} -Username max",
        f"    Key Content            : {SHA256}",
        f"The PreSharedKey for wlan ACME: {SHA256}",
        f"krbtgt: {MD5}",
        f"Machine account hash of DC01: {MD5}",
        f"svc_sql's hash {MD5} was cracked",
        f"the attacker used the hash {MD5} of svc_sql (pass-the-hash)",
        f"max:1001:{MD5}",
        f"密码哈希 {MD5}",
        f"비밀번호 해시: {MD5}",
        f"TgtUser: max ¦ TicketHash: {MD5}",
        "0" * 64,
    ],
)  # fmt: skip
def test_a_label_before_or_behind_it_leaves_a_value_out(text: str) -> None:
    assert of(text).reading.what not in ("", PART_OF_NAME)


@pytest.mark.parametrize(
    "text",
    [f"MD5: {MD5}", f"[process:binary_ref.hashes.MD5 = '{MD5}']", f"SHA256 = {SHA256}", f"[file:hashes.MD5 = '{MD5}']", f"OR file:hashes.'SHA-1' = '{SHA1}'", f"FILE:a.dll|SHA1:{SHA1}|X"],
)  # fmt: skip
def test_a_label_that_says_hash_is_heard(text: str) -> None:
    assert of(text).labelled


@pytest.mark.parametrize(
    "text",
    [
        MD5,
        f" {MD5}\xa0",
        f"- {MD5}  invoice.doc",
        f"{MD5} *mutex.exe",
        f'malware "{MD5}" attempts',
        f"see {MD5}. It",
    ],
)
def test_else_nothing_is_said(text: str) -> None:
    assert of(text).reading.says is not Says.OTHER
