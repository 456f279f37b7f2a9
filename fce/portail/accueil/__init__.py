"""The first page: of the service for anyone, of one's own work for an agent."""
