"""Which changes concern what one viewer has done, on whatever device."""

from __future__ import annotations

from domain.changes import OF_ENTRIES, OF_THE_USER
from stores.changed_entries import among, looking_for

_OWN = "FROM changes WHERE changes.user_id = :viewer_id"
SINCE = looking_for(
    [f"{_OWN} AND {among(OF_THE_USER)}", f"{_OWN} AND {among(OF_ENTRIES)} AND changes.subject_id IS NOT NULL"]
)
