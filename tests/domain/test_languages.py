"""Language tags: which are well-formed, and how they are written (examples of RFC 5646, appendix A)."""

from __future__ import annotations

import pytest

from domain.errors import ValidationFailed
from domain.languages import checked_language


@pytest.mark.parametrize(
    ("tag", "written"),
    [
        ("de", "de"),
        ("DE-ch", "de-CH"),
        ("zh-hant", "zh-Hant"),
        ("ZH-CMN-HANS-cn", "zh-cmn-Hans-CN"),
        ("sr-LATN-rs", "sr-Latn-RS"),
        ("es-419", "es-419"),
        ("sl-ROZAJ-biske", "sl-rozaj-biske"),
        ("de-CH-1901", "de-CH-1901"),
        ("hy-latn-it-arevela", "hy-Latn-IT-arevela"),
        ("en-ca-X-CA", "en-CA-x-ca"),
        ("en-US-u-islamcal", "en-US-u-islamcal"),
        ("de-DE-u-co-phonebk", "de-DE-u-co-phonebk"),
        ("en-a-myext-b-another", "en-a-myext-b-another"),
    ],
)
def test_a_well_formed_tag_is_written_as_the_standard_recommends(tag: str, written: str) -> None:
    assert checked_language(tag) == written
    assert checked_language(written) == written


@pytest.mark.parametrize(
    "tag", ["", "a", "a-DE", "de-419-DE", "en-", "-en", "en--US", "en_US", "e\u0274", "de DE", "123", "\u212aa", "en-u"]
)
def test_anything_else_is_refused(tag: str) -> None:
    with pytest.raises(ValidationFailed):
        checked_language(tag)
