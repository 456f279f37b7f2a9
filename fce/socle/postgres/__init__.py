"""The embedded PostgreSQL: a private cluster for trials, the demonstration and the tests."""
