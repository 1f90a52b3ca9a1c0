"""Everything that can be done. Each mutation is one transaction and names the permission and scope it needs.

One module for each noun, with its inputs, its payloads and its part of `Mutation`.
"""

from __future__ import annotations

import strawberry

from schema.mutations.accounts import AccountMutations
from schema.mutations.administration import AdministrationMutations
from schema.mutations.blocks import BlockMutations
from schema.mutations.bookmarks import BookmarkMutations
from schema.mutations.closing import ClosingMutations
from schema.mutations.conversations import ConversationMutations
from schema.mutations.deletions import DeletionMutations
from schema.mutations.edits import EditMutations
from schema.mutations.emails import EmailMutations
from schema.mutations.follows import FollowMutations
from schema.mutations.likes import LikeMutations
from schema.mutations.lists import ListMutations
from schema.mutations.mutes import MuteMutations
from schema.mutations.oauth import OAuthMutations
from schema.mutations.polls import PollMutations
from schema.mutations.profiles import ProfileMutations
from schema.mutations.retweets import RetweetMutations
from schema.mutations.sessions import SessionMutations
from schema.mutations.threads import ThreadMutations
from schema.mutations.tweets import TweetMutations
from schema.mutations.usernames import UsernameMutations
from schema.mutations.views import ViewMutations


@strawberry.type(description="Writes. `userErrors` is empty when what was asked is done.")
class Mutation(
    AccountMutations,
    EmailMutations,
    SessionMutations,
    ClosingMutations,
    UsernameMutations,
    TweetMutations,
    ConversationMutations,
    ThreadMutations,
    EditMutations,
    DeletionMutations,
    LikeMutations,
    RetweetMutations,
    BookmarkMutations,
    PollMutations,
    ProfileMutations,
    FollowMutations,
    BlockMutations,
    MuteMutations,
    ListMutations,
    OAuthMutations,
    AdministrationMutations,
    ViewMutations,
): ...
