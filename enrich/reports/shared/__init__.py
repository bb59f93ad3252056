"""What the report forms share."""
