"""Joint operations of several services."""
