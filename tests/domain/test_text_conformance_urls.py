"""The categories of twitter-text's suite on URLs and top-level domains, with cases of our own."""

import pytest

from domain.text import Url, entities_in, is_url


def urls(text: str) -> list[Url]:
    return [entity for entity in entities_in(text) if isinstance(entity, Url)]


WHOLE = [
    "http://example.com",
    "HTTPS://Example.Com/Path",
    "https://a.museum:8080/x",
    "https://example.org:443",
    "https://sub_domain.two-part.org",
    "https://a.b.c.d.example.co.uk/",
    "https://xn--bcher-kva.ch/",
    "https://xn--80ak6aa92e.xn--p1ai/",
    "https://bücher.de/straße",
    "https://пример.рф/путь",
    "https://παράδειγμα.ελ",
    "https://مثال.مصر/x",
    "https://例え.コム/",
    "https://예.한국",
    "https://उदाहरण.भारत",
    "https://example.com/wiki/Boxing_(sport)",
    "https://example.com/f(x(y))z",
    "https://example.com/(a)(b)",
    "https://example.com/a–b/~c/@d/e;f=1,2/g!h'i",
    "https://example.com/a//b",
    "https://example.com/?q=a+b&r[]=%20|x,y#top",
    "https://example.com?q=1",
    "https://example.com/#!/ann",
    "https://example.com/a-",
    "https://example.com/a+",
    "https://example.com/x?to=https://example.org/y",
    "example.com",
    "example.com/",
    "example.com:8080/x",
    "www.example.co.uk/path?x=1",
    "t.co",
    "chirp.social",
    "chirp.みんな",
    "UPPER.COM",
    "the-ring.info",
    "xn--bcher-kva.ch",
    "youtu.be/abc",
]
FRAMES = [
    "{}",
    "see {} now",
    "({})",
    "“{}”",
    "見て{} を",
    "({}).",
    "{}, and",
    "🥊{} 🥊",
    "\u2066{}\u2069",
    "\u202a{}\u202c",
]


@pytest.mark.parametrize("url", WHOLE)
@pytest.mark.parametrize("frame", FRAMES)
def test_urls_alone_in_brackets_and_between_other_scripts(url: str, frame: str) -> None:
    assert [found.url for found in urls(frame.format(url))] == [url]


