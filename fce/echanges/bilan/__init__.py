"""Activity and pending work of a service, shown to its members, never counted by person."""
