"""A whole territory: its establishments with the facts that the reader may read, its alarms."""
