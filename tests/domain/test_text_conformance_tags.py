"""The categories of twitter-text's suite on hashtags and cashtags, with cases of our own."""

import pytest

from domain.text import Cashtag, Hashtag, entities_in


def hashtags(text: str) -> list[Hashtag]:
    return [entity for entity in entities_in(text) if isinstance(entity, Hashtag)]


def cashtags(text: str) -> list[Cashtag]:
    return [entity for entity in entities_in(text) if isinstance(entity, Cashtag)]


HASHTAGS = {
    "a word": ("#box", ["box"]),
    "several": ("#box and #run,#swim", ["box", "run", "swim"]),
    "case is kept": ("#BoxNight", ["BoxNight"]),
    "full-width sign": ("＃ボクシング", ["ボクシング"]),
    "digits need a letter": ("#1 #2024 #2024x #x1 #1st", ["2024x", "x1", "1st"]),
    "underscores need a letter": ("#___ #_1 #_a #a_", ["_a", "a_"]),
    "between brackets and quotes": ("(#a)[#b]“#c”«#d»", ["a", "b", "c", "d"]),
    "after punctuation": (".#a ,#b !#c ?#d :#e ;#f /#g -#h", ["a", "b", "c", "d", "e", "f", "g", "h"]),
    "before punctuation": ("#box! #box’s #box… #box。", ["box", "box", "box", "box"]),
    "a hyphen ends it": ("#box-night", ["box"]),
    "an ampersand ends it": ("#rock&roll", ["rock"]),
    "after a letter, a digit or an underscore": ("x#a é#a 7#a _#a 字#a ก#a", []),
    "after an ampersand, as in an entity of HTML": ("&#a &#39;s &amp;#b", ["b"]),
    "two in one": ("#a#b ##c #d＃e", ["c"]),
    "a protocol is no tag": ("#http://example.com #https://", []),
    "in a URL": ("http://example.com/#box example.com/x#box", []),
    "behind a URL": ("http://example.com/ #box", ["box"]),
    "accents": ("#ñandú #Žluťoučký #façade #Übung #þórr", ["ñandú", "Žluťoučký", "façade", "Übung", "þórr"]),
    "decomposed accents become composed": ("#cafe\u0301", ["café"]),
    "Turkish": ("#ığdır #İzmir #çiğköfte", ["ığdır", "İzmir", "çiğköfte"]),
    "Greek": ("#ΑΘΗΝΑ #Σίσυφος", ["ΑΘΗΝΑ", "Σίσυφος"]),
    "Cyrillic": ("#Київ #ёлка #Ђорђе", ["Київ", "ёлка", "Ђорђе"]),
    "Armenian and Georgian": ("#Երևան #საქართველო", ["Երևան", "საქართველო"]),
    "Hebrew with points and geresh": ("#שָׁלוֹם #צה״ל #ג׳ירפה", ["שָׁלוֹם", "צה״ל", "ג׳ירפה"]),
    "Arabic": ("#مرحبا_بكم #٣أخبار", ["مرحبا_بكم", "٣أخبار"]),
    "Persian with a zero-width non-joiner": ("#می\u200cخواهم", ["می\u200cخواهم"]),
    "Hindi": ("#नमस्ते #क्\u200dष", ["नमस्ते", "क्\u200dष"]),
    "Bengali, Tamil, Kannada, Sinhala": ("#বাংলা #தமிழ் #ಕನ್ನಡ #සිංහල", ["বাংলা", "தமிழ்", "ಕನ್ನಡ", "සිංහල"]),
    "Thai, Lao, Khmer, Burmese": ("#สวัสดี #ລາວ #ខ្មែរ #မြန်မာ", ["สวัสดี", "ລາວ", "ខ្មែរ", "မြန်မာ"]),
    "Tibetan with its tsheg": ("#བོད་ཡིག", ["བོད་ཡིག"]),
    "Korean": ("#한국어 #ㅋㅋ", ["한국어", "ㅋㅋ"]),
    "Chinese": ("#拳击 看#拳击", ["拳击"]),
    "Japanese, ended by its punctuation": ("「#東京」、#大阪。#京都！", ["東京", "大阪", "京都"]),
    "the prolonged sound mark": ("#サーバー #らーめん", ["サーバー", "らーめん"]),
    "half-width kana with voicing": ("#ｶﾞﾝﾊﾞﾚ", ["ｶﾞﾝﾊﾞﾚ"]),
    "wave dash, middle dot, iteration marks": (
        "#パン〜ダ #コロ・コロ #佐々木 #すゞ",
        ["パン〜ダ", "コロ・コロ", "佐々木", "すゞ"],
    ),
    "full-width letters and digits": ("#ｗｉｄｅ１", ["ｗｉｄｅ１"]),
    "Catalan middle dot": ("#col·lega", ["col·lega"]),
    "Amharic and Cherokee": ("#አማርኛ #ᏣᎳᎩ", ["አማርኛ", "ᏣᎳᎩ"]),
    "after an emoji, its tone, its selector": ("👋#a 👍🏽#b ❤️#c 🥊︎#d", ["a", "b", "c", "d"]),
    "an emoji ends it": ("#box🥊 #ring🇮🇪", ["box", "ring"]),
    "a keycap is no tag": ("#️⃣ #⃣ #️⃣a", []),
    "after a keycap": ("1️⃣ #one", ["one"]),
    "after directional marks": ("\u200f#سلام \u2067#עוד\u2069", ["سلام", "עוד"]),
    "only what cannot be seen": ("#⠀ #\u3164 #\u034f #\ufe0f", []),
    "a line break ends it": ("#box\nnight", ["box"]),
    "a sign alone": ("# #-box ＃ #!", []),
}


