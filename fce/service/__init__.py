"""The public service around the sheets: its portal, its figures, its agreement, its management."""
