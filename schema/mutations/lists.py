"""Making, changing and following lists of people."""

from __future__ import annotations

import strawberry

from domain.labels import MAX_LABEL
from domain.lists import MAX_DESCRIPTION, MAX_LISTS, MAX_MEMBERS
from domain.permissions import Permission, Scope
from resolvers import list_mutations, lists
from resolvers.mutations import Outcome
from schema.binding import Bound, bound, derived, mutation
from schema.lists import UserList
from schema.mutations.inputs import MutationInput, optional
from schema.mutations.payload import Payload

_NAME = f"1 to {MAX_LABEL} characters on one line, one of them visible."
_DESCRIPTION = f"Up to {MAX_DESCRIPTION} characters on one line."


@strawberry.input(description="Names a list of people.")
class ListInput(MutationInput):
    list_id: strawberry.ID = strawberry.field(description="The list.")


@strawberry.input(description="Names a list and somebody to be in it or not.")
class ListMemberInput(ListInput):
    user_id: strawberry.ID = strawberry.field(description="The user.")


@strawberry.type
class ListPayload(Bound, Payload):
    record = Outcome
    list: UserList | None = bound(
        lists.lists_of, "The list as it is now, also when it was so already; may be null when refused."
    )


@strawberry.input(description="Input of `createList`.")
class CreateListInput(MutationInput):
    name: str = strawberry.field(description=_NAME)
    description: str = strawberry.field(default="", description=_DESCRIPTION)
    is_private: bool = strawberry.field(default=False, description="Whether only the viewer is to see it.")


@strawberry.type(description="Payload of `createList`.")
class CreateListPayload(ListPayload): ...


@strawberry.input(description="Input of `updateList`. What is left out, or null, stays as it is.")
class UpdateListInput(ListInput):
    name: str | None = optional(_NAME)
    description: str | None = optional(f"{_DESCRIPTION} An empty text takes it away.")
    is_private: bool | None = strawberry.field(
        default=None, description="Whether only the viewer is to see it; its followers lose it then, for good."
    )
    if_version: int | None = strawberry.field(
        default=None, description="Refuses as a conflict unless this is the list's `version`."
    )


@strawberry.type(description="Payload of `updateList`.")
class UpdateListPayload(ListPayload): ...


@strawberry.input(description="Input of `deleteList`.")
class DeleteListInput(ListInput): ...


@strawberry.type(description="Payload of `deleteList`.")
class DeleteListPayload(Bound, Payload):
    record = Outcome
    deleted_list_id: strawberry.ID | None = derived(
        list_mutations.deleted_list_id, "The id the list had; null when refused."
    )


@strawberry.input(description="Input of `addListMember`.")
class AddListMemberInput(ListMemberInput): ...


@strawberry.type(description="Payload of `addListMember`.")
class AddListMemberPayload(ListPayload): ...


@strawberry.input(description="Input of `removeListMember`.")
class RemoveListMemberInput(ListMemberInput): ...


@strawberry.type(description="Payload of `removeListMember`.")
class RemoveListMemberPayload(ListPayload): ...


@strawberry.input(description="Input of `followList`.")
class FollowListInput(ListInput): ...


@strawberry.type(description="Payload of `followList`.")
class FollowListPayload(ListPayload): ...


@strawberry.input(description="Input of `unfollowList`.")
class UnfollowListInput(ListInput): ...


@strawberry.type(description="Payload of `unfollowList`.")
class UnfollowListPayload(ListPayload): ...


@strawberry.type
class ListMutations:
    create_list: CreateListPayload = mutation(
        list_mutations.create,
        f"Makes a list of people, with nobody in it. At most {MAX_LISTS:,} for each owner; two may have one name.",
        permission=Permission.SIGNED_IN,
        scope=Scope.LISTS,
        input=CreateListInput,
    )
    update_list: UpdateListPayload = mutation(
        list_mutations.update,
        "Changes a list of the viewer's own.",
        permission=Permission.SIGNED_IN,
        scope=Scope.LISTS,
        input=UpdateListInput,
    )
    delete_list: DeleteListPayload = mutation(
        list_mutations.delete,
        "Deletes a list of the viewer's own, for its followers, too.",
        permission=Permission.SIGNED_IN,
        scope=Scope.LISTS,
        input=DeleteListInput,
    )
    add_list_member: AddListMemberPayload = mutation(
        list_mutations.add_member,
        "Puts a user, or the viewer, into a list of the viewer's own; they are neither asked nor told. At most "
        f"{MAX_MEMBERS:,} are in a list. Whom the viewer blocks cannot be added, nor who blocks the viewer; a later "
        "block takes them out. Adding again is refused as a duplicate and changes nothing.",
        permission=Permission.SIGNED_IN,
        scope=Scope.LISTS,
        input=AddListMemberInput,
    )
    remove_list_member: RemoveListMemberPayload = mutation(
        list_mutations.remove_member,
        "Takes a user out of a list of the viewer's own; does nothing when they are not in it.",
        permission=Permission.SIGNED_IN,
        scope=Scope.LISTS,
        input=RemoveListMemberInput,
    )
    follow_list: FollowListPayload = mutation(
        list_mutations.follow,
        "Follows somebody else's public list: it is in `followedLists` then; its tweets do not come into the home "
        "timeline. Following again is refused as a duplicate and changes nothing.",
        permission=Permission.SIGNED_IN,
        scope=Scope.LISTS,
        input=FollowListInput,
    )
    unfollow_list: UnfollowListPayload = mutation(
        list_mutations.unfollow,
        "Stops following a list; does nothing when the viewer does not follow it.",
        permission=Permission.SIGNED_IN,
        scope=Scope.LISTS,
        input=UnfollowListInput,
    )
