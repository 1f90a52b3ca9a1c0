"""What changes a timeline that others watch is in the log of changes: each mutation records it, or says why not."""

from __future__ import annotations

import json

from domain.changes import OF_THE_USER, ChangeKind, Snapshot
from domain.permissions import Role
from schema import schema
from services.runtime import Runtime
from stores import changes
from tests.api.test_administration import appoint
from tests.client import PASSWORD, Api, People

POSTED, EDITED = ChangeKind.TWEET_POSTED, ChangeKind.TWEET_EDITED
DELETED, RESTORED = ChangeKind.TWEET_DELETED, ChangeKind.TWEET_RESTORED
FOLLOWS, MUTES = ChangeKind.FOLLOWS_CHANGED, ChangeKind.MUTES_CHANGED
ACCOUNT, LIST = ChangeKind.ACCOUNT_CHANGED, ChangeKind.LIST_CHANGED

RECORDED: list[tuple[str, str, list[ChangeKind]]] = [
    ("bob", "postTweet(text: $text)", [POSTED]),
    ("bob", 'postThread(tweets: [{text: "1"}, {text: "2"}])', [POSTED, POSTED]),
    ("bob", 'editTweet(tweetId: $tweet, text: "another")', [EDITED]),
    ("bob", 'editTweet(tweetId: $tweet, text: "another")', []),
    ("bob", "deleteTweet(tweetId: $tweet)", [DELETED]),
    ("bob", "restoreTweet(tweetId: $tweet)", [RESTORED]),
    ("bob", "restoreTweet(tweetId: $tweet)", []),
    ("cat", "retweetTweet(tweetId: $tweet)", [POSTED]),
    ("cat", "unretweetTweet(tweetId: $tweet)", [DELETED]),
    ("bob", "hideReply(tweetId: $reply)", [ChangeKind.REPLY_HIDDEN]),
    ("bob", "unhideReply(tweetId: $reply)", [ChangeKind.REPLY_UNHIDDEN]),
    ("bob", "unhideReply(tweetId: $reply)", []),
    ("cat", "followUser(userId: $bob)", [FOLLOWS]),
    ("cat", "setShowRetweets(userId: $bob, showRetweets: false)", [MUTES]),
    ("cat", "unfollowUser(userId: $bob)", [FOLLOWS]),
    ("bob", "updatePrivacy(isProtected: true)", [ACCOUNT]),
    ("cat", "followUser(userId: $bob)", []),
    ("bob", "acceptFollowRequest(userId: $cat)", [FOLLOWS]),
    ("bob", "removeFollower(userId: $cat)", [FOLLOWS]),
    ("bob", "updatePrivacy(sensitiveContent: HIDE)", [MUTES]),
    ("bob", "updatePrivacy(isProtected: false)", [ACCOUNT]),
    ("cat", "muteUser(userId: $bob)", [MUTES]),
    ("cat", "unmuteUser(userId: $bob)", [MUTES]),
    ("cat", "muteThread(tweetId: $tweet)", [MUTES]),
    ("cat", "unmuteThread(tweetId: $tweet)", [MUTES]),
    ("cat", 'addMutedWord(phrase: "word")', [MUTES]),
    ("cat", "removeMutedWord(mutedWordId: $mutedWord)", [MUTES]),
    ("cat", "addListMember(listId: $list, userId: $bob)", [LIST]),
    ("cat", "updateList(listId: $list, isPrivate: true)", [LIST]),
    ("cat", 'updateList(listId: $list, name: "other")', []),
    ("cat", "removeListMember(listId: $list, userId: $bob)", [LIST]),
    ("cat", "removeListMember(listId: $list, userId: $bob)", []),
    ("cat", "addListMember(listId: $list, userId: $bob)", [LIST]),
    ("bob", "blockUser(userId: $cat)", [LIST, FOLLOWS, FOLLOWS]),
    ("bob", "unblockUser(userId: $cat)", [FOLLOWS, FOLLOWS]),
    ("cat", "deleteList(listId: $list)", [LIST]),
    ("ann", 'suspendUser(userId: $cat, reason: "spam")', [ACCOUNT]),
    ("ann", "unsuspendUser(userId: $cat)", [ACCOUNT]),
    ("bob", "deactivateAccount(password: $password)", [ACCOUNT]),
    ("", "logIn(login: $login, password: $password)", [ACCOUNT]),
    ("", "logIn(login: $login, password: $password)", []),
    ("bob again", "deleteAccount(password: $password)", [ACCOUNT]),
]
"""Who does what, and what it changes for those who watch timelines."""
UNSEEN = {
    **dict.fromkeys(
        ("likeTweet", "unlikeTweet", "votePoll", "recordImpressions"),
        "counts: see tweetEngagement and pollResults",
    ),
    **dict.fromkeys(
        ("bookmarkTweet", "unbookmarkTweet", "createBookmarkFolder", "renameBookmarkFolder", "deleteBookmarkFolder"),
        "only the viewer's own",
    ),
    **dict.fromkeys(("rejectFollowRequest", "followList", "unfollowList", "createList"), "shows nobody other tweets"),
    **dict.fromkeys(
        ("updateProfile", "changeUsername", "pinTweet", "unpinTweet", "verifyUser", "unverifyUser"),
        "how a person looks, not what is in a timeline",
    ),
    **dict.fromkeys(
        ("register", "refreshSession", "logOut", "logOutEverywhere", "revokeSession", "changeEmail", "verifyEmail"),
        "who is signed in",
    ),
    **dict.fromkeys(("requestEmailVerification", "requestPasswordReset", "resetPassword"), "who is signed in"),
    **dict.fromkeys(
        ("createOAuthApp", "updateOAuthApp", "deleteOAuthApp", "rotateOAuthAppSecret", "revokeOAuthGrant"), "apps"
    ),
    "setReplyPolicy": "who may reply from now on",
}
"""Mutations after which every timeline is as it was, and why."""


