"""Import engine: read, check, load, switch and roll back files; deposits, live sources (API Entreprise), scheduled
jobs."""
