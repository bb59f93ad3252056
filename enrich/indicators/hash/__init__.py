"""File hashes: digests, and how they are told from their look-alikes."""
