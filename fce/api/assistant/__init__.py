"""What an assistant reads for an agent, or for anyone, through the Model Context Protocol (docs/adr/0071)."""
