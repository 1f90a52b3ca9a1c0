"""Blocking people."""

from __future__ import annotations

import strawberry

from domain.permissions import Permission, Scope
from resolvers import block_mutations
from schema.binding import mutation
from schema.mutations.inputs import UserInput
from schema.mutations.payload import UserPayload


@strawberry.input(description="Input of `blockUser`.")
class BlockUserInput(UserInput): ...


@strawberry.type(description="Payload of `blockUser`.")
class BlockUserPayload(UserPayload): ...


@strawberry.input(description="Input of `unblockUser`.")
class UnblockUserInput(UserInput): ...


@strawberry.type(description="Payload of `unblockUser`.")
class UnblockUserPayload(UserPayload): ...


@strawberry.type
class BlockMutations:
    block_user: BlockUserPayload = mutation(
        block_mutations.block,
        "Blocks a user: from now on neither sees the other's tweets anywhere, nor can do anything to them, and the "
        "blocked one does not see the viewer's profile. Ends follows and requests between the two and takes each from "
        "the other's lists. One who blocks the viewer can be blocked, too; `user` is then null. Blocking again is "
        "refused as a duplicate and changes nothing.",
        permission=Permission.SIGNED_IN,
        scope=Scope.BLOCKS,
        input=BlockUserInput,
    )
    unblock_user: UnblockUserPayload = mutation(
        block_mutations.unblock,
        "Ends a block; does nothing when there is none. The follows and list entries that it ended do not come back.",
        permission=Permission.SIGNED_IN,
        scope=Scope.BLOCKS,
        input=UnblockUserInput,
    )
