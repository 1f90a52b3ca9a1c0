"""Where data lies: the only place with SQL and Redis commands."""
