"""Messages from readers to the team, and its answers."""
