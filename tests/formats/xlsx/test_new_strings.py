"""Texts of ours stand among the workbook's shared strings: each once, behind theirs."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as some

from enrich.formats.xlsx.sheet import new_strings
from enrich.formats.xlsx.sheet.new_strings import NewStrings
from enrich.formats.xlsx.sheet.shared_strings import shared_strings
from enrich.model.page import Page
from tests.formats.xlsx.parts import HEAD, line


def test_no_text_of_ours_is_an_inline_string(kit):
    path = kit.book(HEAD + line(2) + line(3))
    page = Page("VirusTotal", kit.columns, [kit.full], ("Intro",))
    given_back, _ = kit.give(path, {"Sheet1": kit.addition([2, 3])}, [page])
    assert kit.part(given_back, "xl/worksheets/sheet1.xml").count("inlineStr") == HEAD.count("inlineStr")
    assert "inlineStr" not in kit.part(given_back, "xl/worksheets/sheet2.xml")
    strings = re.findall(r"<si><t>([^<]*)</t></si>", kit.part(given_back, "xl/sharedStrings.xml"))
    assert "12/70" in strings
    assert len(set(strings)) == len(strings)
    assert kit.texts(given_back)[2][2:4] == ["found", "12/70"]


@pytest.mark.parametrize(
    "theirs",
    [
        '<sst xmlns="{0}" count="9" uniqueCount="2"><si><t>a</t></si><si><r><t>ri</t></r><r><t>ch</t></r></si></sst>',
        '<x:sst xmlns:x="{0}"><x:si><x:t>a</x:t></x:si><x:si/></x:sst>',
        '<sst xmlns="{0}"><si><t>a</t></si><extLst><ext uri="u"/></extLst></sst>',
        '<sst xmlns="{0}" uniqueCount="0"/>',
    ],
)
def test_theirs_stay_as_they_are_and_keep_their_indices(kit, theirs):
    whole = theirs.format(kit.main)
    parts = kit.parts(HEAD + line(2), strings="")
    parts["xl/sharedStrings.xml"] = whole
    given_back, _ = kit.give(kit.write(parts), {"Sheet1": kit.addition([2])})
    after = kit.part(given_back, "xl/sharedStrings.xml")
    assert (
        re.findall(r"<(?:x:)?si.*?(?=<(?:x:)?si|</|$)", whole)
        == re.findall(r"<(?:x:)?si.*?(?=<(?:x:)?si|</|$)", after)[
            : len(re.findall(r"<(?:x:)?si.*?(?=<(?:x:)?si|</|$)", whole))
        ]
    )
    assert kit.texts(given_back)[2][2:4] == ["found", "12/70"]
    assert after.count("extLst") == whole.count("extLst")
    if 'uniqueCount="2"' in whole:
        number = len(re.findall("<si>", after))
        assert f'uniqueCount="{number}"' in after


def test_a_text_of_theirs_is_used_again_unless_it_wears_formats_or_hides_something(kit):
    strings = "<si><t>found</t></si><si><r><t>12/70</t></r></si><si><t>invoice.exe</t></si>"
    given_back, _ = kit.give(kit.book(HEAD + line(2), strings=strings), {"Sheet1": kit.addition([2])})
    after = kit.part(given_back, "xl/sharedStrings.xml")
    assert (after.count(">found<"), after.count(">12/70<"), after.count(">invoice.exe<")) == (1, 2, 1)


def test_memory_of_texts_is_bounded_and_all_are_written(monkeypatch):
    monkeypatch.setattr(new_strings, "MOST_KNOWN", 3)
    strings = NewStrings()
    indices = [strings.index(text) for text in "abcdeab"]
    assert indices == [0, 1, 2, 3, 4, 0, 1]
    assert strings.index("e") == 5
    written = b"".join(strings.parts(None))
    assert [written.count(f"<t>{text}<".encode()) for text in "abcde"] == [1, 1, 1, 1, 2]
    strings.close()


def fail(what):
    raise AssertionError(what)


@given(some.lists(some.text(some.characters(exclude_categories=["Cs"]), max_size=8), max_size=6), some.integers(1, 50))
def test_what_is_entered_is_read_back(texts, size):
    strings = NewStrings()
    indices = [strings.index(text) for text in texts]
    written = b"".join(strings.parts(None))
    strings.close()
    chunks = iter([written[:300], *(written[at : at + size] for at in range(300, len(written), size))])
    read = shared_strings(chunks, fail)
    # XML takes a carriage return for a line's end unless it is escaped, as it is here
    assert [read[index] for index in indices] == texts
