"""The version, in a place that imports nothing: the build reads it too."""

__version__ = "0.1.0"
