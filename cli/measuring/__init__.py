"""The commands of `./chirp bench`."""
