"""Settings: flag over environment over file, and every wrong word gets a sentence."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from enrich.cli import flags
from enrich.config.load import load
from enrich.config.parsing import UNLIMITED
from enrich.config.settings import Settings, flag, option_fields
from enrich.errors import UsageError
from enrich.providers import options_of_sources


def test_flag_beats_environment_beats_file_beats_default(tmp_path: Path) -> None:
    config = tmp_path / "enrich.toml"
    config.write_text('max-age = "3d"\nbudget = 7\nreserve = 5\n')
    settings = load({"budget": 1}, {"ENRICH_BUDGET": "2", "ENRICH_RESERVE": "4"}, config)
    assert (settings.budget, settings.reserve, settings.max_age) == (1, 4, timedelta(days=3))
    assert settings.max_age_unknown == timedelta(days=1)


def test_no_configuration_is_read_from_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "enrich.toml").write_text('virustotal-url = "https://attacker.example"\n')
    monkeypatch.chdir(tmp_path)
    assert load({}, {}).providers == {}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("MAX_AGE", "soon"),
        ("MAX_AGE", "99999999999w"),
        ("PER_MINUTE", "0"),
        ("PER_MINUTE", "-4"),
        ("BUDGET", "1.5"),
        ("UNTIL", "25:00"),
        ("ORDER", "random"),
        ("FAIL_ON", "malicious,weather"),
        ("WAIT", "perhaps"),
        ("INCIDENT_DATE", "03/11/2026"),
        ("ENCODING", "klingon"),
        ("ENCODING", "idna"),
    ],
)
def test_a_wrong_value_names_the_setting(name: str, text: str) -> None:
    with pytest.raises(UsageError, match=f"ENRICH_{name}"):
        load({}, {f"ENRICH_{name}": text})


@pytest.mark.parametrize(
    ("name", "meant"),
    [("ENRICH_NEVERSEND", "ENRICH_NEVER_SEND"), ("ENRICH_BUDGETS", "ENRICH_BUDGET"), ("ENRICH_CONFI", "ENRICH_CONFIG")],
)
def test_a_variable_that_is_nearly_a_setting_is_refused_with_what_was_meant(name: str, meant: str) -> None:
    with pytest.raises(UsageError, match=name) as raised:
        load({}, {name: "1"})
    assert meant in raised.value.hint


@pytest.mark.parametrize("name", ["ENRICH_SERVICE_HOST", "ENRICH_PORT", "ENRICH_HOME", "ENRICHMENT", "PATH"])
def test_a_variable_of_somebody_elses_is_no_concern(name: str) -> None:
    assert load({}, {name: "1", "ENRICH_CONFIG": ""}) == load({}, {})


def test_an_unknown_setting_in_the_file_is_named(tmp_path: Path) -> None:
    config = tmp_path / "enrich.toml"
    config.write_text("per-minut = 4\n")
    with pytest.raises(UsageError, match=r"enrich\.toml: unknown setting 'per-minut'"):
        load({}, {}, config)


@pytest.mark.parametrize("name", ["provider.virustotal", "virustotal", "order-of-things"])
def test_a_table_that_is_none_of_a_source_names_where_such_tables_are(tmp_path: Path, name: str) -> None:
    config = tmp_path / "enrich.toml"
    config.write_text(f"[{name}]\nper-minute = 4\n")
    with pytest.raises(UsageError, match="unknown setting") as caught:
        load({}, {}, config)
    assert caught.value.hint == "a source's options stand in [providers.NAME]"


@pytest.mark.parametrize("text", ["not = [toml", "\xff"])
def test_a_broken_file_is_a_usage_error(tmp_path: Path, text: str) -> None:
    config = tmp_path / "enrich.toml"
    config.write_bytes(text.encode("latin-1"))
    with pytest.raises(UsageError):
        load({}, {}, config)


def test_lists_come_from_every_source(tmp_path: Path) -> None:
    config = tmp_path / "enrich.toml"
    config.write_text('sheet = ["A", "B"]\ncolumns = ["vt_status", "vt_note"]\nfail-on = "unknown"\n')
    settings = load({}, {"ENRICH_COLUMN": "Hash"}, config)
    assert settings.sheet == ("A", "B")
    assert settings.column == ("Hash",)
    assert settings.fail_on == ("unknown",)
    assert settings.columns == ("vt_status", "vt_note")


def test_unlimited_is_a_rate_and_the_rest_are_whole_numbers() -> None:
    assert load({}, {"ENRICH_PER_MINUTE": "unlimited"}).per_minute == UNLIMITED
    assert load({}, {"ENRICH_PER_DAY": "500"}).per_day == 500


def test_wishes_that_exclude_each_other_are_refused() -> None:
    with pytest.raises(UsageError):
        load({"refresh": True, "offline": True}, {})
    with pytest.raises(UsageError):
        load({"in_place": True, "out_dir": Path("x")}, {})


def test_every_option_is_offered_by_enrich_run() -> None:
    offered = {
        *flags.READING,
        *flags.STORE,
        *flags.FRESHNESS,
        *flags.PACE,
        *flags.NEVER_SENT,
        *flags.SERVICE,
        *flags.COLUMNS,
        *flags.OUTPUT,
        *flags.PARTS,
        *flags.REPORT,
        *flags.WORDS,
    }
    assert offered == {item.name for item in option_fields()}
    assert flag("max_age_unknown") == "--max-age-unknown"
    assert all(item.metadata["help"] for item in option_fields())
    assert Settings() == load({}, {})


def test_a_home_that_is_not_this_users_holds_no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """As under sudo, where HOME may still be another's."""

    def refuse(_path: Path) -> bool:
        raise PermissionError

    monkeypatch.setattr(Path, "is_file", refuse)
    assert load({}, {}) == Settings()


