"""The web server of ``fce serve``: granian (ASGI), and a bridge to the threads that run Django (``docs/adr/0050``)."""

from fce.config.serveur.lancement import servir

__all__ = ["servir"]
