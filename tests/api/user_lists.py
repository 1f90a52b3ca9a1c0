"""Lists of people as the tests of their operations make them and look at them."""

from __future__ import annotations

from typing import Any

from tests.api.errors import USER_ERRORS
from tests.client import Api, Person

FIELDS = """
name description isPrivate version owner { ... on User { username } }
memberCount { value } followerCount { value } viewerState { isOwner isMember isFollowing }
members { nodes { username } } followers { nodes { username } }
"""
CREATE = (
    f"mutation($input: CreateListInput!) {{ createList(input: $input) {{ list {{ id {FIELDS} }} {USER_ERRORS} }} }}"
)
UPDATE = f"mutation($input: UpdateListInput!) {{ updateList(input: $input) {{ list {{ {FIELDS} }} {USER_ERRORS} }} }}"
DELETE = f"mutation($list: ID!) {{ deleteList(input: {{listId: $list}}) {{ deletedListId {USER_ERRORS} }} }}"
ADD = (
    "mutation($list: ID!, $user: ID!) { addListMember(input: {listId: $list, userId: $user}) "
    f"{{ list {{ {FIELDS} }} {USER_ERRORS} }} }}"
)
REMOVE = ADD.replace("addListMember", "removeListMember")
FOLLOW = f"mutation($list: ID!) {{ followList(input: {{listId: $list}}) {{ list {{ {FIELDS} }} {USER_ERRORS} }} }}"
UNFOLLOW = FOLLOW.replace("followList", "unfollowList")
BLOCK = "mutation($id: ID!) { blockUser(input: {userId: $id}) { userErrors { code } } }"
NO_SUCH_LIST = {
    "__typename": "NotFoundError",
    "code": "NOT_FOUND",
    "message": "There is no such list.",
    "path": ["input", "listId"],
}
NOT_THE_OWNER = {
    "__typename": "NotAllowedError",
    "code": "FORBIDDEN",
    "message": "Only its owner can change a list.",
    "path": ["input", "listId"],
    "reason": "NOT_THE_OWNER",
}


def shown(
    *,
    name: str = "tea",
    description: str = "",
    is_private: bool = False,
    version: int = 1,
    members: tuple[str, ...] = (),
    followers: tuple[str, ...] = (),
    seen_by: str = "ann",
) -> dict[str, Any]:
    """A list of ann's; `members` and `followers` with the latest first."""
    return {
        "name": name,
        "description": description,
        "isPrivate": is_private,
        "version": version,
        "owner": {"username": "ann"},
        "memberCount": {"value": len(members)},
        "followerCount": {"value": len(followers)},
        "viewerState": {
            "isOwner": seen_by == "ann",
            "isMember": seen_by in members,
            "isFollowing": seen_by in followers,
        },
        "members": {"nodes": [{"username": username} for username in members]},
        "followers": {"nodes": [{"username": username} for username in followers]},
    }


async def made(api: Api, owner: Person, *members: Person, name: str = "tea", is_private: bool = False) -> str:
    """The new list's id."""
    payload = (await api.data(CREATE, {"input": {"name": name, "isPrivate": is_private}}, by=owner))["createList"]
    assert payload["userErrors"] == []
    list_id: str = payload["list"]["id"]
    for member in members:
        added = await api.data(ADD, {"list": list_id, "user": member.id}, by=owner)
        assert added["addListMember"]["userErrors"] == []
    return list_id


async def followed(api: Api, follower: Person, list_id: str) -> None:
    assert (await api.data(FOLLOW, {"list": list_id}, by=follower))["followList"]["userErrors"] == []


async def blocked(api: Api, blocker: Person, person: Person) -> None:
    assert (await api.data(BLOCK, {"id": person.id}, by=blocker))["blockUser"]["userErrors"] == []