def test_a_tilde_is_the_home_in_every_source(tmp_path: Path) -> None:
    config = tmp_path / "enrich.toml"
    config.write_text('known-good = ["~/good.txt"]\n')
    settings = load({}, {"ENRICH_KEY_FILE": "~/key"}, config)
    assert settings.key_file == Path.home() / "key"
    assert settings.known_good == (Path.home() / "good.txt",)


def test_a_wrong_value_in_the_file_names_the_file(tmp_path: Path) -> None:
    config = tmp_path / "enrich.toml"
    config.write_text('wait = "yes"\n')
    with pytest.raises(UsageError, match=str(config)):
        load({}, {}, config)


@pytest.mark.parametrize("text", ["a = [", "a = " + "[" * 5000, "a = \ud800"])
def test_a_file_that_is_no_toml_is_refused_in_words(tmp_path: Path, text: str) -> None:
    config = tmp_path / "enrich.toml"
    config.write_bytes(text.encode("utf-8", "surrogatepass"))
    with pytest.raises(UsageError, match="is not TOML"):
        load({}, {}, config)


@pytest.mark.parametrize("name", ["budget", "per_minute", "per_day", "reserve", "concurrency", "malicious_from"])
@pytest.mark.parametrize("digits", [16, 5000])
def test_a_number_of_thousands_of_digits_is_a_usage_error_from_every_side(
    tmp_path: Path, name: str, digits: int
) -> None:
    number = "9" * digits
    config = tmp_path / "enrich.toml"
    config.write_text(f"{name} = {number}\n")
    for given, environment, file in (
        ({}, {f"ENRICH_{name.upper()}": number}, None),
        ({}, {}, config),
    ):
        with pytest.raises(UsageError) as caught:
            load(given, environment, file)
        assert len(str(caught.value)) < 200 + len(str(config))


def test_what_is_no_toml_is_told_in_words(tmp_path: Path) -> None:
    config = tmp_path / "enrich.toml"
    for content, words in ((b"a = \xff", "not text in UTF-8"), (b"a = ", "is not TOML: Invalid value")):
        config.write_bytes(content)
        with pytest.raises(UsageError, match=words) as caught:
            load({}, {}, config)
        assert "codec" not in str(caught.value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_settings_file_is_read_as_windows_writes_it(tmp_path: Path, encoding: str) -> None:
    config = tmp_path / "enrich.toml"
    config.write_bytes('max-age = "3d"\r\n'.encode(encoding))
    assert load({}, {}, config).max_age == timedelta(days=3)


def test_a_time_out_leaves_an_answer_time_to_come() -> None:
    """At 0 every call would be paid for and given up at once."""
    with pytest.raises(UsageError, match=r"of at least 0\.1"):
        load({}, {"ENRICH_TIMEOUT": "0"})
    assert load({}, {"ENRICH_TIMEOUT": "0.1"}).timeout == 0.1


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('proxy = ["http://a:1"]', "proxy is one value, not a list"),
        ('list = ["a", "b"]', "list is one value, not a list"),
        ("budget = true", "budget cannot be True"),
        ("store = false", "store"),
        ("engines = true", "engines cannot be True"),
        ("columns = [true]", "columns cannot be True"),
        ("column = [[1]]", "column cannot be [1]"),
        ("max-age = {days = 3}", "max-age cannot be {'days': 3}"),
        ("providers = 3", "providers is not a table"),
        ("source = []", "source names nothing"),
        ('source = ""', "source names nothing"),
        ("kinds = []", "kinds names nothing"),
        ('columns = ","', "',' names nothing"),
    ],
)
def test_a_value_of_another_type_in_the_file_is_refused(tmp_path: Path, line: str, words: str) -> None:
    config = tmp_path / "enrich.toml"
    config.write_text(line)
    with pytest.raises(UsageError, match=re.escape(words)):
        load({}, {}, config, options_of_sources())


def test_a_value_of_the_file_is_whole_whatever_divides_several_in_the_environment(tmp_path: Path) -> None:
    config = tmp_path / "enrich.toml"
    config.write_text(
        'column = ["Hash: SHA256"]\nnever-send = "Sharing: TLP=RED"\noutput = ["s3://lake/out.csv", "b.md"]\n'
    )
    settings = load({}, {}, config)
    assert settings.column == ("Hash: SHA256",)
    assert settings.never_send == ("Sharing: TLP=RED",)
    assert settings.output == (Path("s3://lake/out.csv"), Path("b.md"))


def test_an_empty_value_of_the_file_counts_as_none(tmp_path: Path) -> None:
    config = tmp_path / "enrich.toml"
    config.write_text('title = ""\nbudget = ""\nknown-good = []\nfail-on = ""\ncolumns = ""\n')
    assert load({}, {}, config) == Settings()


def test_blanks_around_a_variable_and_a_line_end_of_windows_are_none_of_it() -> None:
    given = {"ENRICH_PROXY": " none ", "ENRICH_OUT_DIR": "out dir\r", "ENRICH_OFFLINE": "true ", "ENRICH_BUDGET": " "}
    settings = load({}, given)
    assert (settings.proxy, settings.out_dir, settings.offline, settings.budget) == (
        "none",
        Path("out dir"),
        True,
        None,
    )
