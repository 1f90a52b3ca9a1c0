"""What every home timeline must show: plain Python that knows only what was done."""

from __future__ import annotations

from dataclasses import dataclass, field

from domain.ids import created_ms

NAMES = ("ann", "bob", "cat", "dan", "eve", "fay")


@dataclass
class Post:
    id: int
    author: str
    word: str | None
    """Its text; None for a retweet."""
    replied_to: str | None = None
    """Who wrote the parent; None for an original tweet."""
    retweet_of: Post | None = None
    edits: int = 0
    is_deleted: bool = False


def _nobody() -> dict[str, set[str]]:
    return {name: set() for name in NAMES}


@dataclass
class Oracle:
    once_within_ms: int
    posts: list[Post] = field(default_factory=list)
    following: dict[str, set[str]] = field(default_factory=_nobody)
    requested: dict[str, set[str]] = field(default_factory=_nobody)
    without_retweets: dict[str, set[str]] = field(default_factory=_nobody)
    """Those among the followed whose retweets are not wanted."""
    blocked: dict[str, set[str]] = field(default_factory=_nobody)
    muted: dict[str, set[str]] = field(default_factory=_nobody)
    muted_words: dict[str, dict[str, int]] = field(default_factory=lambda: {name: {} for name in NAMES})
    """The ids of the rules by word."""
    protected: set[str] = field(default_factory=set)
    suspended: set[str] = field(default_factory=set)

    def active(self) -> list[str]:
        return [name for name in NAMES if name not in self.suspended]

    def pairs(self) -> list[tuple[str, str]]:
        return [(one, other) for one in self.active() for other in self.active() if one != other]

    def are_apart(self, one: str, other: str) -> bool:
        return other in self.blocked[one] or one in self.blocked[other]

    def may_see(self, viewer: str, post: Post) -> bool:
        """Where the viewer asks for it."""
        if post.is_deleted or (post.retweet_of is not None and not self.may_see(viewer, post.retweet_of)):
            return False
        return post.author == viewer or (
            post.author not in self.suspended
            and not self.are_apart(viewer, post.author)
            and (post.author not in self.protected or post.author in self.following[viewer])
        )

    def may_share(self, viewer: str, post: Post) -> bool:
        return self.may_see(viewer, post) and (post.author == viewer or post.author not in self.protected)

    def originals(self) -> list[Post]:
        return [post for post in self.posts if post.retweet_of is None]

    def standing_retweet(self, original: Post, author: str) -> Post | None:
        for post in self.posts:
            if post.retweet_of is original and post.author == author and not post.is_deleted:
                return post
        return None

    def may_restore(self, post: Post) -> bool:
        if not post.is_deleted or post.author in self.suspended:
            return False
        original = post.retweet_of
        return original is None or (
            self.may_see(post.author, original) and self.standing_retweet(original, post.author) is None
        )

    def home(self, viewer: str) -> list[int]:
        """Newest first."""
        carriers = [post for post in self.posts if self._is_in_home(post, viewer)]
        return sorted((post.id for post in carriers if not self._is_repeat(post, carriers, viewer)), reverse=True)

    def _is_repeat(self, post: Post, carriers: list[Post], viewer: str) -> bool:
        if post.retweet_of is None or post.author == viewer:
            return False
        return any(
            (other is post.retweet_of or other.retweet_of is post.retweet_of)
            and other.id < post.id
            and created_ms(post.id) - created_ms(other.id) <= self.once_within_ms
            for other in carriers
        )

    def _is_in_home(self, post: Post, viewer: str) -> bool:
        if not self.may_see(viewer, post) or not self._is_wanted(post, viewer):
            return False
        if post.author == viewer:
            return True
        followed = self.following[viewer]
        return (
            post.author in followed
            and (post.retweet_of is None or post.author not in self.without_retweets[viewer])
            and post.replied_to in {None, post.author, viewer, *followed}
        )

    def _is_wanted(self, post: Post, viewer: str) -> bool:
        if post.retweet_of is not None and not self._is_wanted(post.retweet_of, viewer):
            return False
        return post.author == viewer or (
            post.author not in self.muted[viewer] and post.word not in self.muted_words[viewer]
        )

    def unfollow(self, follower: str, followee: str) -> None:
        for relation in (self.following, self.requested, self.without_retweets):
            relation[follower].discard(followee)

    def follow(self, follower: str, followee: str) -> None:
        self.requested[follower].discard(followee)
        self.following[follower].add(followee)
