"""Metrics for Prometheus, on a port of their own (``FCE_METRIQUES``) that no public address reaches.

``processus``: the meters of this process, shared between the workers of ``fce serve`` through files; ``collecteur``:
what the database, the index and the disks say; ``exposition``: the HTTP port; ``mesurer``: the middleware.
"""
