"""No table of Django's: the schema « sauvegarde » belongs to the machine, and a restore makes it before the data.

The module exists so that Django tells this room when migrations are over.
"""
