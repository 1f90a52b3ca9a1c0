"""Documents as clients of all kinds send them: reads of everything, writes that can be repeated, and mistakes."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from random import Random

from bench.reads import TWEET
from domain.ids import global_id

PERSON = "id username displayName bio followerCount { value } tweetCount { value } viewerState { following }"
PAGE_INFO = "pageInfo { hasNextPage endCursor }"

READS = (
    f"""viewer {{ homeTimeline(first: SIZE) {{
      edges {{ cursor node {{ ... on TimelineTweet {{ tweet {{ ... on Tweet {{ {TWEET} }} }} reason {{ code }} }} }} }}
      {PAGE_INFO}
    }} }}""",
    f"""user(by: {{username: NAME}}) {{ ... on User {{
      {PERSON} tweets(first: SIZE) {{ nodes {{ {TWEET} }} {PAGE_INFO} }}
    }} }}""",
    f"""user(by: {{username: NAME}}) {{ ... on User {{
      followers(first: SIZE) {{ nodes {{ {PERSON} }} {PAGE_INFO} }}
    }} }}""",
    f"""tweet(id: TWEET) {{ ... on Tweet {{
      {TWEET} replies(first: SIZE) {{ nodes {{ {TWEET} }} }} likers(first: 5) {{ nodes {{ id }} }}
      ancestors(first: 5) {{ nodes {{ __typename ... on Tweet {{ id text }} }} }}
    }} }}""",
    f"searchUsers(query: WORD, first: SIZE) {{ edges {{ cursor node {{ {PERSON} }} }} }}",
    "autocompleteUsers(prefix: WORD) { id username }",
    f"nodes(ids: [TWEET, USER]) {{ __typename id ... on Tweet {{ {TWEET} }} ... on User {{ {PERSON} }} }}",
    "hashtag(name: WORD) { name }",
    "trends { trends { rank topic tweetCount { value } } }",
    "__schema { queryType { name } }",
    '__type(name: "Tweet") { name fields { name type { name kind } } }',
)
WRITES = (
    "likeTweet(input: {tweetId: TWEET}) { userErrors { message } }",
    "unlikeTweet(input: {tweetId: TWEET}) { userErrors { message } }",
    "followUser(input: {userId: USER}) { userErrors { message } }",
    "unfollowUser(input: {userId: USER}) { userErrors { message } }",
    "bookmarkTweet(input: {tweetId: TWEET}) { userErrors { message } }",
    "likeTweet(input: {tweetId: USER}) { userErrors { code message } }",
    'postTweet(input: {text: "NUMBER"}) { tweet { id } userErrors { __typename message } }',
)
MISTAKES = (
    "viewer { noSuchField }",
    "user(by: {username: 1}) { __typename }",
    "tweet(id: TWEET) { ... on Tweet { likeCount } }",
    'node(id: "NUMBER") { id }',
    "viewer { homeTimeline(first: 100000) { nodes { id } } }",
    'searchUsers(query: WORD, after: "NUMBER") { nodes { id } }',
    "viewer { ",
)
SHARES = (("query", READS, 0.8), ("mutation", WRITES, 0.12), ("query", MISTAKES, 0.08))


_PLACEHOLDER = re.compile(r"\b(TWEET|USER|NAME|WORD|SIZE|NUMBER)\b")


def documents(
    random: Random, count: int, *, usernames: Sequence[str], users: Sequence[int], tweets: Sequence[int]
) -> list[str]:
    """No two are alike, as their fields have aliases of their own. The ids are what they ask for and act on."""
    makers: dict[str, Callable[[], str]] = {
        "TWEET": lambda: f'"{global_id("Tweet", random.choice(tweets))}"',
        "USER": lambda: f'"{global_id("User", random.choice(users))}"',
        "NAME": lambda: f'"{random.choice(usernames)}"',
        "WORD": lambda: f'"{random.choice(usernames)[: random.randrange(2, 9)]}"',
        "SIZE": lambda: str(random.randrange(1, 21)),
        "NUMBER": lambda: str(random.randrange(1_000_000)),
    }
    made = []
    for number in range(count):
        ((operation, kind, _),) = random.choices(SHARES, [share for _, _, share in SHARES])
        fields = random.choices(kind, k=random.randrange(1, 3))
        selection = " ".join(f"a{number}x{place}: {field}" for place, field in enumerate(fields))
        filled = _PLACEHOLDER.sub(lambda found: makers[found[0]](), selection)
        made.append(f"{operation} Number{number} {{ {filled} }}")
    return made