URLS = {
    "punctuation behind": (
        "http://example.com/a. http://example.com/b, http://example.com/c!? http://example.com/d:",
        ["http://example.com/a", "http://example.com/b", "http://example.com/c", "http://example.com/d"],
    ),
    "punctuation behind the host": ("http://example.com. example.org!", ["http://example.com", "example.org"]),
    "punctuation behind a query": ("http://example.com/?a=1&b=2.", ["http://example.com/?a=1&b=2"]),
    "in parentheses": ("(http://example.com/a)", ["http://example.com/a"]),
    "a parenthesis left open": ("http://example.com/a(b c)", ["http://example.com/a"]),
    "parentheses nested too deep": ("http://example.com/a(b(c(d)))", ["http://example.com/a"]),
    "in quotes": ("\"http://example.com/a\" 'http://example.org/b'", ["http://example.com/a", "http://example.org/b"]),
    "an umlaut ends a query, not a path": (
        "http://example.com/ü?x=ü http://example.com/жук",
        ["http://example.com/ü?x=", "http://example.com/жук"],
    ),
    "Chinese ends a path": ("http://example.com/a字", ["http://example.com/a"]),
    "an emoji ends a URL": ("http://example.com/a🥊 example.com🥊", ["http://example.com/a", "example.com"]),
    "text directly behind": ("example.comを見てchirp.socialも", ["example.com", "chirp.social"]),
    "such text with a domain in it": ("example.comを見てchirp.みんなも", ["example.com", "chirp.みんな"]),
    "text behind, with a protocol": ("http://example.comを見て.いい", ["http://example.com"]),
    "the longest host wins": ("http://example.comを見てexample.org.", ["http://example.comを見てexample.org"]),
    "underscores around": ("_http://example.com_", ["http://example.com"]),
    "a word before a protocol": ("xhttp://example.com", []),
    "other scripts before a protocol": ("字http://example.com/a яhttp://example.com/b", ["http://example.com/a", "http://example.com/b"]),
    "a full stop before a protocol": ("a.http://example.com", ["http://example.com"]),
    "a URL stuck to a URL": ("http://example.comhttp://example.org", []),
    "behind a broken one": ("http://字http://example.com http://-http://example.org", ["http://example.com", "http://example.org"]),
    "without a protocol, a port needs a path": ("example.com:80 example.org:80/x", ["example.com", "example.org:80/x"]),
    "without a protocol, so a query": ("example.com?a=1 example.org/?a=1", ["example.com", "example.org/?a=1"]),
    "without a protocol, Latin labels only": ("字.example.com пример.рф", ["example.com"]),
    "without a protocol, an underscore": ("sub_domain.example.com", ["domain.example.com"]),
    "country codes without a protocol": ("it.is no.de MA.IL", ["it.is", "no.de", "MA.IL"]),
    "missing white space": ("I went.So did ann", ["went.So"]),
    "an e-mail address": ("ann@example.com and b.c@example.com/x", []),
    "a domain before a sign": ("example.com@home", []),
    "with a user": ("http://ann:pw@example.com", []),
    "signs before": ("$example.com ＃example.com", []),
    "what would be one elsewhere is passed over whole": ("-example.com/http://example.org", []),
    "hyphens and underscores at the edge of a label": (
        "http://-a.com http://a-.com http://a_b.com http://a.com-b http://a._b.com",
        [],
    ),
    "no known top-level domain": ("http://localhost http://a.b http://x.invalid x.unlisted 3.14 e.g. a.tar.bz2", []),
    "IP addresses": ("http://192.168.0.1/x http://[::1]/", []),
    "other protocols": ("ftp://example.com mailto:x", []),
    "dots only": ("... .. a...com", []),
    "a label of 63 characters": (f"http://{'a' * 63}.com", [f"http://{'a' * 63}.com"]),
    "a label of 64 characters": (f"http://{'a' * 64}.com", []),
    "a label too long once encoded": (f"http://{'ü' * 60}.com", []),
    "4,096 characters": (f"https://example.com/{'a' * 4076}", [f"https://example.com/{'a' * 4076}"]),
    "4,097 characters": (f"https://example.com/{'a' * 4077}", []),
    "before a mention and a hashtag": ("example.com @ann example.com #box", ["example.com", "example.com"]),
}  # fmt: skip


@pytest.mark.parametrize(("text", "found"), URLS.values(), ids=URLS)
def test_urls(text: str, found: list[str]) -> None:
    assert [url.url for url in urls(text)] == found


WITH_INDICES = {
    "with a protocol": ("see http://example.com/a.", [(4, 24, 4, 24)]),
    "without": ("see example.com.", [(4, 15, 4, 15)]),
    "two": ("example.com example.org", [(0, 11, 0, 11), (12, 23, 12, 23)]),
    "after a tone": ("👍🏽 example.com", [(3, 14, 5, 16)]),
    "a host beyond the first plane": ("http://𠀀.com x", [(0, 12, 0, 13)]),
    "between Japanese": ("この http://example.com/aを", [(3, 23, 3, 23)]),
    "a decomposed host": ("http://bu\u0308cher.de", [(0, 16, 0, 16)]),
}


@pytest.mark.parametrize(("text", "indices"), WITH_INDICES.values(), ids=WITH_INDICES)
def test_urls_with_indices(text: str, indices: list[tuple[int, int, int, int]]) -> None:
    assert [(found.start, found.end, found.start_utf16, found.end_utf16) for found in urls(text)] == indices


DIRECTIONAL = {
    "an embedding": ("\u202ahttp://example.com/\u202c", [(1, 20)]),
    "an isolate": ("\u2066example.com\u2069!", [(1, 12)]),
    "both": ("\u2067\u202bhttp://مثال.مصر\u202c\u2069", [(2, 17)]),
    "marks": ("\u200fexample.com\u200e \u061cexample.org", [(1, 12), (15, 26)]),
    "inside a host": ("http://exam\u200eple.com", [(12, 19)]),
    "inside a path": ("http://example.com/a\u202cb", [(0, 20)]),
}


