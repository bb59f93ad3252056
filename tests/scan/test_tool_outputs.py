"""What tools of the field write: of each output the hashes of files are asked for, and nothing else that looks so.

Each file was written by hand as its tool writes one, and what is right was said before the scan saw it.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from enrich.model.sighting import Found
from enrich.scan import targets
from tests.support.made_sheets import md5, sha1, sha256
from tests.support.real_lists import scanned


def sent(folder: Path, name: str, text: str) -> set[str]:
    """The hashes that a run would ask for, or knows not to be worth it."""
    path = folder / name
    path.write_text(text, encoding="utf-8", newline="")
    return {
        s.value
        for placement in scanned(path)
        for s in placement
        if s.kind == "hash" and s.found in (Found.INDICATOR, Found.TRIVIAL)
    }


def addresses(folder: Path, name: str, text: str) -> set[str]:
    """The URLs, domains and addresses that a run would ask for."""
    path = folder / name
    path.write_text(text, encoding="utf-8", newline="")
    sheets = scanned(path, ("domain", "ip", "url"))
    return {s.value for placement in sheets for s in placement if s.found is Found.INDICATOR and s.kind != "hash"}


def of_file(seed: str) -> set[str]:
    return {md5(seed), sha1(seed), sha256(seed)}


def by_colons(value: str) -> str:
    return ":".join(value[at : at + 2] for at in range(0, len(value), 2))


def test_sysmon_s_events_give_their_files_and_no_imphash(tmp_path: Path) -> None:
    event = (
        "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><EventID>1</EventID></System>"
        "<EventData><Data Name='ProcessGuid'>{{a23eae89-5f39-5e51-0000-0010222000{n}}}</Data>"
        "<Data Name='Hashes'>SHA1={sha1},MD5={md5},SHA256={sha256},IMPHASH={imphash}</Data></EventData></Event>\n"
    )
    text = "".join(
        event.format(n=n, md5=md5(str(n)), sha1=sha1(str(n)), sha256=sha256(str(n)), imphash=md5("imports"))
        for n in range(3)
    )
    assert sent(tmp_path, "sysmon.xml", text) == of_file("0") | of_file("1") | of_file("2")
    assert [len(target.others) for target in targets(scanned(tmp_path / "sysmon.xml"))] == [2, 2, 2]


def test_velociraptor_s_serial_numbers_are_no_files(tmp_path: Path) -> None:
    row = {"Hash": {"MD5": md5("a"), "SHA1": sha1("a"), "SHA256": sha256("a")}, "ClientId": "C.39a107c4c58c5efa"}
    row |= {"Authenticode": {"SerialNumber": md5("serial"), "Trusted": "trusted"}, "Fqdn": "ws1.corp.local"}
    assert sent(tmp_path, "velociraptor.jsonl", f"{json.dumps(row)}\n" * 2) == of_file("a")


def test_trivy_s_layers_and_images_are_no_files(tmp_path: Path) -> None:
    image = {"ImageID": f"sha256:{sha256('image')}", "DiffIDs": [f"sha256:{sha256('diff')}"]}
    image |= {"RepoDigests": [f"app@sha256:{sha256('repo')}"], "ImageConfig": {"config": {"Image": f"sha256:{md5(1)}"}}}
    layer = {"Digest": f"sha256:{sha256('layer')}", "DiffID": f"sha256:{sha256('diff')}"}
    found = {"VulnerabilityID": "CVE-2024-1", "Layer": layer, "Fingerprint": f"sha256:{sha256('found')}"}
    report = {"Metadata": image, "Results": [{"Target": "app", "Vulnerabilities": [found, found]}]}
    assert sent(tmp_path, "trivy.json", json.dumps(report, indent=2)) == set()


def test_docker_s_container_is_no_file_and_its_environment_s_secrets_stay(tmp_path: Path) -> None:
    own = sha256("container")
    container = {"Id": own, "Image": f"sha256:{sha256('image')}", "HostnamePath": f"/var/lib/docker/containers/{own}/h"}
    container["Config"] = {"Env": [f"PGPASSWORD={md5('password')}", f"PYTHON_SHA256={sha256('python')}"]}
    container["NetworkSettings"] = {"SandboxID": sha256("sandbox"), "Networks": {"b": {"NetworkID": sha256("net")}}}
    assert sent(tmp_path, "inspect.json", json.dumps([container])) == {sha256("python")}


def test_git_s_diffs_name_revisions_and_objects(tmp_path: Path) -> None:
    text = (
        f"commit {sha1('commit')}\nAuthor: A <a@example.com>\n\n    bump\n\ndiff --git a/x b/x\n"
        f"index {sha1('before')}..{sha1('after')} 100644\n--- a/x\n+++ b/x\n@@ -1,3 +1,3 @@\n"
        f"-  ref: {sha1('old')}\n+  ref: {sha1('new')}\n+FROM alpine@sha256:{sha256('image')}\n"
    )
    assert sent(tmp_path, "change.diff", text) == set()
    assert sent(tmp_path, "git-log.txt", "".join(f"{sha1(n)} mend number {n}\n" for n in range(5))) == set()


def test_npm_s_and_yarn_s_lock_files_ask_for_nothing(tmp_path: Path) -> None:
    package = {
        "resolved": f"git+ssh://git@github.com/a/b.git#{sha1('b')}",
        "integrity": "sha1-6dSEXgLl4I5Q4LcTnsGZEDVC1ss=",
    }
    lock = {"name": "x", "lockfileVersion": 3, "packages": {"node_modules/b": package}}
    assert sent(tmp_path, "package-lock.json", json.dumps(lock, indent=2)) == set()
    yarn = f'"a@^1":\n  version "1.0.0"\n  resolved "https://registry.yarnpkg.com/a/-/a-1.0.0.tgz#{sha1("a")}"\n'
    assert sent(tmp_path, "yarn.lock", yarn) == set()


def test_the_fingerprints_of_ssh_are_no_files(tmp_path: Path) -> None:
    text = f"2048 MD5:{by_colons(md5(1))} root@host (RSA)\n256 MD5:{by_colons(md5(2))} no comment (ED25519)\n"
    assert sent(tmp_path, "fingerprints.txt", text) == set()


@pytest.mark.parametrize(
    "lines",
    [
        [f"{md5(1)}:Summer2024!", f"{md5(2)}:Passw0rd", f"{md5(3)}:$HEX[c3a9]", f"{md5(4)}:salt:hunter2"],
        [f"{name}:{md5(name)}" for name in ("john.doe", "jane.roe", "alice.smith", "max.power")],
        [f"$NT${md5(1)}:winter", f"$dynamic_0${md5(2)}:abc"],
    ],
)
def test_cracked_passwords_and_people_s_logins_never_leave(tmp_path: Path, lines: list[str]) -> None:
    assert sent(tmp_path, "found.txt", "\n".join(lines)) == set()


def test_a_list_of_families_that_says_so_is_none_of_logins(tmp_path: Path) -> None:
    lines = [f"{name}:{md5(name)}" for name in ("Emotet", "Qakbot", "AgentTesla", "IcedID", "Dridex")]
    assert sent(tmp_path, "malware-families.txt", "\n".join(lines)) == {md5(line.split(":")[0]) for line in lines}
    assert sent(tmp_path, "list.txt", "\n".join(lines)) == set(), "nothing tells it from a list of users"


@pytest.mark.parametrize(
    "name",
    ["leak-samples.txt", "password samples.txt", "breach sample.csv", "logins_iocs.txt", "hr-database malware.txt"],
)
def test_no_name_of_a_list_lets_logins_out(tmp_path: Path, name: str) -> None:
    users = [f"user{number}x:{md5(number)}" for number in range(40)]
    assert sent(tmp_path, name, "\n".join(users)) == set()
    assert sent(tmp_path, "list.txt", "\n".join(["Leaked logins sample", *users])) == set()


@pytest.mark.parametrize("line", ["{value}:Summer20{number}!", "{value}:salt:word{number}"])
def test_a_cracked_password_stays_in_a_list_of_malware_too(tmp_path: Path, line: str) -> None:
    lines = [line.format(value=md5(number), number=number) for number in range(40)]
    assert sent(tmp_path, "malware-families.txt", "\n".join(lines)) == set()


@pytest.mark.parametrize(
    "headings",
    ["username,hash", "id,email,hash,salt", "User ID,Full Name,E-Mail,MD5,created_at", "sha1,login", "id,hash,salt"],
)
def test_hashes_of_a_table_of_accounts_are_of_passwords(tmp_path: Path, headings: str) -> None:
    rows = [
        ",".join({"hash": md5(n), "MD5": md5(n), "sha1": sha1(n)}.get(name, f"a{n}") for name in headings.split(","))
        for n in range(5)
    ]
    assert sent(tmp_path, "export.csv", "\n".join([headings, *rows])) == set()


@pytest.mark.parametrize("headings", ["User,Host,Hash", "Time,User,MD5", "user,file hash", "User,Path,Hash,Verdict"])
def test_what_users_ran_is_asked_about(tmp_path: Path, headings: str) -> None:
    rows = [
        ",".join(md5(n) if name.lower().endswith(("hash", "md5")) else f"a{n}" for name in headings.split(","))
        for n in range(5)
    ]
    assert sent(tmp_path, "export.csv", "\n".join([headings, *rows])) == {md5(n) for n in range(5)}


@pytest.mark.parametrize("mark", ["<<<<<<<", "|||||||", ">>>>>>>"])
def test_the_sides_of_a_conflict_are_commits(tmp_path: Path, mark: str) -> None:
    assert sent(tmp_path, "merge.txt", f"a line\n{mark} {sha1(1)}\nanother\n") == set()


def test_a_text_that_a_rule_looks_for_is_no_file_on_whatever_line(tmp_path: Path) -> None:
    assert sent(tmp_path, "rule.txt", f'rule a {{ strings: $s = "{md5(1)}" ascii condition: $s }}') == set()
    assert sent(tmp_path, "rule.txt", f'$hash1 = "{md5(1)}" ascii') == {md5(1)}


def test_a_label_beside_a_name_says_itself_what_follows(tmp_path: Path) -> None:
    for heading in ("Image", "Name", "Path"):
        rows = "".join(f"ws{n},C:\\x\\evil{n}.exe SHA256={sha256(n)},{n}\n" for n in "123")
        assert sent(tmp_path, "processes.csv", f"Host,{heading},PID\n{rows}") == {sha256(n) for n in "123"}
    images = "".join(f"ws{n},sha256:{sha256(n)},{n}\n" for n in "123")
    assert sent(tmp_path, "pods.csv", f"Host,Image,PID\n{images}") == set(), "so containers name an image"


def test_defender_s_rows_have_two_files_and_a_device_that_is_none(tmp_path: Path) -> None:
    names = "DeviceId,DeviceName,SHA1,SHA256,MD5,InitiatingProcessSHA1,InitiatingProcessSHA256,InitiatingProcessMD5"
    rows = [
        [sha1("device"), "ws.contoso.com", sha1(n), sha256(n), md5(n), sha1("x"), sha256("x"), md5("x")] for n in "abc"
    ]
    text = "\n".join([names, *map(",".join, rows)])
    assert sent(tmp_path, "defender.csv", text) == set.union(*map(of_file, "abcx"))
    assert len(targets(scanned(tmp_path / "defender.csv"))) == 4


def test_amcache_s_ids_of_files_are_their_sha1_and_those_of_programs_are_none(tmp_path: Path) -> None:
    text = "ProgramId,ProgramInstanceId,Name,FileId\n" + "".join(
        f"0000{sha1(f'program {n}')},0000{sha1(f'instance {n}')},{n}.exe,0000{sha1(n)}\n" for n in "abc"
    )
    assert sent(tmp_path, "file.csv", text) == {sha1(n) for n in "abc"}
    text = f"ProgramId: 0000{sha1('p')}\nFileId: 0000{sha1('f')}\n"
    assert sent(tmp_path, "text.txt", text) == {sha1("f")}


def test_clamav_s_signatures_of_sections_are_no_files(tmp_path: Path) -> None:
    names = ["Win.Trojan.Agent-1", "Win.Malware.Emotet-2"]
    of_sections = "".join(f"4096:{md5(name)}:{name}\n" for name in names)
    assert sent(tmp_path, "signatures.mdb", of_sections) == set()
    assert sent(tmp_path, "signatures.hdb", "".join(f"{md5(name)}:4096:{name}\n" for name in names)) == set(
        map(md5, names)
    )


def test_gpg_s_fingerprints_are_no_files(tmp_path: Path) -> None:
    text = f"pub   rsa4096 2020-01-01 [SC]\n      {sha1('key').upper()}\nuid           Bob <bob@mail.example>\n"
    assert sent(tmp_path, "keys.txt", text) == set()


def test_a_report_that_stix_refers_to_is_no_sample(tmp_path: Path) -> None:
    report = {"source_name": "report", "hashes": {"SHA-256": sha256("report")}}
    malware = {"type": "malware", "name": "x", "external_references": [report]}
    bundle = {"type": "bundle", "objects": [malware, {"type": "file", "hashes": {"SHA-256": sha256("a")}}]}
    assert sent(tmp_path, "bundle.json", json.dumps(bundle)) == {sha256("a")}


def test_docker_s_containers_and_jenkins_crumbs_are_no_files(tmp_path: Path) -> None:
    text = f"container {sha256('c')} exited with code 1\nJenkins-Crumb: {sha256('d')}\nthe crumb is {sha256('e')}\n"
    assert sent(tmp_path, "build.log", text) == set()
    assert sent(tmp_path, "report.txt", f"It came in the ISO container {sha256('iso')}\n") == {sha256("iso")}


def test_kape_s_tables_name_files_by_amcache_s_sha1_alone(tmp_path: Path) -> None:
    text = "ApplicationName,ProgramId,SHA1,FullPath\n" + "".join(
        f"Unassociated,0006{sha1(f'program {n}')},{sha1(n)},c:\\users\\b\\{md5(n)}.exe\n" for n in "abc"
    )
    assert sent(tmp_path, "amcache.csv", text) == {sha1(n) for n in "abc"}


def test_crowdstrike_s_answer_is_no_list_of_resources_and_its_agents_are_no_files(tmp_path: Path) -> None:
    agent, graph = md5("agent"), f"pid:{md5('agent')}:77"
    seen = {"sha256": sha256("a"), "md5": md5("a"), "ioc_type": "hash_sha256", "ioc_value": sha256("a")}
    seen |= {
        "parent_details": {"parent_sha256": sha256("b"), "parent_process_graph_id": graph},
        "process_graph_id": graph,
    }
    detection = {"detection_id": f"ldt:{agent}:123", "cid": md5("customer"), "behaviors": [seen, seen]}
    answer = {"meta": {"trace_id": md5("trace")}, "resources": [detection]}
    assert sent(tmp_path, "falcon.json", json.dumps(answer)) == {sha256("a"), md5("a"), sha256("b")}


def test_suricata_s_certificates_and_clients_are_no_files(tmp_path: Path) -> None:
    file = {"event_type": "fileinfo", "fileinfo": {"md5": md5("a"), "sha1": sha1("a"), "sha256": sha256("a")}}
    tls = {
        "serial": md5("s"),
        "fingerprint": by_colons(sha1("f")),
        "ja3": {"hash": md5("3")},
        "ja3s": {"hash": md5("4")},
    }
    lines = [json.dumps(file), json.dumps({"event_type": "tls", "tls": tls})]
    assert sent(tmp_path, "eve.json", "\n".join(lines)) == of_file("a")


def test_sums_are_read_in_all_their_forms(tmp_path: Path) -> None:
    text = (
        f"{sha256('a')}  a.exe\n{sha256('b')} *b.exe\n\\{sha256('c')}  c\\\\n.exe\nSHA256 (d.exe) = {sha256('d')}\n"
        f"MD5 (d.exe) = {md5('d')}\n"
    )
    assert sent(tmp_path, "SUMS.txt", text) == {*map(sha256, "abcd"), md5("d")}


def test_an_id_of_a_rule_or_a_log_is_no_file_and_the_rule_s_hashes_are(tmp_path: Path) -> None:
    rule = (
        f'import "hash"\nrule X {{\n  meta:\n    id = "{md5("id")}"\n    hash1 = "{sha256("a")}"\n    md5 = "{md5("b")}"\n'
        f'  strings:\n    $a = "{md5("text")}"\n    $b = {{ {md5("bytes")} }}\n  condition:\n'
        f'    hash.md5(0, filesize) == "{md5("c")}" or hash.md5(pe.sections[0].raw_data_offset, 9) == "{md5("part")}"\n}}\n'
    )
    assert sent(tmp_path, "rule.yar", rule) == {sha256("a"), md5("b"), md5("c")}
    lines = f"request_id={md5(1)}\nsample_id={md5(2)}\n- id: {md5(3)}\n"
    assert sent(tmp_path, "app.log", lines) == {md5(2)}


@pytest.mark.parametrize("heading", ["Dateihash", "Datei-Hash", "Hashsumme", "Bestandshash", "Filhash"])
def test_a_heading_that_is_one_word_in_its_language_says_hash(tmp_path: Path, heading: str) -> None:
    text = f"Host;User;{heading};Bemerkung\nPC1;bob;{md5(1)};offen\nPC2;eve;{sha256(2)};neu\n"
    assert sent(tmp_path, "liste.csv", text) == {md5(1), sha256(2)}


def test_what_a_report_calls_a_part_of_a_file_is_none_whatever_its_own_type(tmp_path: Path) -> None:
    streams = {"#~": {"md5": md5("tables"), "size": 9}, "#GUID": {"md5": md5("guids"), "size": 16}}
    pe = {"overlay": {"md5": md5("overlay")}, "imphash": md5("imports"), "sections": [{"md5": md5("text")}]}
    inner = {"dot_net_assembly": {"streams": streams}, "pe_info": pe, "main_icon": {"raw_md5": md5("icon")}}
    own = {"md5": md5("a"), "sha1": sha1("a"), "sha256": sha256("a")}
    report = {"data": {"type": "file", "id": sha256("a"), "attributes": own | inner}}
    assert sent(tmp_path, "report.json", json.dumps(report)) == of_file("a")


def test_what_dns_records_hold_is_nobody_s_file(tmp_path: Path) -> None:
    records = [
        {"type": "TXT", "ttl": 60, "value": f"some-site-verification={sha256('proof')}"},
        {"type": "TXT", "ttl": 60, "value": f"MS={sha1('tenant')}"},
        {"type": "TXT", "ttl": 60, "value": md5("alone")},
        {"type": "SOA", "ttl": 60, "value": "ns1.example.com", "serial": 1, "retry": 2},
    ]
    report = {"data": {"type": "domain", "attributes": {"last_dns_records": records, "jarm": "0" * 62}}}
    assert not sent(tmp_path, "domain.json", json.dumps(report))


def test_an_event_s_own_hash_is_no_file_s(tmp_path: Path) -> None:
    event = {"event": {"kind": "event", "hash": sha256("event")}, "process": {"hash": {"sha256": sha256("a")}}}
    assert sent(tmp_path, "ecs.ndjson", f"{json.dumps(event)}\n" * 2) == {sha256("a")}
    by_algorithm = {"event": {"kind": "event", "sha256": sha256("b")}}
    assert sent(tmp_path, "falcon.ndjson", f"{json.dumps(by_algorithm)}\n" * 2) == {sha256("b")}


def test_a_section_of_misp_s_export_is_no_file(tmp_path: Path) -> None:
    lines = [
        "uuid,event_id,category,type,value,comment,object_relation,object_name,object_meta_category",
        f"u1,1,Payload delivery,md5,{md5('a')},,md5,file,file",
        f"u2,1,Payload delivery,md5,{md5('text')},,md5,pe-section,file",
    ]
    assert sent(tmp_path, "misp.csv", "\n".join(lines)) == {md5("a")}


def test_a_list_is_of_what_the_comment_above_its_headings_says(tmp_path: Path) -> None:
    head = [
        "#" * 40,
        "# SSL Certificate Blacklist (SHA1 Fingerprints)   #",
        "# Last updated: 2024-03-01 10:00:00 UTC #",
    ]
    head += ["#" * 40, "#", "# Listingdate,SHA1,Listingreason"]
    rows = [f"2024-03-01 10:0{n}:00,{sha1(n)},AsyncRAT C&C" for n in range(3)]
    assert not sent(tmp_path, "sslbl.csv", "\n".join([*head, *rows]))
    of_files = [line.replace("SSL Certificate Blacklist (SHA1 Fingerprints)", "Malware Samples") for line in head]
    assert sent(tmp_path, "samples.csv", "\n".join([*of_files, *rows])) == {sha1(n) for n in range(3)}


def test_settings_of_an_environment_are_secrets_unless_they_say_file(tmp_path: Path) -> None:
    lines = [
        "APP_ENV=prod",
        "APP_KEY=base64:LXEWQrcmsEQBYnyp+6wy9chTD7GQPMTbAiWHF5IaSIE=",
        f"STRIPE={md5('stripe')}",
        f'export MAILGUN="{md5("mail")}"',
        f"DD_APP={sha1('dd')}",
        f"JWT_SIGNING={sha256('jwt')}",
        f"SHA256={sha256('a')}",
        f"SAMPLE={md5('b')}",
    ]
    assert sent(tmp_path, ".env.production", "\n".join(lines)) == {sha256("a"), md5("b")}


def test_a_variable_named_for_a_file_holds_its_hash_and_a_heading_of_hashes_speaks_for_any(tmp_path: Path) -> None:
    names = ("HASH1", "IOC2", "SAMPLE1", "FILE", "EXE", "DROPPER")
    lines = [f"{name}={md5(name)}" for name in names]
    assert sent(tmp_path, "notes.txt", "\n".join(lines)) == {md5(name) for name in names}
    cell = f'"LOADER_X={md5("a")}\nSTAGE2={sha1("a")}"'
    assert sent(tmp_path, "list.csv", f"File hash,pid\n{cell},7\n") == {md5("a"), sha1("a")}


def test_bytes_of_a_dump_of_memory_are_no_hash_below_a_title_of_hashes(tmp_path: Path) -> None:
    def dumped(seed: str) -> str:
        return by_colons(md5(seed)).replace(":", " ")

    lines = ["Dumping local SAM hashes (uid:rid:lmhash:nthash)", f" 0000   {dumped('a')}   ...."]
    lines += [f"00000010  {dumped('b')}  |....|", "MD5:", dumped("c")]
    assert sent(tmp_path, "dump.txt", "\n".join(lines)) == {md5("c")}


def test_a_mutex_by_its_row_s_type_is_none_however_alone(tmp_path: Path) -> None:
    objects = [{"type": "file", "hashes": {"MD5": md5("a")}}, {"type": "mutex", "name": md5("mutex")}]
    assert sent(tmp_path, "stix.json", json.dumps({"objects": objects})) == {md5("a")}


def test_detections_by_customer_are_files_and_customers_logins_are_not(tmp_path: Path) -> None:
    rows = "".join(f"{name},{sha256(name)}\n" for name in ("ACME", "Globex", "Initech"))
    assert sent(tmp_path, "detections.csv", f"Customer,SHA256\n{rows}") == {
        sha256(name) for name in ("ACME", "Globex", "Initech")
    }
    assert not sent(tmp_path, "ids.csv", f"Customer ID,SHA256\n{rows}")
    assert not sent(tmp_path, "people.csv", "customer,md5,phone\n" + "".join(f"{n},{md5(n)},55{n}\n" for n in range(3)))
    logins = "".join(f"{name},{name}@mail.example,{md5(name)}\n" for name in ("a", "b", "c"))
    assert not sent(tmp_path, "logins.csv", f"Customer,E-Mail,MD5\n{logins}")


def test_a_revision_pinned_by_a_lock_file_is_a_commit(tmp_path: Path) -> None:
    lock = f"GIT\n  remote: https://git.example/a\n  revision: {sha1('commit')}\nCHECKSUMS\n  b sha256={sha256('b')}\n"
    assert sent(tmp_path, "Gemfile.lock", lock) == {sha256("b")}


def test_a_container_by_its_runtime_s_address_is_no_file(tmp_path: Path) -> None:
    assert not sent(tmp_path, "pods.yaml", f"status:\n  containerID: containerd://{sha256('a')}\n")


def test_bytes_that_a_rule_looks_for_are_no_hash_however_they_are_spaced(tmp_path: Path) -> None:
    packed = by_colons(md5("serial")).replace(":", " ")
    rule = f"rule a {{\n  strings:\n    $serial = {{   {packed} }}\n    $other = {{\n      {packed}\n    }}\n}}\n"
    assert not sent(tmp_path, "rule.yar", rule)


@pytest.mark.parametrize("sign", ["<br>", "<br />", "<wbr>", "&#8203;", "&shy;", "\\u200b", "%E2%80%8B", "%C2%AD"])
def test_a_hash_torn_by_markup_is_never_asked_for_by_its_half(tmp_path: Path, sign: str) -> None:
    torn = f"{sha256('a')[:32]}{sign}{sha256('a')[32:]}"
    assert sent(tmp_path, "report.txt", f"SHA256: {torn}\nSHA256={torn}\nMD5: {md5('b')}\n") == {md5("b")}
    assert sent(tmp_path, "report.md", f"| SHA256 |\n|---|\n| {torn} |\n| {sha256('c')} |\n") == {sha256("c")}


def test_what_an_ellipsis_or_a_word_says_was_cut_is_no_weaker_hash(tmp_path: Path) -> None:
    lines = [
        f"SHA256 starts with {sha256('a')[:32]}",
        f"SHA-256: {sha256('b')[:40]}\u2026",
        f"hash {sha256('c')[:32]}[...]{sha256('c')[-8:]}",
        f"sample ...{sha256('d')[32:]}",
        f"first 32 characters of the SHA256: {sha256('e')[:32]}",
        f"sha256 prefix {sha256('f')[:32]}",
    ]
    assert not sent(tmp_path, "slides.txt", "\n".join(lines))
    table = "".join(f"{name}.exe,{sha256(name)[:32]}\n" for name in "abc")
    assert not sent(tmp_path, "slides.csv", f"File,SHA256 (truncated)\n{table}")


def test_an_ellipsis_behind_a_whole_hash_ends_a_sentence(tmp_path: Path) -> None:
    text = f"its MD5: {md5('a')}... and\nsha256 {sha256('b')}...\nMD5\n{md5('c')}\n{md5('d')}...\n"
    assert sent(tmp_path, "chat.txt", text) == {md5("a"), sha256("b"), md5("c"), md5("d")}


def test_records_of_a_database_with_mail_addresses_are_logins(tmp_path: Path) -> None:
    rows = [f"({n},'u{n}','u{n}@mail.example','{md5(n)}','{md5(-n)}')" for n in range(1, 5)]
    head = "INSERT INTO `users` (`id`,`name`,`email`,`hash`,`other`) VALUES"
    assert not sent(tmp_path, "dump.sql", f"{head}\n" + ",\n".join(rows) + ";\n")
    assert not sent(tmp_path, "lines.sql", "".join(f"INSERT INTO users VALUES {row};\n" for row in rows))
    samples = [f"INSERT INTO samples VALUES ({n},'a{n}.exe','{md5(n)}');\n" for n in range(1, 5)]
    assert sent(tmp_path, "samples.sql", "".join(samples)) == {md5(n) for n in range(1, 5)}


def test_a_remark_in_brackets_with_a_mail_address_makes_no_login(tmp_path: Path) -> None:
    lines = [f"(reported by u{n}@mail.example) {sha256(n)}" for n in range(4)]
    assert sent(tmp_path, "notes.txt", "\n".join(lines)) == {sha256(n) for n in range(4)}
    rows = "".join(f"(Not verified),u{n}@corp.example,{md5(n)}\n" for n in range(4))
    assert sent(tmp_path, "autoruns.csv", f"Signer,User,MD5\n{rows}") == {md5(n) for n in range(4)}


def test_properties_of_a_program_are_secrets_unless_they_name_a_file(tmp_path: Path) -> None:
    lines = [f"signing.seed={sha256('seed')}", f"license.code = {md5('code')}", f"monitoring.dsn.public={md5('dsn')}"]
    named = ("invoice.exe", "win32.emotet", "trojan.generic", "libfoo.so.1", "loader.v2")
    lines += [f"file.sha256={sha256('a')}", *(f"{name}={md5(name)}" for name in named)]
    assert sent(tmp_path, "app.properties", "\n".join(lines)) == {sha256("a"), *map(md5, named)}


def test_certificates_of_a_sandbox_s_report_are_no_files(tmp_path: Path) -> None:
    certificate = {"owner": "CN=a", "issuer": "CN=b", "serial_number": md5("s"), "md5": md5("c"), "sha1": sha1("c")}
    report = {"sha256": sha256("a"), "certificates": [certificate], "extracted_files": [{"sha256": sha256("b")}]}
    assert sent(tmp_path, "hybrid.json", json.dumps(report)) == {sha256("a"), sha256("b")}


def test_a_blake2_of_256_bits_is_no_sha256(tmp_path: Path) -> None:
    hashes = [{"alg": "SHA-256", "content": sha256("a")}, {"alg": "BLAKE2b-256", "content": sha256("b")}]
    bom = {"bomFormat": "CycloneDX", "components": [{"type": "library", "name": "x", "hashes": hashes}]}
    assert sent(tmp_path, "bom.json", json.dumps(bom)) == {sha256("a")}


RECORDS = (
    (True, {"alg": "SHA-256", "content": sha256("a")}),
    (False, {"content": sha256("b"), "alg": "SHA3-256"}),
    (True, {"Algorithm": "SHA256", "Value": sha256("c"), "Type": "filehash"}),
    (False, {"type": "x509-fingerprint-sha256", "to_ids": True, "value": sha256("d")}),
    (True, {"type": "file", "x": {"type": "commit"}, "id": sha256("e")}),
    (False, {"type": "commit", "x": [{"type": "file"}], "id": sha256("f")}),
    (True, {"type": "mutex", "md5": md5("g")}),
    (False, {"type": "mutex", "values": [md5("h"), md5("i")]}),
    (True, {"value": sha256("j"), "comment": "dropper"}),
    (False, {"value": sha256("k"), "comment": "Certificate thumbprint"}),
    (True, {"name": "a.exe", "hashes": {"md5": md5("l")}}),
)
"""What a record says of the hash beside it."""


def _wanted() -> set[str]:
    return {value for is_file, record in RECORDS for value in _values(record) if is_file}


def _values(record: object) -> list[str]:
    return re.findall("[0-9a-f]{32,}", str(record))


def test_a_record_in_a_cell_says_what_its_values_are(tmp_path: Path) -> None:
    def quoted(text: str) -> str:
        return '"' + text.replace('"', '""') + '"'

    lines = [f"2026-11-0{n % 9 + 1},{quoted(json.dumps(record))}\n" for n, (_, record) in enumerate(RECORDS)]
    assert sent(tmp_path, "sentinel.csv", "Time,Entities\n" + "".join(lines)) == _wanted()
    lists = ("".join(f"2026-11-01,{quoted(json.dumps([record, {'type': 'host'}]))}\n" for _, record in RECORDS),)
    assert sent(tmp_path, "lists.csv", "Time,Entities\n" + "".join(lists)) == _wanted()
    assert sent(tmp_path, "python.csv", "Time,Entities\n" + "".join(f'x,"{one}"\n' for _, one in RECORDS)) == _wanted()


def test_a_record_in_a_log_s_line_says_what_its_values_are(tmp_path: Path) -> None:
    lines = [f"2026-11-01T10:00:00Z ws1 edr[3]: event={json.dumps(record)}\n" for _, record in RECORDS]
    assert sent(tmp_path, "edr.log", "".join(lines)) == _wanted()
    inner = [f"10:00:00 audit {json.dumps(json.dumps(record))}\n" for _, record in RECORDS]
    assert sent(tmp_path, "twice.log", "".join(inner)) == _wanted()


def test_an_object_as_powershell_prints_it_says_which_algorithm_it_is(tmp_path: Path) -> None:
    rows = [f"C:\\{name}.exe,@{{Algorithm={name}; Hash={sha256(name).upper()}}}\n" for name in ("SHA256", "SHA3_256")]
    assert sent(tmp_path, "hashes.csv", "Path,Hashes\n" + "".join(rows)) == {sha256("SHA256")}


def test_custom_fields_of_cef_are_what_their_labels_say(tmp_path: Path) -> None:
    custom = [
        f"cs1Label=Imphash cs1={md5('a')} cs2Label=SHA256 cs2={sha256('b')} fileHash={sha1('c')}",
        f"cs1={md5('d')} cs1Label=SessionId fname=a.exe deviceCustomString2={md5('e')} deviceCustomString2Label=File MD5",
    ]
    lines = [f"CEF:0|Vendor|EDR|1.0|100|Malware, blocked|8|{fields} src=10.0.0.1\n" for fields in custom]
    wanted = {sha256("b"), sha1("c"), md5("e")}
    assert sent(tmp_path, "arcsight.log", "".join(lines)) == wanted
    assert (
        sent(tmp_path, "siem.csv", "Time,Message\n" + "".join(f'10:00,"{line.strip()}"\n' for line in lines)) == wanted
    )


def test_git_s_references_and_logs_name_revisions(tmp_path: Path) -> None:
    first, second, third = sha1("first"), sha1("second"), sha1("third")
    log = f"{'0' * 40} {first} Zoe Rice <zoe@example.com> 1635896329 -0500\tclone: from github.com:a/b.git\n"
    log += f"{first} {second} Zoe Rice <zoe@example.com> 1635896362 -0500\tcheckout: moving from main to x\n"
    assert sent(tmp_path, "HEAD", log) == set()
    assert sent(tmp_path, "packed-refs", f"# pack-refs with: peeled\n{first} refs/heads/main\n") == set()
    assert sent(tmp_path, "remotes.txt", f"{first}\tHEAD\n{first}\trefs/heads/main\n{third}\trefs/tags/v1\n") == set()
    assert sent(tmp_path, "FETCH_HEAD", f"{first}\t\tbranch 'main' of github.com:a/b\n") == set()
    assert sent(tmp_path, "ORIG_HEAD", f"{first}\n") == set()
    ignored = f"# known\n{first}:cmd/jwt.go:jwt:17\n{second}:{'folder/' * 9}x.md:generic-api-key:3\n"
    assert sent(tmp_path, ".gitleaksignore", ignored) == set()
    assert sent(tmp_path, "sha1sum.txt", f"{first}  HEADER.exe\n{second}  refs.doc\n") == {first, second}


def test_fields_of_logs_and_records_within_a_text_say_what_they_hold(tmp_path: Path) -> None:
    log = f'10.0.0.1 - - "GET /login HTTP/1.1" 200 12 sess={md5("session")} rt=0.1\n'
    log += f'date=2024-03-01 filehash="{sha256("file")}" analyticscksum="{sha256("file")}" srcuuid={md5("uuid")}\n'
    assert sent(tmp_path, "access.log", log) == {sha256("file")}
    record = json.dumps({"Name": md5("account"), "path": sha256("path"), "Sha256": sha256("file")})
    assert sent(tmp_path, "entities.log", f"received {record} from the queue\n") == {sha256("file")}
    script = f"$k='{md5('key')}'\nif ((Get-FileHash $p).Hash -eq '{sha256('file')}') {{ exit }}\n"
    assert sent(tmp_path, "script.txt", script) == {sha256("file")}
    fields = f"action=run target={sha256('target')} parent={md5('parent')} fhash={sha256('f')}\n"
    assert sent(tmp_path, "edr.log", fields) == {sha256("target"), md5("parent"), sha256("f")}
    families = f"Qakbot={md5('a')}, Emotet={md5('b')}\n"
    assert sent(tmp_path, "families.txt", families) == {md5("a"), md5("b")}
    assert sent(tmp_path, "mail.eml", f"X-MC-User: {md5('user')}\nX-MD5: {md5('file')}\n") == {md5("file")}


def test_a_digest_written_as_containers_write_theirs_is_one_beside_a_word_of_them(tmp_path: Path) -> None:
    text = f"latest: Pulling from library/nginx\nDigest: sha256:{sha256('pulled')}\n"
    text += f"The attacker pulled the image sha256:{sha256('image')} and started a container.\n"
    text += f"The miner (sha256:{sha256('miner')}) was written to /tmp/xmrig.\n"
    text += f"A disk image sha256:{sha256('disk')} was mounted, SHA256:{sha256('plain')} came by mail.\n"
    assert sent(tmp_path, "blog.txt", text) == {sha256("miner"), sha256("disk"), sha256("plain")}


def test_ids_of_a_journal_and_of_processes_are_no_files(tmp_path: Path) -> None:
    entry = f"_BOOT_ID={md5('boot')}\n_MACHINE_ID={md5('machine')}\nINVOCATION_ID={md5('invocation')}\n"
    assert sent(tmp_path, "journal.txt", entry) == set()
    parent = {"entity_id": md5("parent")}
    event = {"process": {"entity_id": md5("process"), "parent": parent, "hash": {"md5": md5("file")}}}
    assert sent(tmp_path, "events.ndjson", f"{json.dumps(event)}\n" * 2) == {md5("file")}


def test_the_data_of_a_zone_s_records_is_no_hash(tmp_path: Path) -> None:
    zone = f'example.com. IN DS 12345 8 2 {sha256("key").upper()}\n_x.example.com. IN TXT "{md5("text")}"\n'
    assert sent(tmp_path, "zone.txt", f"{zone}$ORIGIN example.com.\n") == set()
    assert sent(tmp_path, "caps.txt", f"DROPPED IN TEMP {md5('file')}\n") == {md5("file")}


def test_texts_written_in_hex_are_no_digests(tmp_path: Path) -> None:
    texts = ["exactly sixteen!", "Delete this row", "twenty characters ..", "New Notebook: Launch collection!!"]
    assert sent(tmp_path, "words.json", json.dumps({text.encode().hex(): text for text in texts}, indent=1)) == set()
    path = tmp_path / "words.txt"
    path.write_text("".join(f"{text.encode().hex()} {text}\n" for text in texts), encoding="utf-8")
    assert {s.found for placement in scanned(path) for s in placement} <= {Found.LEFT_OUT}
    headed = f"MD5\n{texts[0].encode().hex()}\n"
    assert sent(tmp_path, "headed.csv", headed) == {texts[0].encode().hex()}, "its heading says hash"


def test_a_line_that_has_its_own_value_speaks_of_no_other(tmp_path: Path) -> None:
    text = "".join(f"{sha256(seed)}\n\tRC2_key: Microsoft.com\n\tmutex: MC_MICRO_{seed}\n" for seed in "abc")
    assert sent(tmp_path, "configs.txt", text) == {sha256(seed) for seed in "abc"}
    assert sent(tmp_path, "titles.txt", f"Certificates: SHA1\n{sha1('a')}\n{sha1('b')}\n") == set()


def test_a_package_s_verification_code_and_a_rule_s_own_hash_are_no_files(tmp_path: Path) -> None:
    spdx = f"PackageName: x\nPackageVerificationCode: {sha1('code')}\nPackageChecksum: SHA1: {sha1('file')}\n"
    assert sent(tmp_path, "x.spdx", spdx) == {sha1("file")}
    rule = f'rule a {{\n meta:\n  hash = "{sha256("file")}"\n  logic_hash = "{sha256("rule")}"\n}}\n'
    assert sent(tmp_path, "r.yar", rule) == {sha256("file")}
    assert sent(tmp_path, "de.txt", f"Lizenzschlüssel: {md5('key')}\nMD5: {md5('file')}\n") == {md5("file")}


def test_the_headings_that_a_tool_prints_are_of_what_stands_right_below_them(tmp_path: Path) -> None:
    table = f"CONTAINER ID{' ' * 55}IMAGE     COMMAND\n"
    table += "".join(f'{sha256(seed)}   nginx     "/docker-entrypoint.sh"\n' for seed in "ab")
    assert sent(tmp_path, "docker.txt", table) == set()
    sums = f"Algorithm       Hash{' ' * 66}Path\n---------       ----{' ' * 66}----\n"
    sums += f"SHA256          {sha256('file').upper()}      C:\\a.exe\n"
    assert sent(tmp_path, "sums.txt", f"\n{sums}") == {sha256("file")}
    assert sent(tmp_path, "more.txt", f"{table}\nDropped files\n\n{sha256('c')}   a.exe\n") == {sha256("c")}


def test_values_that_a_database_s_statement_puts_into_a_column_are_what_its_name_says(tmp_path: Path) -> None:
    users = f"INSERT INTO `users` (`id`,`login`,`pass`) VALUES (1,'admin','{md5('a')}'),(2,'bob','{md5('b')}');\n"
    members = f'insert into "public"."members" values (1, \'{md5("c")}\');\n'
    files = f"INSERT INTO files (id, name, sha256) VALUES (1,'a.exe','{sha256('file')}');\n"
    assert sent(tmp_path, "dump.sql", users + members + files) == {sha256("file")}


def test_what_scanners_for_secrets_found_stays_home(tmp_path: Path) -> None:
    found = {"DetectorName": "AWS", "Raw": md5("key"), "RawV2": sha1("key"), "Verified": True}
    assert sent(tmp_path, "trufflehog.json", f"{json.dumps(found)}\n" * 2) == set()
    event = {"Raw": f"MD5={md5('file')}", "Sensor": "ws1"}
    assert sent(tmp_path, "events.json", f"{json.dumps(event)}\n" * 2) == {md5("file")}


def test_secrets_of_commands_handshakes_and_rules_stay_home(tmp_path: Path) -> None:
    text = f"curl -u admin:{md5('password')} https://example.com/\nadmin:{md5('shadow')}:19000:0:99999:7:::\n"
    text += f"WPA*02*{md5('mic')}*{md5(1)[:12]}*{md5(2)[:12]}*{'aa' * 4}*{sha256('nonce')}*{sha256('eapol')}*02\n"
    text += f"PMKID: {md5('pmkid')}\nMonero payment ID: {sha256('payment')}\n"
    text += f'alert tls any any -> any any (msg:"x"; ja3.hash; content:"{md5("ja3")}"; sid:1;)\n'
    text += (
        f"- git:\n    repo: https://example.com/a\n    version: {sha1('commit')}\nchecksum/config: {sha256('pod')}\n"
    )
    assert sent(tmp_path, "notes.txt", f"{text}SHA256: {sha256('file')}\n") == {sha256("file")}
    signers = {"file": {"md5": md5("file")}, "digital_signers": [{"sha1": sha1("signer"), "md5": md5("signer")}]}
    assert sent(tmp_path, "report.json", json.dumps([signers])) == {md5("file")}


def test_what_a_command_of_git_names_is_a_revision_and_what_authorizes_is_a_secret(tmp_path: Path) -> None:
    lines = [
        f"git clone https://git.example/x && git checkout -q {sha1('a')}",
        f"run git show {sha1('b')} first",
        f"Authorization: Basic {md5('c')}",
        f'"authorization": "{sha256("d")}"',
        f"found in git as {sha1('e')}",
    ]
    assert sent(tmp_path, "notes.txt", "\n".join(lines)) == {sha1("e")}


def test_a_column_called_detector_makes_no_secrets_of_hashes(tmp_path: Path) -> None:
    assert sent(tmp_path, "a.csv", f"Indicator,Detector\n{sha256('a')},Sigma\n") == {sha256("a")}
    assert sent(tmp_path, "b.csv", f"value,detector_name,Type\n{sha256('b')},Kaspersky,sha256\n") == {sha256("b")}


def test_a_dict_of_families_below_its_title_is_of_files(tmp_path: Path) -> None:
    lines = ["hashes = {", f'    "Emotet": "{md5("a")}",', f'    "x64": "{sha256("b")}",', "}"]
    assert sent(tmp_path, "iocs.py.txt", "\n".join(lines)) == {md5("a"), sha256("b")}


@pytest.mark.parametrize(
    "title", ["Certificate thumbprints: Contoso", "NTLM hashes: DC01", "JA3: clients", "API keys: production"]
)
def test_a_title_with_words_behind_it_says_what_follows(tmp_path: Path, title: str) -> None:
    lines = [title, "", md5("a"), md5("b"), "", "End of list."]
    assert not sent(tmp_path, "notes.txt", "\n".join(lines))


def test_only_a_revision_s_length_is_one_by_what_git_writes_behind_it(tmp_path: Path) -> None:
    lines = [f"{sha256('a')} phishing attachment <a@b.example>", f"{md5('b')}:1234:emotet-loader:73"]
    assert sent(tmp_path, "iocs.txt", "IOC\n" + "\n".join(lines)) == {sha256("a"), md5("b")}


def test_a_search_for_another_hash_names_no_file(tmp_path: Path) -> None:
    page = "https://www.virustotal.com/gui/search?query="
    lines = [f"{page}imphash:{md5('a')}", f"{page}{sha256('b')}", f"{page}md5:{md5('c')}"]
    assert sent(tmp_path, "links.txt", "\n".join(lines)) == {sha256("b"), md5("c")}


def test_what_a_row_s_type_says_is_of_the_column_of_values(tmp_path: Path) -> None:
    rows = f"type,IoC,host_groups,tenant\nmd5,{md5('a')},{md5('group')},{md5('tenant')}\nfile,{md5('b')},,{md5('t')}\n"
    assert sent(tmp_path, "crowdstrike.csv", rows) == {md5("a"), md5("b")}
    rows = f"value,itype\n{md5('a')},mal_md5\n{md5('serial')},ssl_cert_serial_number\n{md5('id')},adversary_id\n"
    assert sent(tmp_path, "anomali.csv", rows) == {md5("a")}


@pytest.mark.parametrize(
    "label",
    [
        "Kundennummer",
        "Vorgangs-ID",
        "Ticket ID",
        "Order number",
        "numéro de dossier",
        "Nº de pedido",
        "RICHHEADER",
        "Номер заявки",
        "Идентификатор бота",
    ],
)
def test_numbers_of_records_are_no_files(tmp_path: Path, label: str) -> None:
    text = f"SHA-256: {sha256('a')}\n{label}: {md5('number')}\nIcedID: {md5('b')}\nSample ID: {md5('c')}\n"
    assert sent(tmp_path, "report.txt", text) == {sha256("a"), md5("b"), md5("c")}


def test_an_image_of_a_container_is_none_in_a_log_s_field_either(tmp_path: Path) -> None:
    assert sent(tmp_path, "falco.log", f"image=reg/app@sha256:{sha256('image')} exe_hash={sha256('a')}\n") == {
        sha256("a")
    }


def test_a_digest_of_a_file_is_its_hash(tmp_path: Path) -> None:
    rows = f"time,filedigest,file_checksum\n1,{sha256('a')},{md5('a')}\n"
    assert sent(tmp_path, "wildfire.csv", rows) == {sha256("a"), md5("a")}


def test_osquery_s_certificates_are_no_files_and_the_signers_of_files_take_none_away(tmp_path: Path) -> None:
    lines = ["common_name,issuer,ca,self_signed,not_valid_before,signing_algorithm,sha1,path"]
    lines += [f"x,CN=y,1,0,1700000000,sha256WithRSA,{sha1(n)},/etc/ssl" for n in "ab"]
    assert not sent(tmp_path, "certificates.csv", "\n".join(lines))
    lines = ["Path,Signer,Issuer,Serial number,Valid from,Valid to,SHA1", f"C:\\a.exe,x,y,01,2026,2027,{sha1('c')}"]
    assert sent(tmp_path, "sigcheck.csv", "\n".join(lines)) == {sha1("c")}


def test_a_type_on_the_line_of_a_value_says_what_it_is(tmp_path: Path) -> None:
    lines = [f"Type: SSL certificate | SHA1: {sha1('a')}", f"Type: file | SHA1: {sha1('b')}"]
    assert sent(tmp_path, "events.txt", "\n".join(lines)) == {sha1("b")}
    assert sent(tmp_path, "events.csv", "Time,Message\n" + "\n".join(f"1,{line}" for line in lines)) == {sha1("b")}


@pytest.mark.parametrize("kind", ["blob", "tree", "commit"])
def test_objects_of_git_s_api_are_no_files(tmp_path: Path, kind: str) -> None:
    record = json.dumps({"type": kind, "sha": sha1("a"), "path": "a.exe"})
    assert not sent(tmp_path, "tree.jsonl", f"{record}\n" * 2)
    cell = record.replace('"', '""')
    assert not sent(tmp_path, "events.csv", f'Time,Data\n1,"{cell}"\n2,"{cell}"\n')


def test_a_description_that_ends_in_a_registry_key_is_of_the_file_that_sets_it(tmp_path: Path) -> None:
    lines = [f"Registry key for persistence - {sha1('a')}", f"Dropper - {sha1('b')}", f"file://{sha256('c')}"]
    assert sent(tmp_path, "iocs.txt", "IOCs\n" + "\n".join(lines)) == {sha1("a"), sha1("b"), sha256("c")}


def test_headings_in_two_rows_are_read_together(tmp_path: Path) -> None:
    heads = "File,,,Certificate,\nName,MD5,SHA1,Serial,SHA1\n"
    rows = [f"{n}.exe,{md5(n)},{sha1(n)},{md5(n + 'serial')},{sha1(n + 'certificate')}" for n in "ab"]
    files = {value for n in "ab" for value in (md5(n), sha1(n))}
    assert sent(tmp_path, "grouped.csv", heads + "\n".join(rows)) == files


@pytest.mark.parametrize("table", ["wp_users", "phpbb_members", "session_tokens", "api_keys"])
def test_a_table_of_users_or_secrets_in_a_dump_without_columns_stays_home(tmp_path: Path, table: str) -> None:
    assert sent(tmp_path, "dump.sql", f"INSERT INTO `{table}` VALUES (1,'admin','{md5('a')}');\n") == set()
    assert sent(tmp_path, "samples.sql", f"INSERT INTO `samples` VALUES (1,'a.exe','{md5('a')}');\n") == {md5("a")}


def test_a_row_of_words_below_full_headings_is_data(tmp_path: Path) -> None:
    rows = f"Typ;Wert;Kommentar\nDomain;evil-site.de;C2\nHash;{sha256('a')};\nHash;{md5('b')};Loader\n"
    assert sent(tmp_path, "ioc.csv", rows) == {sha256("a"), md5("b")}


def test_certutil_s_outputs_one_below_the_other_give_each_its_file(tmp_path: Path) -> None:
    spaced = " ".join(sha1("b")[at : at + 2] for at in range(0, 40, 2))
    done = "CertUtil: -hashfile command completed successfully.\n"
    text = f"MD5 hash of file a.dll:\n{md5('a')}\n{done}SHA1 hash of file b.exe:\n{spaced}\n{done}"
    assert sent(tmp_path, "hashes.txt", f"{text}SHA256 hash of c.exe:\n{sha256('c')}\n{done}") == {
        md5("a"), sha1("b"), sha256("c"),
    }  # fmt: skip


def test_a_rule_s_id_in_a_pulse_is_no_file(tmp_path: Path) -> None:
    pulse = [{"type": "YARA", "indicator": sha1(1)}, {"type": "FileHash-MD5", "indicator": md5(1)}]
    assert sent(tmp_path, "pulse.json", json.dumps({"indicators": pulse})) == {md5(1)}
    assert sent(tmp_path, "pulse.csv", f"Indicator type,Indicator\nYARA,{sha1(1)}\nFileHash-MD5,{md5(1)}\n") == {md5(1)}
    # a rule's own list of the files that it finds
    assert sent(tmp_path, "rules.csv", f"type,name,sha256\nYARA,a_rule,{sha256(1)}\n") == {sha256(1)}


def test_the_hash_of_a_signature_is_no_file(tmp_path: Path) -> None:
    assert sent(tmp_path, "log.txt", f"op=check sigsha={sha1(1)} x\nsignature sha1: {sha1(2)}\nhash={md5(1)} x\n") == {
        md5(1)
    }


def test_what_zscaler_s_sandbox_looked_at_is_a_file(tmp_path: Path) -> None:
    assert sent(tmp_path, "web.csv", f"login,bamd5,dlpmd5\nmax,{md5(1)},{md5(2)}\n") == {md5(1)}


@pytest.mark.parametrize("label", ["signatureid", "ruleid", "AlertID", "incidentid"])
def test_the_id_of_a_rule_or_an_alert_is_no_file_written_in_one_word_either(tmp_path: Path, label: str) -> None:
    assert sent(tmp_path, "rules.yml", f"rules:\n  - name: x\n    {label}: '{md5(1)}'\n    hash: {md5(2)}\n") == {
        md5(2)
    }


def test_digests_that_a_build_is_pinned_to_are_no_indicators(tmp_path: Path) -> None:
    pins = f"requests==2.31.0 \\\n    --hash=sha256:{sha256('a')} \\\n    --hash=sha256:{sha256('b')}\n"
    assert sent(tmp_path, "requirements.txt", pins) == set()
    terraform = f'  hashes = [\n    "h1:ltxyuBWIy9cq0kIKDJH1jeWJy/y7XJLjS4QrsQK4plA=",\n    "zh:{sha256("c")}",\n  ]\n'
    assert sent(tmp_path, "lock.hcl", terraform) == set()
    package = {"hashes": [f"sha256:{sha256('d')}"], "index": "pypi", "version": "==1.0"}
    assert sent(tmp_path, "Pipfile.lock", json.dumps({"default": {"a": package}, "develop": {}})) == set()
    del package["index"]
    funding = [{"type": "site", "url": "https://tool.example/"}] * 2
    of_npm = {"version": "1.2.3", "integrity": "sha512-x", "funding": funding, "resolved": "https://r.example/a.tgz"}
    packages = {"a": of_npm, "b": {**of_npm, "funding": funding[0]}}
    assert addresses(tmp_path, "package-lock.json", json.dumps({"lockfileVersion": 3, "packages": packages})) == set()
    meta = {"hash": {"sha256": sha256("e")}, "pipfile-spec": 6}
    assert sent(tmp_path, "Pipfile.lock", json.dumps({"_meta": meta, "default": {"a": package}})) == set()
    dist = {"type": "zip", "url": "https://repository.example/a.zip", "reference": sha1("f"), "shasum": sha1("g")}
    composer = {"packages": [{"name": "a/a", "version": "1.0", "source": dist, "dist": dist}] * 2}
    assert sent(tmp_path, "composer.lock", json.dumps(composer)) == set()
    assert addresses(tmp_path, "composer.lock", json.dumps(composer)) == set()
    sample = {"hashes": [f"sha256:{sha256('d')}"], "version": "2"}
    assert sent(tmp_path, "sample.json", json.dumps({"default": {"a": sample}})) == {sha256("d")}


SECURID = "10:15:07,123, aaa.example, audit.runtime.com.rsa.ims.authn.impl.Broker, INFO, {},{},AUTHN_LOGIN,SUCCESS,{}-L0+/mi,max"


def test_several_unnamed_values_of_one_length_in_a_log_s_line_are_ids(tmp_path: Path) -> None:
    lines = [SECURID.format(*(md5(f"{line}{place}") for place in "abc")) for line in range(3)]
    assert sent(tmp_path, "authentication.log", "\n".join(lines)) == set()
    files = "10:15:07 ws1 dropped C:\\Temp\\a.exe {} and b.dll {}\n".format(md5("a"), md5("b"))
    assert sent(tmp_path, "dropped.log", files) == {md5("a"), md5("b")}
    one = f"10:15:07 ws1 scanner found malware {md5('a')} {sha1('a')} in quarantine\n"
    assert sent(tmp_path, "av.log", one) == {md5("a"), sha1("a")}
    days = f"2026-10-01 10:15:07 {md5('a')} {md5('b')}\n"
    assert sent(tmp_path, "days.txt", days) == {md5("a"), md5("b")}


def test_the_comments_of_a_layer_of_mitre_s_navigator_tell_of_files(tmp_path: Path) -> None:
    techniques = [{"techniqueID": "T1059", "comment": f"Loader {sha256(n)} was seen"} for n in "ab"]
    layer = {"name": "x layer", "versions": {"layer": "4.5"}, "domain": "enterprise-attack", "techniques": techniques}
    assert sent(tmp_path, "layer.json", json.dumps(layer)) == {sha256("a"), sha256("b")}


@pytest.mark.parametrize("name", ["menuPass", "WarmCookie.txt", "DarkWallet.csv", "menuPass_iocs.txt"])
def test_a_name_of_malware_that_ends_in_a_secret_s_word_is_a_name(tmp_path: Path, name: str) -> None:
    assert sent(tmp_path, name, f"{sha256('a')}\n{sha256('b')}\n") == {sha256("a"), sha256("b")}


@pytest.mark.parametrize(
    "name", ["userPass.txt", "jwtSecret.txt", "SessionTokens.txt", "sslCert.txt", "NTLMHash.txt", "user_pass.txt"]
)
def test_a_file_that_is_called_after_secrets_holds_secrets(tmp_path: Path, name: str) -> None:
    assert sent(tmp_path, name, f"{md5('a')}\n{md5('b')}\n") == set()


@pytest.mark.parametrize(
    "text",
    [
        f'ConvertTo-SecureString "{sha1("a")}" -AsPlainText -Force',
        f"/bin/sh -c #(nop) ADD file:{sha256('a')} in /",
        f'<property name="syft:metadata:gitCommitOfPort">{sha1("a")}</property>',
        f'"campaign code": "{md5("a")}"',
        f"[default-web-80] [] 10.0.0.9:80 13 0.000 200 {md5('a')}",
        f'web 10.0.0.4 - {md5("a")} - [22/Oct/2026:14:31:58 +0000] "GET / HTTP/1.1" 200 1',
        f"filterlog 6 - - 10,,,{md5('a')},re0,match,block,in,4,0x0,,118,28579",
        f'Challenge="1640091422/edc2",Response="{md5("a")}",ExpectedResponse=""',
        f'"Key": "nodekey:{sha256("a")}", "DiscoKey": "discokey:{sha256("b")}"',
        f"040000 tree {sha1('a')}\tcss\n100644 blob {sha1('b')}    index.html",
        f'hashcat -a6 -m0 "{md5("a")}" words.txt',
    ],
)
def test_keys_objects_of_git_and_what_is_to_be_cracked_are_no_files(tmp_path: Path, text: str) -> None:
    assert sent(tmp_path, "notes.md", f"{text}\n") == set()


def test_a_digest_behind_numbers_or_dashes_is_a_file_s_still(tmp_path: Path) -> None:
    ocsp = {"hashAlgorithm": "sha1", "issuerNameHash": sha1("f"), "issuerKeyHash": sha1("g"), "sha1": sha1("h")}
    assert sent(tmp_path, "ocsp.jsonl", f"{json.dumps(ocsp)}\n" * 2) == {sha1("h")}
    assert sent(tmp_path, "a.md", f"ioc:sample:payload {md5('d')}\nAPT28 campaign: {md5('e')}\n") == {
        md5("d"),
        md5("e"),
    }
    text = f"1,23,a,{md5('a')},x\n10.5 200 {md5('b')}\nevil.exe - {md5('c')} - [seen]\n"
    assert sent(tmp_path, "notes.md", text) == {md5("a"), md5("b"), md5("c")}


def test_a_pair_of_a_type_and_a_host_is_no_row_of_headings(tmp_path: Path) -> None:
    assert sent(tmp_path, "pairs.csv", f"Host,evil.example.net\nMD5,{md5('a')}\n") == {md5("a")}
