"""The one predicate: what a viewer may see, as SQL over `:viewer_id` (0 when nobody is signed in).

Each function takes the names that the statement gives to the tables. A verdict is the name of an `UnavailableReason`,
or null; lists keep the rows whose verdicts are null, lookups say the verdict.

| the viewer and the author, or the tweet     | asked for by id | brought along by another | in lists |
|---------------------------------------------|-----------------|--------------------------|----------|
| account deactivated or suspended            | verdict         | verdict                  | left out |
| the author blocks the viewer, or vice versa | verdict         | verdict                  | left out |
| protected, and the viewer does not follow   | verdict         | verdict                  | left out |
| withheld in the viewer's country            | verdict         | verdict                  | left out |
| deleted                                     | tombstone       | tombstone                | left out |
| author or a word muted; sensitive           | shown           | verdict                  | left out |
| its thread muted                            | shown           | shown                    | left out |

Lists inside a conversation, its replies for one, are not left out where its thread is muted: the viewer has opened it.
A retweet has the verdict of what it retweets, also for its own author; where that is deleted, it can be asked for.
An account that the viewer blocks is shown where it is asked for, so that it can be unblocked; its tweets are not.
Nothing else is hidden from its own author.
"""

from __future__ import annotations

NOBODY = 0
"""Stands for the viewer when nobody is signed in: no account has this id."""


# What does not name the row runs once in a statement: of the viewer who blocks and mutes nobody, rows ask nothing.
_IS_BLOCKED = "EXISTS (SELECT FROM blocks WHERE blocked_id = :viewer_id)"
_BLOCKS = "EXISTS (SELECT FROM blocks WHERE blocker_id = :viewer_id)"
_MUTES = "EXISTS (SELECT FROM mutes WHERE muter_id = :viewer_id)"
_MUTES_THREADS = "EXISTS (SELECT FROM muted_threads WHERE user_id = :viewer_id)"
_MUTED_PATTERNS = r"""CAST((
    SELECT array_agg('%' || regexp_replace(needle, '([\\%_])', '\\\1', 'g') || '%') FROM muted_words
    WHERE user_id = :viewer_id AND (expires_at IS NULL OR expires_at > now())
) AS text[])"""


def blocked_by(user: str) -> str:
    return f"({_IS_BLOCKED} AND EXISTS (SELECT FROM blocks WHERE blocker_id = {user}.id AND blocked_id = :viewer_id))"


def blocking(user: str) -> str:
    return f"({_BLOCKS} AND EXISTS (SELECT FROM blocks WHERE blocker_id = :viewer_id AND blocked_id = {user}.id))"


def for_each_viewer(verdict: str, viewer_id: str) -> str:
    """The verdict for the viewer that each row names, in a statement for many."""
    return verdict.replace(":viewer_id", viewer_id)


def user_verdict(user: str = "users") -> str:
    """Why the viewer may not see this account."""
    return f"""CASE
        WHEN {user}.id = :viewer_id THEN NULL
        WHEN {user}.status <> 'ACTIVE' THEN {user}.status
        WHEN {blocked_by(user)} THEN 'BLOCKED_BY'
    END"""


def tweet_verdict(tweet: str = "tweets", author: str = "users") -> str:
    """Why the viewer may not see this tweet anywhere, whether or not it is deleted."""
    return f"""CASE
        WHEN {author}.id = :viewer_id THEN NULL
        WHEN {author}.status <> 'ACTIVE' THEN {author}.status
        WHEN {blocked_by(author)} THEN 'BLOCKED_BY'
        WHEN {blocking(author)} THEN 'BLOCKED'
        WHEN {author}.is_protected AND NOT EXISTS (
            SELECT FROM follows WHERE follower_id = :viewer_id AND followee_id = {author}.id
        ) THEN 'PROTECTED'
        WHEN {tweet}.withheld_in <> '{{}}'
            AND (SELECT region FROM users WHERE id = :viewer_id) = ANY({tweet}.withheld_in) THEN 'WITHHELD'
    END"""  # noqa: S608


