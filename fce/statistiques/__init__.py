"""What the service is worth: events without anybody, monthly figures under statistical secrecy, ``/stats``."""
