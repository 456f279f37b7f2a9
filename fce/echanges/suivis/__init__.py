"""What an agent follows, what changed there, and the mails that say that something did."""
