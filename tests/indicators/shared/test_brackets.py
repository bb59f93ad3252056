from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich.indicators.shared.brackets import Brackets

_SCALARS = st.text(alphabet="abcxyz", min_size=1, max_size=8)
_RECORDS = st.recursive(
    st.dictionaries(_SCALARS, _SCALARS, max_size=3),
    lambda inner: st.dictionaries(_SCALARS, inner | st.lists(inner, max_size=2), max_size=3),
    max_leaves=6,
)


def at(text: str, place: int) -> Brackets:
    brackets = Brackets(text)
    brackets.go_to(place)
    return brackets


@pytest.mark.parametrize(
    "text",
    [
        '{"type": "commit", "id": "HERE"}',
        "{'type': 'commit', 'id': 'HERE'}",
        "@{type=commit; id=HERE}",
        r'"{\"type\": \"commit\", \"id\": \"HERE\"}"',
        '{"id": "HERE", "x": {"type": "file"}, "type": "commit"}',
    ],
)
def test_a_record_is_read_however_it_is_written(text: str) -> None:
    record = at(text, text.index("HERE")).record
    assert record[0] == ("id", "")
    assert ("type", "commit") in record
    assert ("type", "file") not in record


def test_a_value_of_a_list_is_called_as_the_list_is() -> None:
    text = '{"type": "file", "hashes": ["a", "HERE"]}'
    assert at(text, text.index("HERE")).record[0] == ("hashes", "")


def test_no_record_is_around_what_stands_outside() -> None:
    text = 'a {"type": "commit"} HERE'
    assert at(text, text.index("HERE")).record == ()


def test_a_record_without_an_end_is_read_no_farther_than_a_value_may_stand() -> None:
    text = '{"id": "HERE", ' + '"x": "y", ' * 1000 + '"type": "far"'
    record = at(text, text.index("HERE")).record
    assert ("x", "y") in record
    assert ("type", "far") not in record


@given(_RECORDS, _RECORDS, _SCALARS)
def test_only_the_record_s_own_pairs_are_heard(before: dict[str, object], after: dict[str, object], word: str) -> None:
    text = json.dumps({"inner": before, "type": word, "id": "HERE", "other": [after]})
    pairs = dict(at(text, text.index("HERE")).record[1:])
    assert pairs == {"type": word, "id": "HERE"}
