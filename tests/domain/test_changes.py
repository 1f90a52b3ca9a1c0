"""Snapshots, places in the log, and what is told after them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from domain import ids
from domain.changes import Change, ChangeKind, Concern, Place, Snapshot, Told, parsed_place, parsed_snapshot
from domain.errors import BadCursor

EARLY, LATE = Snapshot(10, 20, (12, 15)), Snapshot(20, 30, (22,))


def concern(change_id: int, made_in: int, entry_id: int = 1) -> Concern:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    return Concern(Change(change_id, made_in, at, ChangeKind.TWEET_POSTED, user_id=1, tweet_id=entry_id), entry_id)


def test_a_snapshot_includes_what_was_committed() -> None:
    assert [made_in for made_in in range(8, 23) if EARLY.includes(made_in)] == [8, 9, 10, 11, 13, 14, 16, 17, 18, 19]


@pytest.mark.parametrize("snapshot", [EARLY, LATE, Snapshot(1, 1), Snapshot(5, 9, (5, 6, 7, 8))])
def test_a_snapshot_is_written_as_postgres_does(snapshot: Snapshot) -> None:
    assert parsed_snapshot(str(snapshot)) == snapshot


@pytest.mark.parametrize(
    "text",
    ["", "1:2", "0:1:", "2:1:", "1:2:2", "1:9:3,3", "1:9:4,3", "5:9:4", "1:2:,", "-1:2:", "1:٣:", f"1:{1 << 63}:"],
)
def test_what_postgres_never_writes_is_no_cursor(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - int's own and ours
        parsed_snapshot(text)
    with pytest.raises(BadCursor):
        parsed_place(ids.Cursor(ids.opaque(f"1:live:{text}")))


@pytest.mark.parametrize("place", [Place(EARLY), Place(EARLY, LATE, 7)])
def test_a_place_is_a_cursor(place: Place) -> None:
    assert parsed_place(place.cursor) == place


@pytest.mark.parametrize(
    "text",
    [
        *("", "1:home:7", "2:live:1:2:", "1:live:1:2:/1:3:", "1:live:1:2:/1:3:/7/7"),
        f"1:live:1:90000:{','.join(map(str, range(1, 9000)))}",  # every event would repeat it
    ],
)
def test_other_cursors_are_refused(text: str) -> None:
    with pytest.raises(BadCursor):
        parsed_place(ids.Cursor(ids.opaque(text)))


def test_the_last_event_of_a_piece_stands_at_its_end() -> None:
    piece = Told(EARLY, LATE, [concern(1, 20), concern(2, 12), concern(4, 25)])
    assert [place for _, place in piece.placed()] == [Place(EARLY, LATE, 1), Place(EARLY, LATE, 2), Place(LATE)]


def test_a_stream_stands_behind_a_change_when_all_it_means_was_told() -> None:
    piece = Told(EARLY, LATE, [concern(1, 20, 5), concern(1, 20, 6), concern(2, 12, 7), concern(2, 12, 8)])
    places = [place for _, place in piece.placed()]
    assert places == [Place(EARLY, LATE, 0), Place(EARLY, LATE, 1), Place(EARLY, LATE, 1), Place(LATE)]


def test_every_place_of_a_stream_is_followed_by_exactly_the_rest() -> None:
    """Whatever was committed since: here also a change with a smaller id than those that were told."""
    told = [concern(1, 20), concern(3, 12), concern(5, 25)]
    later = Snapshot(30, 40)
    everything = Told(EARLY, later, [told[0], concern(2, 22), *told[1:], concern(6, 35)])
    for number, (_, place) in enumerate(Told(EARLY, LATE, told).placed(), start=1):
        rest = [each for piece in everything.after(place) for each in piece.concerns]
        assert rest == [*told[number:], concern(2, 22), concern(6, 35)]
        for piece in everything.after(place):
            for each, inner in piece.placed():
                assert each not in [left for again in everything.after(inner) for left in again.concerns]


def test_nothing_is_told_twice_where_the_end_was_reached() -> None:
    assert list(Told(EARLY, LATE, [concern(1, 20)]).after(Place(LATE))) == []
    assert list(Told(EARLY, EARLY, []).after(Place(LATE))) == []
