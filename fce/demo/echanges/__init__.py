"""What the services of the demonstration told one another: contacts, announced visits, a joint operation,
questions."""
