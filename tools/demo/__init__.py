"""`make demo`: a believable, made-up county, sent to a running suite through its public API."""
