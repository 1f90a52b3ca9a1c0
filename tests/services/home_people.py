"""What people do to each other, done to the real services and told to the oracle."""

from __future__ import annotations

from domain.records import MutedWord
from services import administration, blocks, fan_out, follow_requests, follows, muted_words, mutes, profiles
from tests.services.home_tweets import WORDS, Steps


class PeopleSteps(Steps):
    async def meet(self) -> None:
        """Everybody follows some."""
        pairs = [pair for pair in self.oracle.pairs() if self.chance.randint(0, 1)]
        ids = [(self.runtime.snowflakes.next(), self.ids[one], self.ids[other]) for one, other in pairs]
        async with self.runtime.database.write() as session:
            await follows.follow(session, ids)
        for follower, followee in pairs:
            self.oracle.follow(follower, followee)

    async def follow(self) -> str:
        oracle = self.oracle
        pair = self.one_of(
            [
                (follower, followee)
                for follower, followee in oracle.pairs()
                if followee not in oracle.following[follower] | oracle.requested[follower]
                and not oracle.are_apart(follower, followee)
            ]
        )
        if pair is None:
            return "nobody"
        follower, followee = pair
        async with self.runtime.database.write() as session:
            follow_id = self.runtime.snowflakes.next()
            await follows.follow_one(
                session, follow_id=follow_id, follower_id=self.ids[follower], followee_id=self.ids[followee]
            )
        if followee in oracle.protected:
            oracle.requested[follower].add(followee)
        else:
            oracle.follow(follower, followee)
            await fan_out.forget_timeline_best_effort(self.runtime.redis, self.ids[follower])
        return f"{follower} -> {followee}"

    async def accept(self) -> str:
        pair = self.one_of([pair for pair in self.oracle.pairs() if pair[1] in self.oracle.requested[pair[0]]])
        if pair is None:
            return "nobody"
        follower, followee = pair
        async with self.runtime.database.write() as session:
            follow_id = self.runtime.snowflakes.next()
            await follow_requests.accept(
                session, follow_id=follow_id, follower_id=self.ids[follower], followee_id=self.ids[followee]
            )
        await fan_out.forget_timeline_best_effort(self.runtime.redis, self.ids[follower])
        self.oracle.follow(follower, followee)
        return f"{follower} -> {followee}"

    def _followed_pair(self) -> tuple[str, str] | None:
        return self.one_of([pair for pair in self.oracle.pairs() if pair[1] in self.oracle.following[pair[0]]])

    async def unfollow(self) -> str:
        pair = self._followed_pair()
        if pair is None:
            return "nobody"
        follower, followee = pair
        async with self.runtime.database.write() as session:
            await follows.unfollow(session, follower_id=self.ids[follower], followee_id=self.ids[followee])
        await fan_out.forget_timeline_best_effort(self.runtime.redis, self.ids[follower])
        self.oracle.unfollow(follower, followee)
        return f"{follower} -> {followee}"

    async def show_retweets(self) -> str:
        """Or not to: the other of what it was."""
        pair = self._followed_pair()
        if pair is None:
            return "nobody"
        follower, followee = pair
        async with self.runtime.database.write() as session:
            await follows.set_shows_retweets(
                session,
                follower_id=self.ids[follower],
                followee_id=self.ids[followee],
                shows_retweets=followee in self.oracle.without_retweets[follower],
            )
        self.oracle.without_retweets[follower] ^= {followee}
        return f"{follower} -> {followee}"

    async def block(self) -> str:
        """The second time it is taken back."""
        blocker, blocked = self.chance.choice(self.oracle.pairs())
        pair = {"blocker_id": self.ids[blocker], "blocked_id": self.ids[blocked]}
        was_blocked = blocked in self.oracle.blocked[blocker]
        async with self.runtime.database.write() as session:
            if was_blocked:
                await blocks.unblock(session, **pair)
            else:
                await blocks.block(session, block_id=self.runtime.snowflakes.next(), **pair)
        if not was_blocked:
            self.oracle.unfollow(blocker, blocked)
            self.oracle.unfollow(blocked, blocker)
        self.oracle.blocked[blocker] ^= {blocked}
        return f"{blocker} -> {blocked}"

    async def unblock(self) -> str:
        pair = self.one_of([pair for pair in self.oracle.pairs() if pair[1] in self.oracle.blocked[pair[0]]])
        if pair is None:
            return "nobody"
        blocker, blocked = pair
        async with self.runtime.database.write() as session:
            await blocks.unblock(session, blocker_id=self.ids[blocker], blocked_id=self.ids[blocked])
        self.oracle.blocked[blocker].discard(blocked)
        return f"{blocker} -> {blocked}"

    async def mute(self) -> str:
        """The second time it is taken back."""
        muter, muted = self.chance.choice(self.oracle.pairs())
        pair = {"muter_id": self.ids[muter], "muted_id": self.ids[muted]}
        async with self.runtime.database.write() as session:
            if muted in self.oracle.muted[muter]:
                await mutes.unmute(session, **pair)
            else:
                mute_id, now = self.runtime.snowflakes.next(), self.runtime.now()
                await mutes.mute(session, mute_id=mute_id, **pair, expires_at=None, now=now)
        self.oracle.muted[muter] ^= {muted}
        return f"{muter} -> {muted}"

    async def mute_word(self) -> str:
        """The second time it is taken back."""
        muter, word = self.chance.choice(self.oracle.active()), self.chance.choice(WORDS)
        muter_id, muted = self.ids[muter], self.oracle.muted_words[muter]
        async with self.runtime.database.write() as session:
            if word in muted:
                await muted_words.remove(session, muted.pop(word), user_id=muter_id)
            else:
                rule = MutedWord(id=self.runtime.snowflakes.next(), phrase=word, whole_word=True, expires_at=None)
                muted[word] = await muted_words.add(session, muter_id, rule, now=self.runtime.now())
        return f"{word} by {muter}"

    async def protect(self) -> str:
        """The second time it is taken back, and the worker lets in who has asked."""
        name = self.chance.choice(self.oracle.active())
        async with self.runtime.database.write() as session:
            await profiles.update_privacy(
                session,
                self.ids[name],
                is_protected=name not in self.oracle.protected,
                sensitive_content=None,
                if_version=None,
            )
        self.oracle.protected ^= {name}
        if name not in self.oracle.protected:
            await self.queue.drained()
            for follower, requested in self.oracle.requested.items():
                if name in requested:
                    self.oracle.follow(follower, name)
        return name

    async def suspend(self) -> str:
        """Nobody after the first two."""
        if len(self.oracle.suspended) == 2:
            return "nobody"
        name = self.chance.choice(self.oracle.active())
        async with self.runtime.database.write() as session:
            await administration.suspend(session, self.ids[name], reason="spam", by_id=0, now=self.runtime.now())
        self.oracle.suspended.add(name)
        return name
