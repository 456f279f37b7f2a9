"""Lists of companies and establishments that an agent, or a service, works through."""
