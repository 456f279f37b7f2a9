"""The web server of ``fce serve``: worker processes that share one listening socket (``docs/adr/0026``).

In each worker an event loop reads requests whole, under total deadlines, and sends answers at the pace of the reader;
the threads that serve pages never wait for a client.
"""

from fce.config.serveur.superviseur import servir

__all__ = ["servir"]
