"""The life of a habilitation: asked for, decided by someone else, reviewed, ended. Each step leaves an event."""
