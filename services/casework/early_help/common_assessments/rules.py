"""What a Common Assessment Framework covers."""

DOMAINS = ("development", "parents_and_carers", "family_and_environment")
"""The three of the Common Assessment Framework (R§37)."""
