"""Text by the published rules of twitter-text 3: normal form, weighted length, entities of tweets and profiles."""

from domain.text.characters import invalid_characters_in, normalised
from domain.text.entities import Entity, entities_in
from domain.text.lengths import EMOJI_WEIGHT, MAX_WEIGHTED_LENGTH, URL_WEIGHT, weighted_length
from domain.text.tags import Cashtag, Hashtag, Mention, hashtag_key
from domain.text.urls import Url
from domain.text.validation import is_url

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
    "is_url",
    "normalised",
    "weighted_length",
]
