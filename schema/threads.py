"""Threads: tweets that one author posted as a whole."""

from __future__ import annotations

import strawberry

from domain import pages, records
from domain.ids import Cursor
from resolvers import listings, threads
from schema.binding import Bound, bound, plain
from schema.nodes import PageInfo
from schema.tweets import TweetConnection, TweetResult


@strawberry.type(description="Tweets that one author posted as a whole, each answering the one before.")
class Thread(Bound):
    record = records.Thread
    root: TweetResult = bound(threads.roots, "Its first tweet, or why that cannot be shown.")
    tweets: TweetConnection = bound(
        listings.thread_tweets,
        "Its tweets in the order of the thread, without deleted ones; 20 by default.",
        page=listings.DEFAULT_PAGE,
    )


@strawberry.type(description="A tweet's place in its thread.")
class ThreadPosition(Bound):
    record = records.ThreadPosition
    is_value = True
    index: int = plain("From 1; it never changes, also when earlier tweets are deleted.")
    total: int = plain("How many tweets were posted to the thread, deleted ones included.")


@strawberry.type(description="An ancestor in a list.")
class AncestorEdge(Bound):
    record = pages.Edge
    is_value = True
    cursor: Cursor = plain("Points at this entry.")
    node: TweetResult = plain("The ancestor, or what is left of it.")


@strawberry.type(description="A page of ancestors.")
class AncestorConnection(Bound):
    record = pages.Connection
    edges: list[AncestorEdge] = plain("The entries with their cursors.")
    nodes: list[TweetResult] = plain("The entries without their cursors.")
    page_info: PageInfo = plain("Where this page lies.")
