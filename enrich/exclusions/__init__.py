"""What is never asked: allowlists, held-back rows and files."""
