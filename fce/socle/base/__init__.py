"""The database as pages and jobs use it: reads in one round trip, roles, replicas, retention."""
