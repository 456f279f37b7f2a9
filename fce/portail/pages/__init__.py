"""The pages that every public service has: about, help, terms, privacy, accessibility, security, map of the site."""
