"""What the words of names have in common when people are searched for."""

from __future__ import annotations

import pytest

from domain.people_search import words_in


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Ann Smith", ("ann", "smith")),
        ("@ann_b", ("ann_b",)),
        ("José ÅNGSTRÖM", ("jose", "angstrom")),
        ("Jose\u0301", ("jose",)),
        ("Straße", ("strasse",)),
        ("Ａｎｎ", ("ann",)),
        ("O'Neil-Smith", ("o", "neil", "smith")),
        ("ann ANN", ("ann",)),
        ("数学 太郎", ("数学", "太郎")),
        ("한국", ("한국",)),
        ("हिन्दी", ("हिनदी",)),
        ("🙂 ♥", ()),
        ("", ()),
    ],
)
def test_case_width_and_accents_do_not_matter(text: str, words: tuple[str, ...]) -> None:
    assert words_in(text) == words
    assert words_in(" ".join(words)) == words
