"""The viewerState subscription: what one device does, the others are told."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from sqlalchemy import text

from domain.changes import Snapshot
from domain.permissions import Scope
from services import live, tokens
from services.live import LiveHub
from services.runtime import Runtime
from services.tokens import Claims
from stores import changes
from tests.client import Api, People, Person
from tests.live.conftest import held_back
from tests.live.socket import HEARTBEAT, Socket, connected
from tests.live.socket import watching as watching_home
from tests.queue import Queue

WATCH = """
subscription Watch($after: Cursor) { viewerState(after: $after) { cursor event {
  __typename
  ... on LikeChanged { tweetId liked }
  ... on RetweetChanged { tweetId retweetId }
  ... on BookmarkChanged { tweetId bookmarked bookmarkFolderId }
  ... on BookmarkFolderChanged { folderId folder { name } }
  ... on FollowChanged { userId following showRetweets }
  ... on BlockChanged { userId blocking }
  ... on MuteChanged { userId muting { until } }
  ... on ThreadMuteChanged { conversationId threadMuted }
  ... on MutedWordChanged { mutedWordId mutedWord { phrase } }
  ... on ProfileChanged { user { displayName isProtected pinnedTweet { ... on Tweet { id } } } }
  ... on SessionRevoked { sessionId }
  ... on StreamGap { reason refetch }
} } }
"""
LIVE_CURSOR = "{ viewer { liveCursor } }"


def mutation(name: str, field: str, more: str = "") -> str:
    return f"mutation($id: ID!) {{ {name}(input: {{{field}: $id{more}}}) {{ userErrors {{ code }} }} }}"


LIKE, UNLIKE = mutation("likeTweet", "tweetId"), mutation("unlikeTweet", "tweetId")
FOLLOW, UNFOLLOW = mutation("followUser", "userId"), mutation("unfollowUser", "userId")
MUTE, UNMUTE = mutation("muteUser", "userId"), mutation("unmuteUser", "userId")
BLOCK, UNBLOCK = mutation("blockUser", "userId"), mutation("unblockUser", "userId")


async def done(api: Api, document: str, subject_id: str, *, by: Person) -> None:
    (payload,) = (await api.data(document, {"id": subject_id}, by=by)).values()
    assert payload["userErrors"] == []


@asynccontextmanager
async def watching(http_url: str, by: Person, after: str | None = None) -> AsyncIterator[Socket]:
    """Another device; without `after` what is done from now on comes."""
    async with connected(http_url) as socket:
        await socket.initialised(by)
        await socket.subscribe("home", WATCH, {"after": after})
        if after is None:
            assert await socket.change() == HEARTBEAT
        yield socket


def event(kind: str, **fields: Any) -> dict[str, Any]:
    return {"__typename": kind, **fields}


def follows(person: Person, following: str, *, shows: bool = True) -> dict[str, Any]:
    return event("FollowChanged", userId=person.id, following=following, showRetweets=shows)


async def test_a_like_and_its_end_come_on_every_other_device_and_nowhere_else(
    http_url: str, api: Api, people: People
) -> None:
    tweet_id = await api.tweeted(people.bob, "hello")
    async with watching(http_url, people.ann) as phone, watching(http_url, people.bob) as bobs:
        await done(api, LIKE, tweet_id, by=people.ann)
        assert await phone.change() == event("LikeChanged", tweetId=tweet_id, liked=True)
        await done(api, UNLIKE, tweet_id, by=people.ann)
        assert await phone.change() == event("LikeChanged", tweetId=tweet_id, liked=False)
        await done(api, LIKE, tweet_id, by=people.bob)
        assert await bobs.change() == event("LikeChanged", tweetId=tweet_id, liked=True)


async def test_an_event_says_how_it_is_now_and_not_what_was_done(
    http_url: str, api: Api, people: People, hub: LiveHub
) -> None:
    tweet_id = await api.tweeted(people.bob, "hello")
    async with watching(http_url, people.ann) as phone:
        async with held_back(hub):
            await done(api, LIKE, tweet_id, by=people.ann)
            await done(api, UNLIKE, tweet_id, by=people.ann)
        for _ in range(2):
            assert await phone.change() == event("LikeChanged", tweetId=tweet_id, liked=False)


async def test_a_retweet_is_told_by_what_it_retweets_however_it_ends(http_url: str, api: Api, people: People) -> None:
    retweet = "mutation($id: ID!) { retweetTweet(input: {tweetId: $id}) { retweet { id } userErrors { code } } }"
    tweet_id = await api.tweeted(people.bob, "hello")
    async with watching(http_url, people.ann) as phone:
        for end in ("unretweetTweet", "deleteTweet"):
            payload = (await api.data(retweet, {"id": tweet_id}, by=people.ann))["retweetTweet"]
            retweet_id = payload["retweet"]["id"]
            assert await phone.change() == event("RetweetChanged", tweetId=tweet_id, retweetId=retweet_id)
            await done(api, mutation(end, "tweetId"), retweet_id, by=people.ann)
            assert await phone.change() == event("RetweetChanged", tweetId=tweet_id, retweetId=None)
        await done(api, mutation("restoreTweet", "tweetId"), retweet_id, by=people.ann)
        assert await phone.change() == event("RetweetChanged", tweetId=tweet_id, retweetId=retweet_id)


async def test_tweets_of_ones_own_are_no_news_to_ones_devices(http_url: str, api: Api, people: People) -> None:
    async with watching(http_url, people.ann) as phone:
        tweet_id = await api.tweeted(people.ann, "hello")
        await done(api, mutation("deleteTweet", "tweetId"), tweet_id, by=people.ann)
        await done(api, FOLLOW, people.bob.id, by=people.ann)
        assert await phone.change() == follows(people.bob, "FOLLOWING")


async def test_bookmarks_and_their_folders(http_url: str, api: Api, people: People) -> None:
    create = 'mutation { createBookmarkFolder(input: {name: "later"}) { folder { id } userErrors { code } } }'
    bookmark = """
    mutation($id: ID!, $folder: ID) {
      bookmarkTweet(input: {tweetId: $id, folderId: $folder}) { userErrors { code } }
    }
    """
    tweet_id = await api.tweeted(people.bob, "hello")
    async with watching(http_url, people.ann) as phone:
        folder_id = (await api.data(create, by=people.ann))["createBookmarkFolder"]["folder"]["id"]
        assert await phone.change() == event("BookmarkFolderChanged", folderId=folder_id, folder={"name": "later"})
        for folder in (None, folder_id):
            await api.data(bookmark, {"id": tweet_id, "folder": folder}, by=people.ann)
            assert await phone.change() == event(
                "BookmarkChanged", tweetId=tweet_id, bookmarked=True, bookmarkFolderId=folder
            )
        await done(api, mutation("renameBookmarkFolder", "folderId", ', name: "soon"'), folder_id, by=people.ann)
        assert await phone.change() == event("BookmarkFolderChanged", folderId=folder_id, folder={"name": "soon"})
        await done(api, mutation("deleteBookmarkFolder", "folderId"), folder_id, by=people.ann)
        assert await phone.change() == event("BookmarkFolderChanged", folderId=folder_id, folder=None)
        await done(api, mutation("unbookmarkTweet", "tweetId"), tweet_id, by=people.ann)
        assert await phone.change() == event(
            "BookmarkChanged", tweetId=tweet_id, bookmarked=False, bookmarkFolderId=None
        )


async def test_follows_and_whether_they_show_retweets(http_url: str, api: Api, people: People) -> None:
    show = mutation("setShowRetweets", "userId", ", showRetweets: false")
    async with watching(http_url, people.ann) as phone:
        await done(api, FOLLOW, people.bob.id, by=people.ann)
        assert await phone.change() == follows(people.bob, "FOLLOWING")
        await done(api, show, people.bob.id, by=people.ann)
        assert await phone.change() == follows(people.bob, "FOLLOWING", shows=False)
        await done(api, UNFOLLOW, people.bob.id, by=people.ann)
        assert await phone.change() == follows(people.bob, "NONE")


@pytest.mark.parametrize(
    ("answer", "following"),
    [("acceptFollowRequest", "FOLLOWING"), ("rejectFollowRequest", "NONE"), ("blockUser", "NONE")],
)
async def test_what_the_other_answers_to_a_request_is_told_to_who_asked(
    http_url: str, api: Api, people: People, answer: str, following: str
) -> None:
    await api.protected(people.bob)
    async with watching(http_url, people.ann) as phone:
        await done(api, FOLLOW, people.bob.id, by=people.ann)
        assert await phone.change() == follows(people.bob, "REQUESTED")
        await done(api, mutation(answer, "userId"), people.ann.id, by=people.bob)
        assert await phone.change() == follows(people.bob, following)


async def test_requests_that_are_all_let_in_and_withdrawn(
    http_url: str, api: Api, people: People, queue: Queue, hub: LiveHub
) -> None:
    opened = "mutation { updatePrivacy(input: {isProtected: false}) { userErrors { code } } }"
    for other in (people.bob, people.cat):
        await api.protected(other)
        await done(api, FOLLOW, other.id, by=people.ann)
    await hub.tell()
    async with watching(http_url, people.ann) as phone:
        await done(api, UNFOLLOW, people.cat.id, by=people.ann)
        assert await phone.change() == follows(people.cat, "NONE")
        await api.data(opened, by=people.bob)
        await queue.drained()
        assert await phone.change() == follows(people.bob, "FOLLOWING")


async def test_a_follower_who_is_removed_or_blocked_is_told_that_they_do_not_follow(
    http_url: str, api: Api, people: People, hub: LiveHub
) -> None:
    for end in ("removeFollower", "blockUser"):
        await api.followed(people.ann, people.bob)
        await hub.tell()
        async with watching(http_url, people.ann) as phone, watching(http_url, people.bob) as bobs:
            await done(api, mutation(end, "userId"), people.ann.id, by=people.bob)
            assert await phone.change() == follows(people.bob, "NONE")
            if end == "blockUser":
                assert await bobs.change() == event("BlockChanged", userId=people.ann.id, blocking=True)
                await done(api, UNBLOCK, people.ann.id, by=people.bob)
                assert await bobs.change() == event("BlockChanged", userId=people.ann.id, blocking=False)


async def test_mutes_of_people_threads_and_words(http_url: str, api: Api, people: People) -> None:
    add_word = 'mutation { addMutedWord(input: {phrase: "spoiler"}) { mutedWord { id } userErrors { code } } }'
    root = await api.tweeted(people.bob, "question")
    answer = await api.tweeted(people.cat, "answer", in_reply_to=root)
    async with watching(http_url, people.ann) as phone:
        await done(api, MUTE, people.bob.id, by=people.ann)
        assert await phone.change() == event("MuteChanged", userId=people.bob.id, muting={"until": None})
        await done(api, UNMUTE, people.bob.id, by=people.ann)
        assert await phone.change() == event("MuteChanged", userId=people.bob.id, muting=None)
        for name, muted in (("muteThread", True), ("unmuteThread", False)):
            await done(api, mutation(name, "tweetId"), answer, by=people.ann)
            assert await phone.change() == event("ThreadMuteChanged", conversationId=root, threadMuted=muted)
        word_id = (await api.data(add_word, by=people.ann))["addMutedWord"]["mutedWord"]["id"]
        assert await phone.change() == event("MutedWordChanged", mutedWordId=word_id, mutedWord={"phrase": "spoiler"})
        await done(api, mutation("removeMutedWord", "mutedWordId"), word_id, by=people.ann)
        assert await phone.change() == event("MutedWordChanged", mutedWordId=word_id, mutedWord=None)


async def test_the_profile_and_what_is_pinned(http_url: str, api: Api, people: People) -> None:
    rename = 'mutation { updateProfile(input: {displayName: "Annie"}) { userErrors { code } } }'
    tweet_id = await api.tweeted(people.ann, "hello")
    user: dict[str, Any] = {"displayName": "Annie", "isProtected": False, "pinnedTweet": None}
    async with watching(http_url, people.ann) as phone:
        await api.data(rename, by=people.ann)
        assert await phone.change() == event("ProfileChanged", user=user)
        await done(api, mutation("pinTweet", "tweetId"), tweet_id, by=people.ann)
        user["pinnedTweet"] = {"id": tweet_id}
        assert await phone.change() == event("ProfileChanged", user=user)
        await api.protected(people.ann)
        assert await phone.change() == event("ProfileChanged", user=user | {"isProtected": True})


async def test_a_session_that_ends_elsewhere_is_told_but_not_to_apps_without_the_account(
    http_url: str, api: Api, people: People, runtime: Runtime
) -> None:
    sessions = "{ viewer { sessions { nodes { id isCurrent } } } }"
    laptop = await api.logged_in(people.ann)
    nodes = (await api.data(sessions, by=laptop))["viewer"]["sessions"]["nodes"]
    [session_id] = [node["id"] for node in nodes if node["isCurrent"]]
    app = await narrowed(runtime, people.ann)
    async with watching(http_url, people.ann) as phone, watching(http_url, app) as apps:
        await api.data("mutation { logOut(input: {}) { userErrors { code } } }", by=laptop)
        assert await phone.change() == event("SessionRevoked", sessionId=session_id)
        await done(api, FOLLOW, people.bob.id, by=people.ann)
        assert await apps.change() == follows(people.bob, "FOLLOWING")


async def narrowed(runtime: Runtime, person: Person) -> Person:
    """A token of the same session that is good for reading only."""
    async with runtime.database.read() as session:
        statement = text("SELECT min(id) FROM sessions WHERE user_id = :id AND revoked_at IS NULL")
        session_id = (await session.execute(statement, {"id": person.raw_id})).scalar_one()
    claims = Claims(user_id=person.raw_id, session_id=session_id, scopes=frozenset({Scope.READ}))
    token = tokens.access_token(runtime.settings, claims, now=runtime.now())
    return Person(person.name, person.id, person.raw_id, token, "")


async def test_everything_since_the_cursor_of_an_answer_comes_and_a_client_goes_on_from_any_event(
    http_url: str, api: Api, people: People
) -> None:
    cursors = [(await api.data(LIVE_CURSOR, by=people.ann))["viewer"]["liveCursor"]]
    tweet_ids = [await api.tweeted(people.bob, "hello") for _ in range(3)]
    for tweet_id in tweet_ids:
        await done(api, LIKE, tweet_id, by=people.ann)
    async with watching(http_url, people.ann, cursors[0]) as phone:
        for tweet_id in tweet_ids:
            told = await phone.next_event()
            assert told["event"] == event("LikeChanged", tweetId=tweet_id, liked=True)
            cursors.append(told["cursor"])
        assert await phone.change() == HEARTBEAT
    for number, cursor in enumerate(cursors):
        async with watching(http_url, people.ann, cursor) as phone:
            for tweet_id in tweet_ids[number:]:
                assert await phone.change() == event("LikeChanged", tweetId=tweet_id, liked=True)
            assert await phone.change() == HEARTBEAT


async def test_what_is_committed_while_an_answer_is_read_comes_after_its_cursor(
    http_url: str, api: Api, people: People, hub: LiveHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The state was read before, the cursor is of a moment before that."""
    tweet_id = await api.tweeted(people.bob, "hello")
    state = f'{{ tweet(id: "{tweet_id}") {{ ... on Tweet {{ viewerState {{ liked }} }} }} viewer {{ liveCursor }} }}'
    async with held_back(hub):
        await done(api, LIKE, tweet_id, by=people.ann)
        read = await api.data(state, by=people.ann)
        await done(api, UNLIKE, tweet_id, by=people.ann)
    assert read["tweet"] == {"viewerState": {"liked": True}}
    async with watching(http_url, people.ann, read["viewer"]["liveCursor"]) as phone:
        for _ in range(2):
            assert await phone.change() == event("LikeChanged", tweetId=tweet_id, liked=False)
        assert await phone.change() == HEARTBEAT


