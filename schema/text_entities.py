"""What can be linked in a text: a tweet's, or a profile's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, TypeAlias

import strawberry

from domain import text
from resolvers import tweets
from schema.binding import Bound, bound, plain

if TYPE_CHECKING:
    from schema.users import UserResult

_START = "Index of its first character in the text, in Unicode code points; the sign is inside."
_END = "Index behind its last character in the text, in Unicode code points."
_START_UTF16 = "The same as `start` in UTF-16 code units, as JavaScript, Java and NSString index."
_END_UTF16 = "The same as `end` in UTF-16 code units."


@strawberry.type(description="A #hashtag in a text.")
class HashtagEntity(Bound):
    record = text.Hashtag
    is_value = True
    start: int = plain(_START)
    end: int = plain(_END)
    start_utf16: int = plain(_START_UTF16)
    end_utf16: int = plain(_END_UTF16)
    tag: str = plain("The tag as written, without its #.")


@strawberry.type(description="A @mention of a user, or of a user's list, in a text.")
class MentionEntity(Bound):
    record = text.Mention
    is_value = True
    start: int = plain(_START)
    end: int = plain(_END)
    start_utf16: int = plain(_START_UTF16)
    end_utf16: int = plain(_END_UTF16)
    username: str = plain("The name as written, without its @; of a list, its owner's.")
    list_slug: str | None = plain("In `@name/list` what stands behind the slash, as written; null for a plain mention.")
    user: Annotated[UserResult, strawberry.lazy("schema.users")] | None = bound(
        tweets.mentioned_users,
        "Who had this name when the text was written, whoever has it now; null when nobody had, or when they block its "
        "author.",
    )


@strawberry.type(description="A URL in a text.")
class UrlEntity(Bound):
    record = text.Url
    is_value = True
    start: int = plain(_START)
    end: int = plain(_END)
    start_utf16: int = plain(_START_UTF16)
    end_utf16: int = plain(_END_UTF16)
    url: str = plain("The URL as written; it may have no protocol.")


@strawberry.type(description="A $CASHTAG in a text.")
class CashtagEntity(Bound):
    record = text.Cashtag
    is_value = True
    start: int = plain(_START)
    end: int = plain(_END)
    start_utf16: int = plain(_START_UTF16)
    end_utf16: int = plain(_END_UTF16)
    symbol: str = plain("The symbol as written, without its $.")


TextEntity: TypeAlias = Annotated[
    HashtagEntity | MentionEntity | UrlEntity | CashtagEntity,
    strawberry.union("TextEntity", description="A part of a text that can be linked. They never overlap."),
]
