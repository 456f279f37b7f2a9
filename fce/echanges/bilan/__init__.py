"""What a service has done and what waits for it, counted for its own members: never a count by person."""
