"""What the reports on domains, addresses and URLs have in common."""
