"""What makes one application of the rooms: settings, addresses, who may call each view, the command ``fce``."""
