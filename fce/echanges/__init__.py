"""What services tell one another about a company: contacts, announced visits, joint operations."""
