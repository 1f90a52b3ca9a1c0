"""The commands behind ./chirp: run, test, fill, measure and look after a server."""
