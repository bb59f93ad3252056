"""What stores on a SQL database share."""
