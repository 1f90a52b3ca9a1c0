"""What mentions somebody, in others' tweets. A reply that does not name them does not mention them."""

from __future__ import annotations

from stores.keyset import Listing
from stores.visibility import listed_tweet

# Without LIMIT 1 the planner joins all there are before it takes a page.
MENTIONS = Listing(
    source=f"""FROM tweet_mentions CROSS JOIN LATERAL (
        SELECT FROM tweets JOIN users ON users.id = tweets.author_id
        WHERE tweets.id = tweet_mentions.tweet_id AND tweets.author_id <> parent.id AND {listed_tweet()}
        LIMIT 1
    ) AS shown WHERE tweet_mentions.user_id = parent.id""",
    key="tweet_mentions.tweet_id",
    value="tweet_mentions.tweet_id",
    newest_first=True,
)
