"""Who may see what: pure functions over frozen data, closed by default (``docs/adr``, "droits").

``politique.can`` decides on one fact, ``portee.portee`` on a list; nothing else does. No model, no cache.
"""
