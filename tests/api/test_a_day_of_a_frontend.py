"""Screens of a client, one after the other, each tweet and each person selected by the same two fragments."""

from __future__ import annotations

from typing import Any

from tests.client import PASSWORD, Api, People, Person
from tests.mailbox import Mailbox
from tests.queue import Queue

USER_CARD = """
fragment UserCard on User {
  username displayName isProtected verification { kind }
  viewerState { following followedBy blocking blockedBy muting { until } }
}
"""
TWEET_CARD = """
fragment TweetCard on Tweet {
  id kind text version
  author { ... on User { ...UserCard } ... on UserUnavailable { id reason } }
  inReplyTo { __typename ... on Tweet { text } ... on TweetTombstone { restorableUntil } }
  quoted { __typename ... on Tweet { text } ... on TweetUnavailable { reason } }
  retweetOf { __typename ... on Tweet { text } }
  poll { closed viewerVotes options { text votes { value } } }
  likeCount { value } replyCount { value } retweetCount { value } quoteCount { value } bookmarkCount { value }
  threadPosition { index total }
  viewerState {
    liked retweetId bookmarked bookmarkFolderId pinned threadMuted
    canReply { allowed } canRetweet { reason } canEdit { reason }
  }
}
"""

COUNTED = ("like", "reply", "retweet", "quote", "bookmark")
ABSENT = dict.fromkeys(("inReplyTo", "quoted", "retweetOf", "poll", "threadPosition"))
MINE = {"canEdit": {"reason": None}}


class Client:
    """Sends documents with the fragments they spread; every mutation is to succeed."""

    def __init__(self, api: Api, by: Person | None = None) -> None:
        self._api = api
        self.by = by

    async def see(self, document: str, **variables: Any) -> Any:
        """What the one field of the query gives."""
        with_cards = "...TweetCard" in document
        document += (TWEET_CARD if with_cards else "") + (USER_CARD if with_cards or "...UserCard" in document else "")
        [seen] = (await self._api.data(document, variables, by=self.by)).values()
        return seen

    async def do(self, mutation: str, selection: str = "replayed", **given: Any) -> Any:
        capital = mutation[0].upper() + mutation[1:]
        payload = await self.see(
            f"mutation {capital}($input: {capital}Input!) {{ "
            f"{mutation}(input: $input) {{ {selection} userErrors {{ code path }} }} }}",
            input=given,
        )
        assert payload.pop("userErrors") == []
        return payload

    async def tweet(self, **given: Any) -> Any:
        return (await self.do("postTweet", "tweet { ...TweetCard }", **given))["tweet"]

    async def home(self) -> list[Any]:
        page = await self.see(
            "query Home { viewer { homeTimeline(first: 20) { nodes { ...TweetCard } pageInfo { endCursor } } } }"
        )
        nodes: list[Any] = page["homeTimeline"]["nodes"]
        return nodes


def user_card(username: str, *, is_protected: bool = False, **state: Any) -> dict[str, Any]:
    nothing = {"following": "NONE", "followedBy": False, "blocking": False, "blockedBy": False, "muting": None}
    return {
        "username": username,
        "displayName": username.title(),
        "isProtected": is_protected,
        "verification": None,
        "viewerState": {**nothing, **state},
    }


def tweet_card(tweet_id: str, text: str, author: dict[str, Any], **changed: Any) -> dict[str, Any]:
    """A plain tweet to which nothing has happened; `state` is what differs of the viewer's."""
    state = {
        "liked": False,
        "retweetId": None,
        "bookmarked": False,
        "bookmarkFolderId": None,
        "pinned": False,
        "threadMuted": False,
        "canReply": {"allowed": True},
        "canRetweet": {"reason": None},
        "canEdit": {"reason": "NOT_THE_AUTHOR"},
        **changed.pop("state", {}),
    }
    counts = {f"{name}Count": {"value": changed.pop(name, 0)} for name in COUNTED}
    card = {"id": tweet_id, "kind": "ORIGINAL", "text": text, "version": 1, "author": author, "viewerState": state}
    return {**card, **ABSENT, **counts, **changed}


