"""The signed-in user's private side."""

from __future__ import annotations

import strawberry

from domain import records
from domain.ids import Cursor
from domain.permissions import Role, Scope
from domain.ranking import CANDIDATES, KEPT_FOR
from domain.records import SensitiveContent
from domain.retweets import ONCE_WITHIN
from resolvers import (
    bookmarks,
    deletions,
    home_timelines,
    lists,
    mute_lists,
    oauth_listings,
    people_listings,
    sessions,
    tweet_timelines,
    viewer_events,
)
from resolvers.listings import DEFAULT_PAGE
from resolvers.timeline_pages import DEFAULT_PAGE as DEFAULT_TIMELINE_PAGE
from schema.binding import Bound, bound, derived, plain
from schema.bookmarks import BookmarkFolderConnection
from schema.kept_tweets import DeletedTweetConnection
from schema.lists import UserListConnection
from schema.mutes import MuteConnection, MutedWordConnection
from schema.oauth import OAuthAppConnection, OAuthGrantConnection
from schema.sessions import SessionConnection
from schema.timelines import TimelineConnection
from schema.tweets import TweetConnection
from schema.users import User, UserConnection


@strawberry.type(description="The signed-in user's private side.")
class Viewer(Bound):
    record = records.Viewer
    user: User = plain("The account.")
    email: str = plain("Its email address; nobody else sees it.")
    email_verified: bool = plain("Whether the link mailed to the address was opened, which proves whose it is.")
    role: Role = plain("What the account may do beside what everybody may.")
    live_cursor: Cursor = bound(
        viewer_events.live_cursors,
        "The moment before this answer was read: with it as `after`, subscription `viewerState` tells everything that "
        "has changed since. The same moment for the whole answer.",
    )
    sessions: SessionConnection = bound(
        sessions.unended,
        "Where the account is signed in, and through which apps, latest sign-in first; 20 by default.",
        page=DEFAULT_PAGE,
        scope=Scope.ACCOUNT,
    )
    oauth_apps: OAuthAppConnection = bound(
        oauth_listings.own,
        "Apps that the viewer has registered, the latest first; 20 by default.",
        page=DEFAULT_PAGE,
        scope=Scope.ACCOUNT,
    )
    authorized_apps: OAuthGrantConnection = bound(
        oauth_listings.authorized,
        "What the viewer lets apps of third parties do, latest consent first; 20 by default.",
        page=DEFAULT_PAGE,
        scope=Scope.ACCOUNT,
    )
    home_timeline: TimelineConnection = bound(
        home_timelines.home,
        "Tweets and retweets of the viewer and of everyone the viewer follows, newest first; 50 by default. Somebody "
        "else's reply is in it when the viewer also follows the person it answers. A tweet that several retweet comes "
        "once: somebody else's retweet is left out when the tweet or another retweet of it, itself left out or not, "
        f"came into the timeline at most {ONCE_WITHIN.total_seconds() / 3600:.0f} hours before; `retweetedBy` says who "
        "else did. Where hundreds are left out in a row a page may be shorter than asked, even empty, and `pageInfo` "
        "still leads on. It has no end but the first tweet "
        f"ever. By rank: the newest {CANDIDATES}, ordered once for the page without cursors; its cursors go through "
        f"them in that order and are good for {KEPT_FOR.total_seconds() / 60:.0f} minutes, then BAD_CURSOR. While it "
        "cannot be ranked it is chronological, and so are its cursors. A chronological page that is too small to "
        "reach the cursor that ends it has a `TimelineGap` there.",
        arguments={"mode": "Its order."},
        page=DEFAULT_TIMELINE_PAGE,
    )
    catch_up: TimelineConnection = bound(
        home_timelines.catch_up,
        "What of the home timeline is newer than a cursor; 50 by default. The cursors are the home timeline's: whoever "
        "has caught up goes on from the last one. With NEWEST_FIRST, as for pulling to refresh, a page that does not "
        "come down to `since` ends with a `TimelineGap`. With OLDEST_FIRST it begins at `since` and has no gap: what "
        "is newer than the page follows by paging.",
        arguments={
            "since": "A cursor of the home timeline, usually of the newest entry that the viewer has seen.",
            "order": "Which end comes first.",
        },
        page=DEFAULT_TIMELINE_PAGE,
    )
    mentions: TimelineConnection = bound(
        tweet_timelines.mentions,
        "Tweets of others that name the viewer with an @, newest first; 50 by default. A reply that does not is none. "
        "What the viewer may not see or has muted is left out.",
        page=DEFAULT_TIMELINE_PAGE,
    )
    profile_version: int = derived(
        lambda viewer: viewer.user.version,
        "Grows by one whenever profile or privacy change; for `ifVersion`.",
    )
    sensitive_content: SensitiveContent = plain("What is done with sensitive tweets where the viewer comes upon them.")
    follow_requests: UserConnection = bound(
        people_listings.follow_requests,
        "Who has asked to follow the viewer and waits for an answer, latest first; 20 by default.",
        page=DEFAULT_PAGE,
    )
    sent_follow_requests: UserConnection = bound(
        people_listings.sent_follow_requests,
        "Whom the viewer has asked to follow and has not been answered by, latest first; 20 by default.",
        page=DEFAULT_PAGE,
    )
    blocks: UserConnection = bound(
        mute_lists.blocks,
        "Whom the viewer blocks, latest first; 20 by default. Those who block the viewer, too, are left out while they "
        "do.",
        page=DEFAULT_PAGE,
    )
    mutes: MuteConnection = bound(
        mute_lists.mutes,
        "Whom the viewer has muted, latest first; 20 by default. Those who block the viewer are left out meanwhile.",
        page=DEFAULT_PAGE,
    )
    muted_words: MutedWordConnection = bound(
        mute_lists.words, "Words the viewer has muted, latest first; 20 by default.", page=DEFAULT_PAGE
    )
    muted_threads: TweetConnection = bound(
        mute_lists.threads,
        "The tweets that began the conversations the viewer has muted, latest muted first; 20 by default. Those that "
        "cannot be shown are left out; their conversations stay muted.",
        page=DEFAULT_PAGE,
    )
    bookmark_folders: BookmarkFolderConnection = bound(
        bookmarks.folders, "The viewer's folders for bookmarks, oldest first; 20 by default.", page=DEFAULT_PAGE
    )
    bookmarks: TweetConnection = bound(
        bookmarks.bookmarked,
        "Tweets the viewer has bookmarked, latest bookmark first; 20 by default. Those that cannot be shown at the "
        "moment are left out.",
        page=DEFAULT_PAGE,
        arguments={"folder_id": "Only those in this folder of the viewer's."},
    )
    deleted_tweets: DeletedTweetConnection = bound(
        deletions.deleted_tweets,
        "The viewer's tweets that were deleted and can be restored, newest tweet first; 20 by default. Retweets are "
        "not among them: they are made again.",
        page=DEFAULT_PAGE,
    )
    followed_lists: UserListConnection = bound(
        lists.followed,
        "The lists of others that the viewer follows, latest followed first; 20 by default. Those that the viewer "
        "cannot see are left out.",
        page=DEFAULT_PAGE,
    )
    lists: UserListConnection = bound(
        lists.own, "The viewer's lists of people, latest made first; 20 by default.", page=DEFAULT_PAGE
    )
