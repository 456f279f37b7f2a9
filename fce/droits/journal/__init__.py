"""The journal of consultations: who read which restricted data, for whom and why; chained and sealed
(``docs/adr/0019``)."""
