"""The life of a habilitation: requested, decided by somebody else, reviewed, ended. Each step writes an event."""
