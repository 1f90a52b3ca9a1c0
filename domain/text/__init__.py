"""Tweet text by the published rules of twitter-text 3: normal form, weighted length, entities."""

from domain.text.characters import invalid_characters_in, normalised, utf16_index
from domain.text.entities import Entity, entities_in
from domain.text.lengths import EMOJI_WEIGHT, MAX_WEIGHTED_LENGTH, URL_WEIGHT, weighted_length
from domain.text.tags import Cashtag, Hashtag, Mention, hashtag_key
from domain.text.urls import Url

__all__ = [
    "EMOJI_WEIGHT",
    "MAX_WEIGHTED_LENGTH",
    "URL_WEIGHT",
    "Cashtag",
    "Entity",
    "Hashtag",
    "Mention",
    "Url",
    "entities_in",
    "hashtag_key",
    "invalid_characters_in",
    "normalised",
    "utf16_index",
    "weighted_length",
]
