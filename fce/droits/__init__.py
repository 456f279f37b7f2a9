"""Who may see what: pure functions over frozen data, closed by default (``docs/adr``, "droits").

``politique.can`` answers for one fact, ``portee.portee`` for a list; there is no other door. No model, no cache.
"""
