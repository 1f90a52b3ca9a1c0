"""Everything that can be done. Each mutation is one transaction and names the permission and scope it needs.

One module for each noun, with its inputs, its payloads and its part of `Mutation`.
"""

from __future__ import annotations

import strawberry

from schema.mutations.accounts import AccountMutations
from schema.mutations.follows import FollowMutations
from schema.mutations.likes import LikeMutations
from schema.mutations.tweets import TweetMutations


@strawberry.type(description="Writes. `userErrors` is empty when what was asked is done.")
class Mutation(
    AccountMutations,
    TweetMutations,
    LikeMutations,
    FollowMutations,
): ...
