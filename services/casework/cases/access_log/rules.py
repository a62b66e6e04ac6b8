"""What the audit calls a look that was refused."""

REFUSED = "look_refused"
"""What the audit calls a look at something that is not there for the one who looked."""
