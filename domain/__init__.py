"""Pure rules and records: the same input gives the same output; no I/O, no clock, no framework."""
