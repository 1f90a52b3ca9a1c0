"""The weighted length of a tweet (twitter-text `config/v3.json`, in units of its scale of 100)."""

from __future__ import annotations

import re

import regex

from domain.text.characters import in_form
from domain.text.urls import url_spans_in

MAX_WEIGHTED_LENGTH = 280
URL_WEIGHT = 23
EMOJI_WEIGHT = 2

_LIGHT = re.compile(r"[\u0000-\u10ff\u2000-\u200d\u2010-\u201f\u2032-\u2037]+")
"""Ranges 0-4351, 8192-8205, 8208-8223 and 8242-8247 weigh 1, every other code point 2."""

_ELEMENT = r"(?:\p{Emoji_Modifier_Base}\ufe0f?\p{Emoji_Modifier}|\p{Extended_Pictographic}\ufe0f?)"
_EMOJI = regex.compile(
    r"[0-9#*]\ufe0f?\u20e3"
    r"|\p{Regional_Indicator}{2}"
    r"|\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{3,6}+\U000e007f"
    rf"|(?![©®](?!\ufe0f)){_ELEMENT}(?:\u200d{_ELEMENT}){{0,3}}+"
)
"""The shapes of UTS 51. One emoji joins four pictures at most, as the longest recommended sequences do: else a chain
of any length would weigh 2. © and ® are text, of weight 1, unless U+FE0F follows."""
_MAY_HOLD_EMOJI = re.compile(r"[\u00a9\u00ae\u203c-\u3299\U0001f000-\U0001fbff]")


def weighted_length(text: str) -> int:
    """Counts after NFC: a URL 23, an emoji 2 however it is composed, other code points 1 or 2."""
    text = in_form("NFC", text)
    weight = position = 0
    for start, end in url_spans_in(text):
        weight += _plain_weight(text[position:start]) + URL_WEIGHT
        position = end
    return weight + _plain_weight(text[position:])


def _plain_weight(text: str) -> int:
    if text.isascii():
        return len(text)
    weight = 0
    if _MAY_HOLD_EMOJI.search(text):
        text, emoji = _EMOJI.subn("", text)
        weight = emoji * EMOJI_WEIGHT
    return weight + len(text) + len(_LIGHT.sub("", text))
