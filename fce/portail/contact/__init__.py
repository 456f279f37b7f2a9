"""What readers ask the team, signed in or not, and what it answers."""
