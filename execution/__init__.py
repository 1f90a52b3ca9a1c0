"""Running GraphQL operations: documents, limits, set-wise calls. Knows GraphQL, knows nothing about tweets."""
