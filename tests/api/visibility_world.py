"""The people and tweets of test_visibility_matrix.py, and what the viewer sees of them."""

from __future__ import annotations

import json
import re
from typing import Any

from sqlalchemy import text

from domain import ids
from domain.changes import ChangeKind, Place
from services.runtime import Runtime
from stores import changes, engagement
from stores.changes import NewChange
from tests.api.visibility_surfaces import Surface
from tests.client import Api, Person
from tests.live.socket import connected
from tests.queue import Queue

STRANGERS = {"stranger", "protected, a stranger"}


class World:
    """ann looks at what bob wrote; cat is the bystander, whom everybody follows and who follows everybody."""

    def __init__(self, api: Api, runtime: Runtime, queue: Queue, relation: str) -> None:
        self.api, self.runtime, self.queue, self.relation = api, runtime, queue, relation
        self.ids: dict[str, str] = {}

    @property
    def viewer(self) -> Person | None:
        if self.relation.endswith("anonymous"):
            return None
        return self.bob if self.relation == "self" else self.ann

    async def do(self, mutation: str, *, by: Person) -> None:
        answer = await self.api.data(f"mutation {{ {self.filled(mutation)} {{ userErrors {{ message }} }} }}", by=by)
        [payload] = answer.values()
        assert payload["userErrors"] == [], mutation

    async def sql(self, statement: str, **values: object) -> None:
        async with self.runtime.database.write() as session:
            await session.execute(text(statement), values)

    def filled(self, query: str) -> str:
        return re.sub(r"\$(\w+)", lambda match: json.dumps(self.ids[match[1]]), query)

    async def posted(self, name: str, by: Person, words: str, arguments: str = "") -> None:
        query = f"mutation {{ postTweet(input: {{text: {json.dumps(words)}{arguments}}}) {{ tweet {{ id }} }} }}"
        self.ids[name] = (await self.api.data(self.filled(query), by=by))["postTweet"]["tweet"]["id"]

    async def built(self) -> None:
        self.ann, self.bob, self.cat = [await self.api.registered(name) for name in ("ann", "bob", "cat")]
        self.ids = {person.name: person.id for person in (self.ann, self.bob, self.cat)}
        for follower, followee in ((self.ann, self.cat), (self.bob, self.cat), (self.cat, self.bob)):
            await self.api.followed(follower, followee)
        if self.relation not in STRANGERS:
            await self.api.followed(self.ann, self.bob)
        await self.posted("hub", self.cat, "@bob hello")
        await self.posted(
            "root", self.bob, "@ann #brew a teapot", ', poll: {options: ["yes", "no"], durationMinutes: 60}'
        )
        await self.posted("reply", self.bob, "my teapot", ", inReplyTo: $hub, quote: $hub")
        await self.posted("hidden", self.bob, "your teapot", ", inReplyTo: $hub")
        await self.posted("answer", self.cat, "oh", ", inReplyTo: $root")
        await self.posted("quote", self.cat, "look", ", quote: $root")
        poll = self.filled("{ tweet(id: $root) { ... on Tweet { poll { id } } } }")
        self.ids["poll"] = (await self.api.data(poll))["tweet"]["poll"]["id"]
        await self.do("hideReply(input: {tweetId: $hidden})", by=self.cat)
        await self.do("likeTweet(input: {tweetId: $root})", by=self.cat)
        await self.do("likeTweet(input: {tweetId: $hub})", by=self.bob)
        await self.do("retweetTweet(input: {tweetId: $hub})", by=self.bob)
        await self.do("pinTweet(input: {tweetId: $root})", by=self.bob)
        retweet = self.filled("mutation { retweetTweet(input: {tweetId: $root}) { retweet { id } } }")
        self.ids["retweet"] = (await self.api.data(retweet, by=self.cat))["retweetTweet"]["retweet"]["id"]
        for name, owner, other in (("bobs_list", self.bob, "cat"), ("cats_list", self.cat, "bob")):
            created = await self.api.data('mutation { createList(input: {name: "l"}) { list { id } } }', by=owner)
            self.ids[name] = created["createList"]["list"]["id"]
            await self.do(f"addListMember(input: {{listId: ${name}, userId: ${other}}})", by=owner)
        await self.do("followList(input: {listId: $cats_list})", by=self.bob)
        for by in (self.ann, self.bob):
            await self.do("bookmarkTweet(input: {tweetId: $root})", by=by)
        if self.relation not in STRANGERS:
            await self.do("followList(input: {listId: $bobs_list})", by=self.ann)
            for pair in ((self.ann, self.bob), (self.bob, self.ann)):
                await self.sql(
                    "INSERT INTO follow_requests (follower_id, followee_id, id) VALUES (:follower, :followee, 1)",
                    follower=pair[0].raw_id,
                    followee=pair[1].raw_id,
                )
        await self.queue.drained()
        # The cached timeline is made before the relation is: only rules at reading can take anything from it.
        await self.api.data("{ viewer { homeTimeline { nodes { id } } } }", by=self.ann)
        await self.related()
        await self.queue.drained()

    async def related(self) -> None:
        match self.relation:
            case "stranger" | "follower" | "self" | "anonymous":
                pass
            case "author blocks viewer":
                await self.do("blockUser(input: {userId: $ann})", by=self.bob)
            case "viewer blocks author":
                await self.do("blockUser(input: {userId: $bob})", by=self.ann)
            case "both block":
                await self.do("blockUser(input: {userId: $ann})", by=self.bob)
                await self.do("blockUser(input: {userId: $bob})", by=self.ann)
            case "unblocked again":
                await self.do("blockUser(input: {userId: $bob})", by=self.ann)
                await self.do("unblockUser(input: {userId: $bob})", by=self.ann)
            case "viewer mutes author":
                await self.do("muteUser(input: {userId: $bob})", by=self.ann)
            case "mute has expired":
                await self.do("muteUser(input: {userId: $bob})", by=self.ann)
                await self.sql("UPDATE mutes SET expires_at = now()")
            case "muted word":
                await self.do('addMutedWord(input: {phrase: "TEAPOT"})', by=self.ann)
            case "part of a word muted":
                await self.do('addMutedWord(input: {phrase: "eap", wholeWord: false})', by=self.ann)
            case "another word muted":
                await self.do('addMutedWord(input: {phrase: "tea"})', by=self.ann)
                await self.do('addMutedWord(input: {phrase: "teapot"})', by=self.bob)
            case "muted word has expired":
                await self.do('addMutedWord(input: {phrase: "teapot"})', by=self.ann)
                await self.sql("UPDATE muted_words SET expires_at = now()")
            case "muted threads":
                await self.do("muteThread(input: {tweetId: $answer})", by=self.ann)
                await self.do("muteThread(input: {tweetId: $reply})", by=self.ann)
            case "protected, a stranger" | "protected, a follower" | "protected, anonymous":
                await self.do("updatePrivacy(input: {isProtected: true})", by=self.bob)
            case "suspended" | "deactivated":
                await self.sql("UPDATE users SET status = :status WHERE username = 'bob'", status=self.relation.upper())
            case "deleted":
                for name in ("root", "reply", "hidden"):
                    await self.do(f"deleteTweet(input: {{tweetId: ${name}}})", by=self.bob)
            case "withheld here" | "withheld elsewhere":
                await self.sql("UPDATE tweets SET withheld_in = '{DE}' WHERE text LIKE '%teapot'")
                region = "DE" if self.relation == "withheld here" else "FR"
                await self.sql("UPDATE users SET region = :region WHERE username = 'ann'", region=region)
            case "sensitive, HIDE" | "sensitive, WARN" | "sensitive, SHOW":
                await self.sql("UPDATE tweets SET is_sensitive = true WHERE text LIKE '%teapot'")
                await self.do(f"updatePrivacy(input: {{sensitiveContent: {self.relation[-4:]}}})", by=self.ann)
            case _:
                raise AssertionError(f"nothing is done for '{self.relation}'")

    async def seen(self, surface: Surface) -> str:
        value: Any = await self.api.data(self.filled(surface.query), by=self.viewer)
        *parents, field = surface.path.split(".")
        for step in parents:
            value = value[int(step)] if isinstance(value, list) else value.get(step)
            if not value:
                return "out"
        value = value[int(field)] if isinstance(value, list) else value.get(field, {"reason": "out"})
        if value is None:
            return "null"
        if isinstance(value, list):
            entries = [entry.get("user", entry) for entry in value]
            [value] = [entry for entry in entries if entry["id"] == self.ids[surface.target]] or [None]
        if value is None:
            return "out"
        return str(value.get("reason", "tombstone" if value.get("__typename") == "TweetTombstone" else "shown"))

    async def done(self, mutation: str) -> str:
        query = f"mutation {{ {self.filled(mutation)} {{ userErrors {{ code }} }} }}"
        [payload] = (await self.api.data(query, by=self.viewer)).values()
        [code] = [error["code"] for error in payload["userErrors"]] or ["ok"]
        return str(code)

    async def streamed(self, http_url: str, stream: Surface) -> str:
        """Whether a tweet that was on its way before the relation changed still comes."""
        raw_id = ids.raw_id(self.ids[stream.target], "Tweet")
        async with self.runtime.database.write() as session:
            start = Place(await changes.now(session)).cursor
            await changes.record(session, [NewChange(ChangeKind.TWEET_POSTED, tweet_id=raw_id)])
        query = self.filled(stream.query).replace("AFTER", f'after: "{start}"')
        async with connected(http_url) as socket:
            await socket.initialised(self.viewer)
            await socket.subscribe("home", query)
            message = await socket.received()
            if message["type"] == "error":
                return "out"
            [payload] = message["payload"]["data"].values()
            value = payload["event"]
            if value["__typename"] == "Heartbeat":
                return "out"
            for step in stream.path.split("."):
                value = value[step]
            assert value == self.ids[stream.target]
            return "shown"

    async def counted(self, *names: str) -> set[str]:
        """Those of the tweets whose figures are told to the viewer, among others who watch them too."""
        viewers = {None, *(person.raw_id for person in (self.ann, self.bob, self.cat))}
        by_id = {ids.parsed_global_id(self.ids[name])[1]: name for name in names}
        async with self.runtime.database.read() as session:
            told = await engagement.visible_among(session, [(viewer, each) for viewer in viewers for each in by_id])
        viewer_id = None if self.viewer is None else self.viewer.raw_id
        return {name for tweet_id, name in by_id.items() if (viewer_id, tweet_id) in told}
