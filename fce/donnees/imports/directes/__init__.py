"""Live sources, asked through API Entreprise when a page needs them (``docs/adr/0011``).

Readers call ``services.consulter``: the cache, then the client, made of ``transport`` (HTTP within a total time),
``disjoncteur`` (circuit breaker) and ``valeurs`` (JSON to typed rows). Nothing logs a token, a number or an answer.
"""
