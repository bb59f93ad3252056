"""Answers to cells."""
