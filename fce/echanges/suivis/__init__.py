"""What an agent follows, its changes, and the mails that announce them."""
