"""What the team tells its readers: news, roadmap, panel, texts kept in versions."""
