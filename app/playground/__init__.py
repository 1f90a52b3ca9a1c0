"""The GraphiQL playground: self-hosted, built on first use, complete without a network."""
