"""The floor of `./chirp bench profile`, a process: one SQL statement reads the person with their counts and how they
stand to the viewer, beside each of their newest tweets."""

from __future__ import annotations

from typing import Any

from bench.floors import TWEET_COLUMNS, TWEET_JOINS, Pool, serve, tweet
from domain.ids import cursor, global_id

PAGE = 20

_PROFILE = f"""
    WITH person AS (
        SELECT users.id AS user_id, users.bio, users.created_at AS registered_at, user_counts.followers,
            user_counts.following, user_counts.tweets,
            EXISTS (SELECT FROM follows WHERE follower_id = $1 AND followee_id = users.id) AS followed,
            EXISTS (SELECT FROM follows WHERE follower_id = users.id AND followee_id = $1) AS follows
        FROM users JOIN user_counts ON user_counts.user_id = users.id WHERE lower(users.username) = $2
    )
    SELECT person.*, {TWEET_COLUMNS}
    FROM person CROSS JOIN LATERAL (
        SELECT * FROM tweets WHERE tweets.author_id = person.user_id AND tweets.deleted_at IS NULL
        ORDER BY tweets.id DESC LIMIT $3
    ) AS tweets {TWEET_JOINS}
    ORDER BY tweets.id DESC
"""  # noqa: S608


async def profile(pool: Pool, path: list[str]) -> Any:
    rows = await pool.fetch(_PROFILE, int(path[0]), path[1], PAGE + 1)
    person = rows[0]
    edges = [{"cursor": cursor("tweets", row["id"]), "node": {"tweet": tweet(row)}} for row in rows[:PAGE]]
    answer = {
        "id": global_id("User", person["user_id"]),
        "username": person["username"],
        "displayName": person["display_name"],
        "bio": person["bio"],
        "createdAt": person["registered_at"].isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "followerCount": {"value": person["followers"]},
        "followingCount": {"value": person["following"]},
        "tweetCount": {"value": person["tweets"]},
        "viewerState": {"following": "FOLLOWING" if person["followed"] else "NONE", "followedBy": person["follows"]},
        "tweets": {
            "edges": edges,
            "pageInfo": {"hasNextPage": len(rows) > PAGE, "endCursor": edges[-1]["cursor"]},
        },
    }
    return {"data": {"user": answer}}


if __name__ == "__main__":
    serve(profile)
