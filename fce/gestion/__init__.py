"""``/gestion``: what the team of the service does, and sees. No data of any company, no right to any."""
