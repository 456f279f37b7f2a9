"""Live sources: what a producer answers at the moment it is asked, through API Entreprise (``docs/adr/0011``).

``declaration`` is all that a data set needs; ``services.consulter`` is the only door for readers: cache, then the
client, itself made of ``transport`` (HTTP within a total time), ``disjoncteur`` (who must be left alone for a while)
and ``valeurs`` (from JSON to typed rows). Nothing here logs a token, a number or what an answer says.
"""
