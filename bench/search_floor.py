"""The floor of `./chirp bench search`, a process: one SQL statement finds the people in whose names each word of the
query begins a word, and reads the newest of them with their followers and whether the viewer follows them."""

from __future__ import annotations

from typing import Any

from bench.floors import Pool, serve
from domain.ids import cursor, global_id

PAGE = 20

_SEARCH = """
    WITH matched AS (
        SELECT user_id FROM unnest($2::text[], $3::text[]) AS prefix (low, high) CROSS JOIN LATERAL (
            SELECT user_id FROM user_name_words WHERE word ~>=~ prefix.low AND word ~<~ prefix.high
            UNION
            SELECT id FROM users WHERE lower(username) ~>=~ prefix.low AND lower(username) ~<~ prefix.high
        ) AS found
        GROUP BY user_id HAVING count(*) = cardinality($2::text[]) ORDER BY user_id DESC LIMIT $4
    )
    SELECT users.id, users.username, users.display_name, users.bio, user_counts.followers,
        follows.id IS NOT NULL AS followed
    FROM matched JOIN users ON users.id = matched.user_id JOIN user_counts USING (user_id)
    LEFT JOIN follows ON follows.follower_id = $1 AND follows.followee_id = users.id
    ORDER BY users.id DESC
"""


async def search(pool: Pool, path: list[str]) -> Any:
    words = path[1:]
    rows = await pool.fetch(_SEARCH, int(path[0]), words, [word + "\U0010ffff" for word in words], PAGE + 1)
    edges = [
        {
            "cursor": cursor("searchUsers", row["id"]),
            "node": {
                "id": global_id("User", row["id"]),
                "username": row["username"],
                "displayName": row["display_name"],
                "bio": row["bio"],
                "followerCount": {"value": row["followers"]},
                "viewerState": {"following": "FOLLOWING" if row["followed"] else "NONE"},
            },
        }
        for row in rows[:PAGE]
    ]
    page_info = {"hasNextPage": len(rows) > PAGE, "endCursor": edges[-1]["cursor"] if edges else None}
    return {"data": {"searchUsers": {"edges": edges, "pageInfo": page_info}}}


if __name__ == "__main__":
    serve(search)
