"""SQL twin of `domain/visibility.py`, for lists: which rows of a listing anybody may be shown.

A viewer's own deactivated account is not a special case here: such an account cannot sign in.
"""

from __future__ import annotations

VISIBLE_USER = "users.status = 'ACTIVE'"
VISIBLE_TWEET = "tweets.deleted_at IS NULL AND users.status = 'ACTIVE'"
"""For tweets joined with their author as `users`."""
