"""The one room that sees both sides: sheets and lookups."""