def original_verdict(tweet: str = "tweets") -> str:
    """Why the viewer may not see what this tweet retweets; null also where it retweets nothing."""
    return f"""CASE WHEN {tweet}.retweet_of_id IS NOT NULL THEN (
        SELECT {tweet_verdict("original", "original_author")}
        FROM tweets AS original JOIN users AS original_author ON original_author.id = original.author_id
        WHERE original.id = {tweet}.retweet_of_id
    ) END"""  # noqa: S608


def embedding_verdict(tweet: str = "tweets", author: str = "users") -> str:
    """Why the viewer does not want to see this tweet, even in its conversation, unless they ask for it."""
    return f"""CASE
        WHEN {author}.id = :viewer_id THEN NULL
        WHEN {_MUTES} AND EXISTS (
            SELECT FROM mutes WHERE muter_id = :viewer_id AND muted_id = {author}.id
                AND (expires_at IS NULL OR expires_at > now())
        ) THEN 'MUTED'
        WHEN {tweet}.searchable LIKE ANY ({_MUTED_PATTERNS}) THEN 'FILTERED'
        WHEN {tweet}.is_sensitive AND (SELECT sensitive_content FROM users WHERE id = :viewer_id) = 'HIDE'
            THEN 'SENSITIVE'
    END"""  # noqa: S608


def filter_verdict(tweet: str = "tweets", author: str = "users") -> str:
    """Why the viewer does not want to see this tweet outside its conversation unless they ask for it."""
    return f"""CASE
        WHEN {author}.id = :viewer_id THEN NULL
        WHEN {_MUTES_THREADS} AND EXISTS (
            SELECT FROM muted_threads
            WHERE user_id = :viewer_id AND muted_threads.conversation_id = {tweet}.conversation_id
        ) THEN 'MUTED'
        ELSE {embedding_verdict(tweet, author)}
    END"""


def listed_user(user: str = "users") -> str:
    """Whether this account may stand in a list."""
    return f"{user_verdict(user)} IS NULL AND NOT {blocking(user)}"


def shows_activity(owner: str) -> str:
    """Whether the viewer may see what this account does besides tweeting, whom it follows and what it likes, and who
    follows it; `owner` need have an id only."""
    return f"""NOT EXISTS (
        SELECT FROM users AS hidden WHERE hidden.id = {owner}.id AND hidden.is_protected AND hidden.id <> :viewer_id
            AND NOT EXISTS (SELECT FROM follows WHERE follower_id = :viewer_id AND followee_id = hidden.id)
    )"""  # noqa: S608


def visible_list(owned: str = "lists", owner: str = "users") -> str:
    """Whether the viewer may see this list of people: their own, or a public one of somebody who may be listed."""
    return f"({owner}.id = :viewer_id OR NOT {owned}.is_private AND {listed_user(owner)})"


def visible_tweet(tweet: str = "tweets", author: str = "users") -> str:
    """Whether this tweet may stand in a list that is about its author, or that the viewer made of it."""
    return f"{tweet}.deleted_at IS NULL AND {tweet_verdict(tweet, author)} IS NULL AND {_original(tweet, wanted=False)}"


def listed_tweet(tweet: str = "tweets", author: str = "users") -> str:
    """Whether this tweet may stand in any other list."""
    return (
        f"{tweet}.deleted_at IS NULL AND {tweet_verdict(tweet, author)} IS NULL "
        f"AND {filter_verdict(tweet, author)} IS NULL AND {_original(tweet, wanted=True)}"
    )


def listed_reply(tweet: str = "tweets", author: str = "users") -> str:
    """Whether this reply may stand in a list inside its conversation."""
    return (
        f"{tweet}.deleted_at IS NULL AND {tweet_verdict(tweet, author)} IS NULL "
        f"AND {embedding_verdict(tweet, author)} IS NULL"
    )


def _original(tweet: str, *, wanted: bool) -> str:
    """A retweet is shown where what it retweets is shown."""
    filtered = f"AND {filter_verdict('original', 'original_author')} IS NULL" if wanted else ""
    return f"""({tweet}.retweet_of_id IS NULL OR EXISTS (
        SELECT FROM tweets AS original JOIN users AS original_author ON original_author.id = original.author_id
        WHERE original.id = {tweet}.retweet_of_id AND original.deleted_at IS NULL
            AND {tweet_verdict("original", "original_author")} IS NULL {filtered}
    ))"""
