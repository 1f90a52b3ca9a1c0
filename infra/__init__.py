"""What the process stands on: settings, clock, database, Redis, jobs, embedded servers."""