@pytest.mark.parametrize(("text", "indices"), DIRECTIONAL.values(), ids=DIRECTIONAL)
def test_urls_with_directional_markers(text: str, indices: list[tuple[int, int]]) -> None:
    assert [(found.start, found.end) for found in urls(text)] == indices


TCO = {
    "a slug": ("https://t.co/aB1", ["https://t.co/aB1"]),
    "a query": ("https://t.co/aB1?amp=1.", ["https://t.co/aB1?amp=1"]),
    "what follows is not the URL's": ("https://t.co/aB1-x's https://T.CO/aB1/x", ["https://t.co/aB1", "https://T.CO/aB1"]),
    "40 characters": ("https://t.co/" + "a" * 40, ["https://t.co/" + "a" * 40]),
    "41 characters": ("https://t.co/" + "a" * 41, []),
    "without a protocol it is any URL": ("t.co/aB1-x", ["t.co/aB1-x"]),
    "another host": ("https://x.t.co/aB1-x", ["https://x.t.co/aB1-x"]),
}  # fmt: skip


@pytest.mark.parametrize(("text", "found"), TCO.values(), ids=TCO)
def test_tco_urls_with_params(text: str, found: list[str]) -> None:
    assert [url.url for url in urls(text)] == found


VALID = {
    "a host": ("http://example.com", True),
    "a user and a port": ("https://ann:pa%20ss@example.com:8080/x", True),
    "an IPv4 address": ("http://10.0.255.1/x?y", True),
    "an IPv6 address": ("http://[2001:db8::1]:80/", True),
    "an unknown top-level domain": ("http://box.chirp", True),
    "other scripts": ("http://例え.テスト/", True),
    "a path escaped and Cyrillic": ("http://example.com/%20/жук", True),
    "delimiters everywhere": ("http://example.com/(a;b)!$?c=d?e/&f#g/h?i", True),
    "sub-domains with underscores": ("http://_a.b_c.example.com", False),
    "an underscore inside a sub-domain": ("http://b_c.example.com", True),
    "an underscore in the domain": ("http://b_c.com", False),
    "no host": ("http://", False),
    "no domain": ("http://localhost", False),
    "an octet too big": ("http://1.2.3.256", False),
    "a port of six digits": ("http://example.com:123456", False),
    "another protocol": ("ftp://example.com", False),
    "a script": ("javascript:alert(1)", False),
    "white space": ("http://example.com/a b", False),
    "a line break behind": ("http://example.com\n", False),
    "wide white space in the host": ("http://exam\u3000ple.com", False),
    "a directional override in the host": ("http://exam\u202eple.com", False),
    "a broken escape": ("http://example.com/%2", False),
    "umlauts in a path": ("http://example.com/ü", False),
    "hyphens at the edge": ("http://-a.com", False),
    "no protocol": ("example.com", False),
    "nothing": ("", False),
}


@pytest.mark.parametrize(("text", "is_valid"), VALID.values(), ids=VALID)
def test_what_is_a_url(text: str, is_valid: bool) -> None:
    assert is_url(text) is is_valid


TOP_LEVEL_DOMAINS = [
    "com", "info", "museum", "travelersinsurance", "vermögensberatung", "москва", "みんな", "ファッション", "网址",
    "닷컴", "कॉम", "קום", "شبكة", "คอม", "onion", "ie", "zw", "рф", "ελ", "中国", "한국", "ไทย",
    "இந்தியா", "გე", "հայ", "پاکستان",
]  # fmt: skip


@pytest.mark.parametrize("name", TOP_LEVEL_DOMAINS)
def test_top_level_domains(name: str) -> None:
    text = f"https://chirp.{name} https://chirp.{name}1 https://chirp.{name}-x"
    assert [found.url for found in urls(text)] == [f"https://chirp.{name}"]
