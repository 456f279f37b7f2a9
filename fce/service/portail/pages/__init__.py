"""Standard pages of a public service: about, help, terms, privacy, accessibility, security, site map."""