async def test_what_others_may_watch_is_recorded(api: Api, people: People, runtime: Runtime) -> None:
    await appoint(runtime, people.ann, Role.MODERATOR)
    signed_in = {person.name: person for person in (people.ann, people.bob, people.cat)}
    named = {name: person.id for name, person in signed_in.items()}
    named |= {"text": "#tea", "password": PASSWORD, "login": "bob", "tweet": await api.tweeted(people.bob, "#tea")}
    named["reply"] = await api.tweeted(people.cat, "reply", in_reply_to=named["tweet"])
    created = await api.data('mutation { createList(input: {name: "l"}) { list { id } } }', by=people.cat)
    named["list"] = created["createList"]["list"]["id"]
    told = len(await recorded(runtime))
    for by, written, kinds in RECORDED:
        mutation = written
        for name in sorted(named, key=len, reverse=True):
            mutation = mutation.replace(f"${name}", json.dumps(named[name]))
        called, _, arguments = mutation[:-1].partition("(")
        selection = "mutedWord { id } " if called == "addMutedWord" else ""
        if by == "bob again":
            signed_in[by] = await api.logged_in(people.bob)
        query = f"mutation {{ {called}(input: {{{arguments}}}) {{ {selection}userErrors {{ message }} }} }}"
        payload = (await api.data(query, by=signed_in.get(by)))[called]
        assert payload["userErrors"] == [], written
        if selection:
            named["mutedWord"] = payload["mutedWord"]["id"]
        found = await recorded(runtime)
        assert sorted(found[told:]) == sorted(kinds), written
        told = len(found)


async def recorded(runtime: Runtime) -> list[ChangeKind]:
    """Without what concerns the user alone, and apps."""
    async with runtime.database.read() as session:
        found, _ = await changes.since(session, Snapshot(1, 1))
    return [change.kind for change in found if change.kind not in {*OF_THE_USER, ChangeKind.APPS_STOPPED}]


def test_every_mutation_is_there_or_says_why_not() -> None:
    mutations = schema._schema.mutation_type
    assert mutations is not None
    done = {written.partition("(")[0] for _, written, _ in RECORDED}
    assert done | set(UNSEEN) == set(mutations.fields), "do it in RECORDED, or say in UNSEEN why nobody watches for it"
