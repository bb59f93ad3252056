"""How the lookup core is run, one module each: ``local`` in this process; a cluster later."""
