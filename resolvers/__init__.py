"""How a field gets its value: plain functions from records to records. Callable without GraphQL."""