async def test_signing_up_and_letting_somebody_in(api: Api, mailbox: Mailbox, queue: Queue) -> None:
    stranger = Client(api)
    session = "accessToken viewer { email emailVerified user { id ...UserCard } }"
    names = {"username": "ann", "displayName": "Ann"}
    given = {**names, "email": "Ann@example.com", "password": PASSWORD, "idempotencyKey": "sign-up"}
    registered = await stranger.do("register", session, **given)
    assert registered["viewer"]["emailVerified"] is False
    await stranger.do("verifyEmail", token=await mailbox.token("Ann@example.com"))
    signed_in = await stranger.do("logIn", session, login="ann@EXAMPLE.com", password=PASSWORD)
    ann_id = registered["viewer"]["user"]["id"]
    assert signed_in["viewer"] == {
        "email": "Ann@example.com",
        "emailVerified": True,
        "user": {"id": ann_id, **user_card("ann")},
    }
    ann = Client(api, Person("ann", ann_id, 0, signed_in["accessToken"], ""))
    bob = Client(api, await api.registered("bob"))

    profile = "query { viewer { profileVersion user { bio url ...UserCard } } }"
    version = (await ann.see(profile))["profileVersion"]
    given = {"bio": "tea with @bob", "url": "https://ann.example", "ifVersion": version}
    await ann.do("updateProfile", "profileVersion", **given)
    await ann.do("updatePrivacy", "profileVersion", isProtected=True)
    shown = {"bio": "tea with @bob", "url": "https://ann.example", **user_card("ann", is_protected=True)}
    assert await ann.see(profile) == {"profileVersion": version + 2, "user": shown}

    asked = await bob.do("followUser", "user { ...UserCard }", userId=ann_id)
    assert asked == {"user": user_card("ann", is_protected=True, following="REQUESTED")}
    waiting = await ann.see("query { viewer { followRequests { nodes { id ...UserCard } } } }")
    assert waiting == {"followRequests": {"nodes": [{"id": bob.by.id, **user_card("bob")}]}}  # type: ignore[union-attr]
    await ann.do("acceptFollowRequest", userId=waiting["followRequests"]["nodes"][0]["id"])
    posted = await ann.tweet(text="for friends")
    await queue.drained()
    author = user_card("ann", is_protected=True, following="FOLLOWING")
    card = tweet_card(posted["id"], "for friends", author, state={"canRetweet": {"reason": "PROTECTED"}})
    assert await bob.home() == [card]
    hidden = "query($id: ID!) { tweet(id: $id) { ... on TweetUnavailable { id reason } } }"
    assert await stranger.see(hidden, id=posted["id"]) == {"id": posted["id"], "reason": "PROTECTED"}


async def test_a_conversation(api: Api, people: People, queue: Queue) -> None:
    ann, bob = Client(api, people.ann), Client(api, people.bob)
    await bob.do("followUser", userId=people.ann.id)
    thread = await ann.do(
        "postThread", "tweet { ...TweetCard } thread { tweets { nodes { id } } }", tweets=[{"text": "1"}, {"text": "2"}]
    )
    first, second = [node["id"] for node in thread["thread"]["tweets"]["nodes"]]
    itself = user_card("ann")
    position = {"index": 1, "total": 2}
    assert thread["tweet"] == tweet_card(first, "1", itself, threadPosition=position, reply=1, state=MINE)

    reply = await bob.tweet(text="why?", inReplyTo=second)
    said = {"__typename": "Tweet", "text": "2"}
    assert reply == tweet_card(reply["id"], "why?", user_card("bob"), kind="REPLY", inReplyTo=said, state=MINE)
    quote = await bob.tweet(text="look", quote=first)
    await bob.do("retweetTweet", tweetId=first)
    await bob.do("likeTweet", tweetId=first)
    folder = (await bob.do("createBookmarkFolder", "folder { id }", name="tea"))["folder"]["id"]
    kept = await bob.do("bookmarkTweet", "tweet { ...TweetCard }", tweetId=first, folderId=folder)
    state = {"liked": True, "bookmarked": True, "bookmarkFolderId": folder}
    state["retweetId"] = kept["tweet"]["viewerState"]["retweetId"]
    author = user_card("ann", following="FOLLOWING")
    done = {"like": 1, "reply": 1, "retweet": 1, "quote": 1, "bookmark": 1, "threadPosition": position}
    card = tweet_card(first, "1", author, **done, state=state)
    assert kept == {"tweet": card}
    bookmarks = "query($folder: ID!) { viewer { bookmarks(folderId: $folder) { nodes { ...TweetCard } } } }"
    assert await bob.see(bookmarks, folder=folder) == {"bookmarks": {"nodes": [card]}}

    poll = await ann.tweet(text="which?", poll={"options": ["tea", "milk"], "durationMinutes": 5})
    voted = await bob.do("votePoll", "tweet { ...TweetCard }", tweetId=poll["id"], choices=[0])
    options = [{"text": "tea", "votes": {"value": 1}}, {"text": "milk", "votes": {"value": 0}}]
    results = {"closed": False, "viewerVotes": [0], "options": options}
    assert voted == {"tweet": tweet_card(poll["id"], "which?", author, poll=results)}

    await queue.drained()
    assert [node["id"] for node in await bob.home()] == [
        poll["id"],
        state["retweetId"],
        quote["id"],
        reply["id"],
        second,
        first,
    ]
    edit = {"tweetId": first, "text": "one", "ifVersion": 1}
    assert (await ann.do("editTweet", "tweet { text version }", **edit))["tweet"] == {"text": "one", "version": 2}
    await ann.do("pinTweet", tweetId=first)
    pinned = await bob.see(
        '{ user(by: {username: "ann"}) { ... on User { pinnedTweet { ... on Tweet { ...TweetCard } } } } }'
    )
    assert pinned == {"pinnedTweet": {**card, "text": "one", "version": 2}}

    await ann.do("deleteTweet", tweetId=second)
    orphan = "query($id: ID!) { tweet(id: $id) { ...TweetCard } }"
    gone = {"__typename": "TweetTombstone", "restorableUntil": None}
    assert (await bob.see(orphan, id=reply["id"]))["inReplyTo"] == gone
    deleted = (await ann.see("{ viewer { deletedTweets { nodes { id } } } }"))["deletedTweets"]["nodes"]
    await ann.do("restoreTweet", tweetId=deleted[0]["id"])
    assert (await bob.see(orphan, id=reply["id"]))["inReplyTo"] == said


