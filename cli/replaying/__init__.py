"""Plays a recorded stream of tweets into a running server, as its users' programs would: over its public API."""
