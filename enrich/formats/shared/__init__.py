"""What the file formats share."""
