import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.text import Cashtag, Entity, Hashtag, Mention, Url, entities_in, normalised


def written(text: str) -> list[str]:
    """The entities as they stand in the text, sign included."""
    return [text[entity.start : entity.end] for entity in entities_in(text)]


def test_entities_come_in_order_with_code_point_indices_and_the_sign_inside() -> None:
    assert entities_in("🥊 @ann: $TSLA on #Übung at https://chirp.example/a?b=1.") == [
        Mention(start=2, end=6, username="ann"),
        Cashtag(start=8, end=13, symbol="TSLA"),
        Hashtag(start=17, end=23, tag="Übung"),
        Url(start=27, end=54, url="https://chirp.example/a?b=1"),
    ]


def test_indices_count_the_composed_form() -> None:
    assert entities_in("cafe\u0301 #the\u0301") == [Hashtag(start=5, end=9, tag="thé")]


def test_entities_survive_storage_as_a_tagged_union() -> None:
    entities = tuple(entities_in("@ann #box $BRK.A example.com"))
    stored = msgspec.json.encode(entities)
    assert msgspec.json.decode(stored, type=tuple[Entity, ...]) == entities
    assert stored.startswith(b'[{"kind":"mention","start":0,"end":4,"username":"ann"}')


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("@ann", ["@ann"]),
        ("＠bob_2", ["＠bob_2"]),
        ("猫@ann犬", ["@ann"]),
        ("(@ann) “@bob”", ["@ann", "@bob"]),
        ("@007", ["@007"]),
        ("@ann/friends and @bob/2nd", ["@ann", "@bob"]),
        ("@abcdefghijklmnopqrstuvwxyz", ["@abcdefghijklmnopqrst"]),
        ("RT@ann rt:@bob", ["@ann", "@bob"]),
        ("start@ann alert@bob", []),
        ("cat@home.example", []),
        ("@ann@home.example", []),
        ("@annä", []),
        ("@https://chirp.example", []),
        ("a!@ann b#@ann c$@ann d%@ann e&@ann f*@ann g@@ann h_@ann", []),
        ("@ @-ann", []),
    ],
)
def test_mentions(text: str, names: list[str]) -> None:
    assert written(text) == names


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("#box", ["#box"]),
        ("＃ボクシング", ["＃ボクシング"]),
        ("#1a #a1 #1", ["#1a", "#a1"]),
        ("#___ #_1 #_a", ["#_a"]),
        ("(#a)[#b]“#c”.#d,#e", ["#a", "#b", "#c", "#d", "#e"]),
        ("x#a é#a 7#a _#a 字#a", []),
        ("&#a &amp;#b", ["#b"]),
        ("#a#b ##c", ["#c"]),
        ("#https://chirp.example", []),
        ("👋#a 👍🏽#b ❤️#c 🥊︎#d", ["#a", "#b", "#c", "#d"]),
        ("#️⃣ #⃣", []),
        ("#ñandú #Žluťoučký #ΑΘΗΝΑ #Київ #Երևան #საქართველო", None),
        ("#שָׁלוֹם #צה״ל #مرحبا_بكم #می‌خواهم #٣أخبار", None),
        ("#नमस्ते #বাংলা #தமிழ் #ಕನ್ನಡ #සිංහල #สวัสดี #ລາວ #བོད་ #မြန်မာ #ខ្មែរ", None),
        ("#አማርኛ #ᏣᎳᎩ #日本語 #한국어 #ｶﾞﾝﾊﾞﾚ #ｗｉｄｅ #パン〜ダ #コロ・コロ #col·lega", None),
        ("#𐐀𐐨 #𠀀 #a𝟙", None),
        ("#box’s #box! #box。", ["#box", "#box", "#box"]),
        ("#⠀ #\u3164 #\u034f", []),
        ("# box #-box", []),
    ],
)
def test_hashtags(text: str, tags: list[str] | None) -> None:
    assert written(text) == (text.split() if tags is None else tags)


@pytest.mark.parametrize(
    ("text", "symbols"),
    [
        ("$A $abcdef", ["$A", "$abcdef"]),
        ("$BRK.A $rds_bb", ["$BRK.A", "$rds_bb"]),
        ("$TSLA. $TSLA, ($TSLA)", ["$TSLA", "$TSLA"]),
        ("$BRK.ABC", ["$BRK"]),
        ("$abcdefg $100 $A1 $株 $$A a$A -$A $", []),
        ("\u3000$A\n$B", ["$A", "$B"]),
    ],
)
def test_cashtags(text: str, symbols: list[str]) -> None:
    assert written(text) == symbols


