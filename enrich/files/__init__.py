"""Every file that is opened: sources, encodings, whole outputs."""
