"""The tweets with a hashtag; their parent is its `hashtag_key`."""

from __future__ import annotations

from stores.keyset import Listing
from stores.visibility import listed_tweet

# Without LIMIT 1 the planner joins all there are before it takes a page.
TAGGED = Listing(
    source=f"""FROM tweet_hashtags CROSS JOIN LATERAL (
        SELECT FROM tweets JOIN users ON users.id = tweets.author_id
        WHERE tweets.id = tweet_hashtags.tweet_id AND {listed_tweet()}
        LIMIT 1
    ) AS shown WHERE tweet_hashtags.tag = parent.id""",
    key="tweet_hashtags.tweet_id",
    value="tweet_hashtags.tweet_id",
    newest_first=True,
    parents="text",
)
