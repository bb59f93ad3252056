"""What all lookup services share."""
