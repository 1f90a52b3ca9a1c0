"""What the product does: one function, one use case. Takes a session and never commits it."""
