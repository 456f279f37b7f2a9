"""News, roadmap, panel, and the history of texts."""
