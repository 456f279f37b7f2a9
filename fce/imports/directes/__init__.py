"""Live sources, asked through API Entreprise when a page needs them (``docs/adr/0011``).

Readers only call ``services.consulter``: the cache, then the client, made of ``transport`` (HTTP within a total time),
``disjoncteur`` (circuit breaker by provider) and ``valeurs`` (JSON to typed rows). Nothing here logs a token, a number
or the content of an answer.
"""
