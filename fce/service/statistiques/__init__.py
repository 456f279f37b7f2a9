"""Statistics of use: anonymous events, monthly figures under statistical secrecy, ``/stats``."""
