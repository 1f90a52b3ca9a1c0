import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.text import Cashtag, Entity, Hashtag, Mention, Url, entities_in, normalised


def test_entities_come_in_order_with_both_indices_and_the_sign_inside() -> None:
    assert entities_in("🥊 @ann: $TSLA on #Übung 👍🏽 https://example.com/a?b=1.") == [
        Mention(start=2, end=6, start_utf16=3, end_utf16=7, username="ann", list_slug=None),
        Cashtag(start=8, end=13, start_utf16=9, end_utf16=14, symbol="TSLA"),
        Hashtag(start=17, end=23, start_utf16=18, end_utf16=24, tag="Übung"),
        Url(start=27, end=52, start_utf16=30, end_utf16=55, url="https://example.com/a?b=1"),
    ]


def test_entities_survive_storage_as_a_tagged_union() -> None:
    entities = tuple(entities_in("@ann @bob/boxers #box $BRK.A example.com"))
    stored = msgspec.json.encode(entities)
    assert msgspec.json.decode(stored, type=tuple[Entity, ...]) == entities
    assert stored.startswith(
        b'[{"kind":"mention","start":0,"end":4,"start_utf16":0,"end_utf16":4,"username":"ann","list_slug":null,"user_id":null}'
    )


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("@ann/http.example.com", Mention(0, 9, 0, 9, "ann", "http")),
        ("@example.com", Mention(0, 8, 0, 8, "example", None)),
        ("#example.com", Hashtag(0, 8, 0, 8, "example")),
        ("example.com/#box@ann$A", Url(0, 22, 0, 22, "example.com/#box@ann$A")),
    ],
)
def test_of_two_that_overlap_the_first_stays(text: str, first: Entity) -> None:
    assert entities_in(text)[0] == first
    assert all(entity.start >= first.end for entity in entities_in(text)[1:])


WORDS = ["http://", "https://t.co/", "example", ".com", "みんな", "xn--", "RT", "@ann", "@bob/box", "#box", "$TSLA"]
PIECES = st.one_of(st.sampled_from([*WORDS, *"@＠#＃$aé1_.:/()?&字\u0301\u200d\ufe0f\u202a😀𠀀 \n-~"]), st.characters())


@given(st.lists(PIECES, max_size=30).map("".join))
def test_entities_never_overlap_and_say_what_stands_in_the_text_by_either_index(text: str) -> None:
    composed = normalised(text)
    units = composed.encode("utf-16-le", "surrogatepass")
    end = 0
    for entity in entities_in(composed):
        assert end <= entity.start < entity.end <= len(composed)
        end = entity.end
        shown = composed[entity.start : entity.end]
        in_utf16 = units[2 * entity.start_utf16 : 2 * entity.end_utf16]
        assert in_utf16.decode("utf-16-le", "surrogatepass") == shown
        match entity:
            case Url(url=url):
                assert shown == url
            case Mention(username=username, list_slug=str(slug)):
                assert shown[1:] == f"{username}/{slug}"
            case Hashtag(tag=word) | Mention(username=word) | Cashtag(symbol=word):
                assert shown[0] in "@＠#＃$"
                assert shown[1:] == word
