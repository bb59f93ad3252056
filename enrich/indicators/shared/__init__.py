"""What the network kinds (domain, IP address, URL) share: refanging, public suffixes, finding in text, headings."""
