"""Asking: workers, retries, freshness, rate limit."""
