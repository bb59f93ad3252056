"""Which columns a run appends: the default set, the user's own in the user's order, or all."""

from __future__ import annotations

import pytest

from enrich.config.settings import Settings
from enrich.errors import UsageError
from enrich.model.column import Column
from enrich.pipeline.sources import chosen_columns, sets_of_columns, sources_of

EVERY = ("hash", "domain", "ip", "url")


def columns_of(settings: Settings) -> tuple[Column, ...]:
    return chosen_columns(settings, sources_of(settings))


def names(settings: Settings) -> list[str]:
    return [column.name for column in columns_of(settings)]


def test_chosen_columns_come_in_the_user_s_order_with_or_without_the_prefix() -> None:
    assert names(Settings(columns=("size", "vt_status", "vt_size"))) == ["vt_size", "vt_status"]


def test_chosen_engines_come_with_the_default_set_and_with_all_columns() -> None:
    for settings in (
        Settings(providers={"engines": ("Microsoft",)}),
        Settings(providers={"engines": ("Microsoft",)}, all_columns=True),
    ):
        assert "vt_engine_microsoft" in names(settings)


def test_the_change_is_a_column_where_changes_are_asked_for() -> None:
    assert "vt_change" not in names(Settings())
    assert names(Settings(changes_only=True))[-1] == "vt_change"
    assert names(Settings(columns=("vt_status",), changes_only=True)) == ["vt_status", "vt_change"]


def test_a_column_that_there_is_not_is_told_with_those_that_there_are() -> None:
    with pytest.raises(UsageError, match="no column is called 'vt_siez'") as caught:
        names(Settings(columns=("vt_siez",)))
    assert "vt_size" in caught.value.hint


def test_an_earlier_run_may_have_appended_this_run_s_columns_the_default_set_or_all() -> None:
    own = Settings(columns=("vt_status",))
    sets = sets_of_columns(own)
    others = (columns_of(Settings(kinds=EVERY)), columns_of(Settings(kinds=EVERY, all_columns=True)))
    assert sets == (columns_of(own), columns_of(Settings()), columns_of(Settings(all_columns=True)), *others)
    assert len(sets_of_columns(Settings())) == 4, "none twice"


def test_columns_of_a_kind_are_there_where_it_is_asked_about() -> None:
    assert "vt_registered" not in names(Settings())
    assert {"vt_kind", "vt_domain_detections", "vt_registered"} <= set(names(Settings(kinds=("hash", "domain"))))
    assert "vt_country" not in names(Settings(kinds=("hash", "domain")))
    assert "vt_asn" in names(Settings(kinds=("ip",), all_columns=True))
    assert "vt_asn" in names(Settings(columns=("vt_asn",)))