async def test_more_than_can_be_told_is_a_gap(
    http_url: str, api: Api, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "MAX_READ", 1)
    cursor = (await api.data(LIVE_CURSOR, by=people.ann))["viewer"]["liveCursor"]
    for other in (people.bob, people.cat):
        await done(api, MUTE, other.id, by=people.ann)
    async with watching(http_url, people.ann, cursor) as phone:
        assert await phone.change() == event("StreamGap", reason="RETENTION", refetch=["VIEWER_STATE"])
        assert await phone.change() == HEARTBEAT


async def test_who_is_not_signed_in_has_no_state(http_url: str, people: People) -> None:
    async with connected(http_url) as socket:
        await socket.initialised()
        await socket.subscribe("home", WATCH)
        message = await socket.received()
        assert message["type"] == "error"
        assert [error["extensions"]["code"] for error in message["payload"]] == ["UNAUTHENTICATED"]


async def test_a_like_costs_no_statement_more_for_being_told(
    api: Api, people: People, runtime: Runtime, statements: list[str]
) -> None:
    tweet_id = await api.tweeted(people.bob, "hello")
    statements.clear()
    await done(api, LIKE, tweet_id, by=people.ann)
    [logged] = [statement for statement in statements if "INSERT INTO changes" in statement]
    assert "INSERT INTO outbox" in logged
    async with runtime.database.read() as session:
        found, _ = await changes.since(session, Snapshot(1, 1))
    assert found[-1].is_private


async def test_hydrating_costs_the_same_for_one_event_and_for_fifty(
    http_url: str, api: Api, people: People, hub: LiveHub, statements: list[str]
) -> None:
    tweet_ids = [await api.tweeted(people.bob, "hello") for _ in range(50)]
    sent = []
    async with watching(http_url, people.ann) as phone:
        for liked in (tweet_ids[:1], tweet_ids[1:]):
            async with held_back(hub):
                for tweet_id in liked:
                    await done(api, LIKE, tweet_id, by=people.ann)
                statements.clear()
            for tweet_id in liked:
                assert await phone.change() == event("LikeChanged", tweetId=tweet_id, liked=True)
            sent.append([statement for statement in statements if "likes.id IS NOT NULL" in statement])
    assert [len(each) for each in sent] == [1, 1]


async def test_a_like_asks_nothing_of_timelines(
    http_url: str, api: Api, people: People, hub: LiveHub, statements: list[str]
) -> None:
    tweet_id = await api.tweeted(people.ann, "hello")
    async with watching_home(http_url, people.ann):
        async with held_back(hub):
            await done(api, LIKE, tweet_id, by=people.ann)
            statements.clear()
        await hub.tell()
        [look] = statements
        assert "AS now LEFT JOIN changes ON" in look
