"""A stand-in for VirusTotal's API v3 on this machine, for trials, tests and benchmarks. Imports nothing by itself."""