async def test_whom_one_wants_to_see(api: Api, people: People) -> None:
    ann, bob = Client(api, people.ann), Client(api, people.bob)
    tweet = await bob.tweet(text="hello")
    list_id = (await ann.do("createList", "list { id }", name="friends", isPrivate=True))["list"]["id"]
    await ann.do("addListMember", listId=list_id, userId=people.bob.id)
    timeline = "query($id: ID!) { list(id: $id) { name timeline(first: 20) { nodes { ...TweetCard } } } }"
    shown = [tweet_card(tweet["id"], "hello", user_card("bob"))]
    assert await ann.see(timeline, id=list_id) == {"name": "friends", "timeline": {"nodes": shown}}
    assert await bob.see(timeline, id=list_id) is None

    muted = await ann.do("muteUser", "user { ...UserCard }", userId=people.bob.id)
    assert muted == {"user": user_card("bob", muting={"until": None})}
    assert (await ann.see(timeline, id=list_id))["timeline"] == {"nodes": []}
    await ann.do("unmuteUser", userId=people.bob.id)
    blocked = await ann.do("blockUser", "user { ...UserCard }", userId=people.bob.id)
    assert blocked == {"user": user_card("bob", blocking=True)}
    profile = '{ user(by: {username: "ann"}) { __typename ... on UserUnavailable { id reason username } } }'
    seen = {"__typename": "UserUnavailable", "id": people.ann.id, "reason": "BLOCKED_BY", "username": "ann"}
    assert await bob.see(profile) == seen
    assert await bob.do("blockUser", "user { ...UserCard }", userId=seen["id"]) == {"user": None}
    assert (await ann.see("{ viewer { blocks { nodes { username } } } }"))["blocks"] == {"nodes": []}


async def test_leaving(api: Api, people: People) -> None:
    ann, bob = Client(api, people.ann), Client(api, people.bob)
    await Client(api).do("logIn", login="ann", password=PASSWORD)
    listed = "query { viewer { sessions { nodes { id isCurrent } } } }"
    phone, here = (await ann.see(listed))["sessions"]["nodes"]
    assert [phone["isCurrent"], here["isCurrent"]] == [False, True]
    await ann.do("revokeSession", sessionId=phone["id"])
    assert await ann.see(listed) == {"sessions": {"nodes": [here]}}

    await ann.do("changeUsername", "user { username }", username="anna")
    by_name = """query($name: String!) {
      user(by: {username: $name}) { ... on User { ...UserCard } ... on UserUnavailable { id reason username } }
    }"""
    renamed = {**user_card("anna"), "displayName": "Ann"}
    assert [await bob.see(by_name, name=name) for name in ("anna", "ANN")] == [renamed, renamed]
    await ann.do("deactivateAccount", password=PASSWORD)
    closed = {"id": people.ann.id, "reason": "DEACTIVATED", "username": "anna"}
    assert await bob.see(by_name, name="anna") == closed
    back = await Client(api).do("logIn", "reactivated viewer { user { ...UserCard } }", login="anna", password=PASSWORD)
    assert back == {"reactivated": True, "viewer": {"user": renamed}}
    assert await bob.see(by_name, name="anna") == renamed
