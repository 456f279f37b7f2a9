"""``/gestion``: screens of the team that runs the service. They show no company data and give no right to any."""
