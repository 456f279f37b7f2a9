"""The journal of consultations: who read what, for whom and why, chained and sealed (``docs/adr/0019``)."""