@pytest.mark.parametrize(("text", "tags"), HASHTAGS.values(), ids=HASHTAGS)
def test_hashtags(text: str, tags: list[str]) -> None:
    assert [found.tag for found in hashtags(text)] == tags


ASTRAL = {
    "Deseret": ("#𐐀𐐨", [Hashtag(0, 3, 0, 5, "𐐀𐐨")]),
    "Han extension B": ("🥊#𠀀字", [Hashtag(1, 4, 2, 6, "𠀀字")]),
    "a digit beyond the first plane": ("#a𝟙", [Hashtag(0, 3, 0, 4, "a𝟙")]),
    "such digits alone": ("#𝟙𝟚", []),
    "after such a letter": ("𐐀#a", []),
}


@pytest.mark.parametrize(("text", "found"), ASTRAL.values(), ids=ASTRAL)
def test_hashtags_from_astral(text: str, found: list[Hashtag]) -> None:
    assert hashtags(text) == found


WITH_INDICES = {
    "at the start": ("#box on", [(0, 4, 0, 4)]),
    "two": ("a #box, #run", [(2, 6, 2, 6), (8, 12, 8, 12)]),
    "Japanese": ("今日は ＃東京 です", [(4, 7, 4, 7)]),
    "Arabic": ("في #بيروت!", [(3, 9, 3, 9)]),
    "after flags and tones": ("🇮🇪👍🏽 #box", [(5, 9, 9, 13)]),
    "between emoji": ("🥊#box🥊", [(1, 5, 2, 6)]),
    "decomposed": ("#e\u0301te\u0301 #box", [(0, 4, 0, 4), (5, 9, 5, 9)]),
}


@pytest.mark.parametrize(("text", "indices"), WITH_INDICES.values(), ids=WITH_INDICES)
def test_hashtags_with_indices(text: str, indices: list[tuple[int, int, int, int]]) -> None:
    assert [(found.start, found.end, found.start_utf16, found.end_utf16) for found in hashtags(text)] == indices


WHOLE_HASHTAGS = {
    "letters": ("#box", True),
    "a digit first": ("#2nd", True),
    "Russian": ("#бокс", True),
    "Korean": ("#복싱", True),
    "digits": ("#12", False),
    "no sign": ("box", False),
    "two words": ("#box night", False),
}


@pytest.mark.parametrize(("text", "is_hashtag"), WHOLE_HASHTAGS.values(), ids=WHOLE_HASHTAGS)
def test_what_is_one_hashtag(text: str, is_hashtag: bool) -> None:
    assert ([(found.start, found.end) for found in hashtags(text)] == [(0, len(text))]) is is_hashtag


CASHTAGS = {
    "letters": ("$A $abcdef", ["A", "abcdef"]),
    "a class of shares": ("$BRK.A $rds_bb", ["BRK.A", "rds_bb"]),
    "of a longer class nothing": ("$BRK.ABC", ["BRK"]),
    "before punctuation": ("$TSLA. $TSLA, $TSLA! $TSLA?", ["TSLA"] * 4),
    "in brackets": ("($TSLA)", []),
    "after wide white space and line breaks": ("\u3000$A\n$B", ["A", "B"]),
    "seven letters": ("$abcdefg", []),
    "sums of money": ("$100 $1b $A1", []),
    "other scripts": ("$株 $ЯНД $aé", []),
    "after other signs": ("$$A a$A -$A #$A 🚀$A", []),
    "before an emoji": ("$A🚀", []),
    "a sign alone": ("$ $.", []),
}


@pytest.mark.parametrize(("text", "symbols"), CASHTAGS.values(), ids=CASHTAGS)
def test_cashtags(text: str, symbols: list[str]) -> None:
    assert [found.symbol for found in cashtags(text)] == symbols


CASHTAGS_WITH_INDICES = {
    "two": ("buy $TSLA, $BRK.A", [Cashtag(4, 9, 4, 9, "TSLA"), Cashtag(11, 17, 11, 17, "BRK.A")]),
    "after an emoji": ("🚀 $a", [Cashtag(2, 4, 3, 5, "a")]),
}


@pytest.mark.parametrize(("text", "found"), CASHTAGS_WITH_INDICES.values(), ids=CASHTAGS_WITH_INDICES)
def test_cashtags_with_indices(text: str, found: list[Cashtag]) -> None:
    assert cashtags(text) == found
