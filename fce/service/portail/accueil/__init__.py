"""The home page: presents the service to visitors, shows agents their own work."""
