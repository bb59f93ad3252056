"""What stands beside a value: the quick look agrees with the closer one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from enrich.indicators import SILENT
from enrich.indicators.hash.types_and_notes import may_speak, reads

WORDS = [
    "SSL",
    "certificate",
    "thumbprint",
    "Imphash",
    "SHA256",
    "md5:",
    "note",
    "the sample",
    "(",
    "JA3",
    "14",
    "-",
    "C:\\x",
]


@given(st.lists(st.lists(st.sampled_from(WORDS), max_size=4).map(" ".join), min_size=1, max_size=5))
def test_what_the_quick_look_passes_by_says_nothing(texts: list[str]) -> None:
    if not may_speak("\n".join(texts)):
        assert all(reads(text, False) is SILENT for text in texts)


def test_the_quick_look_sees_labels_and_passes_by_notes() -> None:
    assert reads("Certificate thumbprint", False) is not SILENT
    assert may_speak("note 7\nCertificate thumbprint")
    assert not may_speak("note 7\nseen twice")
