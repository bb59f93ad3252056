"""Bulk IOC enrichment: hashes in a spreadsheet, VirusTotal's word beside each, nothing of the analyst's lost."""

__version__ = "0.1.0"