@pytest.mark.parametrize(
    "url",
    [
        "http://chirp.example",
        "HTTPS://Chirp.Example/Path",
        "https://a.museum:8080/x",
        "https://sub_domain.two-part.org",
        "https://xn--bcher-kva.example/",
        "https://bücher.de/straße",
        "https://пример.испытание/путь",
        "https://उदाहरण.परीक्षा",
        "https://chirp.example/wiki/Boxing_(sport)",
        "https://chirp.example/f(x(y))z",
        "https://chirp.example/a–b/~c/@d/e;f=1,2/g!h'i",
        "https://chirp.example/?q=a+b&r[]=%20|x,y#top",
        "https://chirp.example?q=1",
        "https://chirp.example/#!/ann",
        "https://chirp.example/a-",
        "example.com",
        "www.example.co.uk/path?x=1",
        "chirp.social",
        "UPPER.COM",
        "elpaís.com",
        "xn--bcher-kva.ch",
        "youtu.be/abc",
    ],
)
@pytest.mark.parametrize("frame", ["{}", "see {} now", "({})", "“{}”", "見て{} を", "\u2066{}\u2069"])
def test_urls_stand_alone_in_brackets_and_between_other_scripts(url: str, frame: str) -> None:
    text = frame.format(url)
    start = text.index(url)
    assert entities_in(text) == [Url(start=start, end=start + len(url), url=url)]


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        ("https://chirp.example/a. https://chirp.example/b, https://chirp.example/c!?", "abc"),
        ("https://chirp.example/a) https://chirp.example/b(c https://chirp.example/c'", "abc"),
    ],
)
def test_punctuation_and_open_parentheses_after_a_path_stay_outside(text: str, urls: str) -> None:
    assert written(text) == [f"https://chirp.example/{last}" for last in urls]


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        ("example.comを見てchirp.socialも", ["example.com", "chirp.social"]),
        ("http://example.comを見て.いい", ["http://example.com"]),
        ("http://example.comを見てexample.org.", ["http://example.comを見てexample.org"]),
        ("_http://example.com_", ["http://example.com"]),
        ("a.http://example.com", ["http://example.com"]),
        ("http://字http://example.com http://a.http://example.com", ["http://example.com"] * 2),
        ("http://example.comhttp://example.com", []),
        ("example.com?to=https://t.co/abc", ["example.com?to=https://t.co/abc"]),
        ("https://t.co/aB1-x's https://t.co/aB1?amp=1.", ["https://t.co/aB1", "https://t.co/aB1?amp=1"]),
        ("https://t.co/" + "a" * 41, []),
        ("example.com/#tag example.com/@ann", ["example.com/#tag", "example.com/@ann"]),
    ],
)
def test_where_a_url_ends(text: str, urls: list[str]) -> None:
    assert written(text) == urls


@pytest.mark.parametrize(
    "text",
    [
        "http://localhost",
        "http://192.168.0.1/x",
        "http://a.b",
        "http://-a.com http://a-.com http://a_b.com http://a.com-b http://a._b.com",
        "http://xn--bücher.com",
        "http://" + "a" * 64 + ".com",
        "http://" + "ü" * 60 + ".com",
        "https://example.com/" + "a" * 4077,
        "ftp//example",
        "x.unlisted archive.tar.bz2 main.cpp 3.14 e.g. etc...com",
        "http://foo.c_d",
        "ann.smith.com@home",
        "$example.com /example.com .example.com -example.com _example.com",
    ],
)
def test_what_is_no_url(text: str) -> None:
    assert entities_in(text) == []


def test_signs_directly_before_a_domain_make_no_url() -> None:
    assert written("@example.com #example.com") == ["@example", "#example"]


def test_the_longest_url_has_4096_characters() -> None:
    url = "https://example.com/" + "a" * 4076
    assert written(url) == [url]


@given(st.text(alphabet="@＠#＃$aé1_.:/()?&字\u0301\u200d\ufe0f😀 \n-~RTht", max_size=60))
def test_entities_never_overlap_and_say_what_stands_in_the_text(text: str) -> None:
    composed = normalised(text)
    end = 0
    for entity in entities_in(composed):
        assert end <= entity.start < entity.end <= len(composed)
        end = entity.end
        shown = composed[entity.start : entity.end]
        match entity:
            case Url(url=url):
                assert shown == url
            case Hashtag(tag=word) | Mention(username=word) | Cashtag(symbol=word):
                assert shown[0] in "@＠#＃$"
                assert shown[1:] == word
