"""What a run leaves for machines."""
