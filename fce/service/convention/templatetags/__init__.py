"""Template tags of the agreement."""
