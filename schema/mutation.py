"""Everything that can be done. Each mutation is one transaction and names the permission it needs."""

from __future__ import annotations

import strawberry

from domain.permissions import Permission
from resolvers import account_mutations, follow_mutations, tweet_mutations
from schema import inputs, payloads
from schema.binding import mutation


@strawberry.type(description="Writes. `userErrors` is empty when what was asked is done.")
class Mutation:
    register: payloads.RegisterPayload = mutation(
        account_mutations.register,
        "Makes an account and signs in.",
        permission=Permission.ANYONE,
        input=inputs.RegisterInput,
    )
    log_in: payloads.LogInPayload = mutation(
        account_mutations.log_in,
        "Starts a session. An unknown login and a wrong password get the same answer.",
        permission=Permission.ANYONE,
        input=inputs.LogInInput,
    )
    refresh_session: payloads.RefreshSessionPayload = mutation(
        account_mutations.refresh_session,
        "Trades a refresh token for the session's next pair of tokens. A token used twice ends its session.",
        permission=Permission.ANYONE,
        input=inputs.RefreshSessionInput,
    )
    log_out: payloads.LogOutPayload = mutation(
        account_mutations.log_out,
        "Ends the session that the access token belongs to.",
        permission=Permission.SIGNED_IN,
        input=inputs.LogOutInput,
    )
    post_tweet: payloads.PostTweetPayload = mutation(
        tweet_mutations.post,
        "Posts a tweet or a reply. Its author sees it at once, followers within moments.",
        permission=Permission.SIGNED_IN,
        input=inputs.PostTweetInput,
    )
    delete_tweet: payloads.DeleteTweetPayload = mutation(
        tweet_mutations.delete,
        "Deletes a tweet of the viewer's own; it is gone from every list at once.",
        permission=Permission.SIGNED_IN,
        input=inputs.DeleteTweetInput,
    )
    like_tweet: payloads.LikeTweetPayload = mutation(
        tweet_mutations.like,
        "Likes a tweet. Liking it again is refused as a duplicate and changes nothing.",
        permission=Permission.SIGNED_IN,
        input=inputs.LikeTweetInput,
    )
    unlike_tweet: payloads.UnlikeTweetPayload = mutation(
        tweet_mutations.unlike,
        "Takes a like back; does nothing when there is none.",
        permission=Permission.SIGNED_IN,
        input=inputs.UnlikeTweetInput,
    )
    follow_user: payloads.FollowUserPayload = mutation(
        follow_mutations.follow,
        "Follows a user: their tweets are in the home timeline from the next read on, past ones too. Following "
        "again is refused as a duplicate and changes nothing.",
        permission=Permission.SIGNED_IN,
        input=inputs.FollowUserInput,
    )
    unfollow_user: payloads.UnfollowUserPayload = mutation(
        follow_mutations.unfollow,
        "Stops following a user; does nothing when the viewer does not follow.",
        permission=Permission.SIGNED_IN,
        input=inputs.UnfollowUserInput,
    )
