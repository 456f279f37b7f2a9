"""The list of what is withdrawn after a backup: rights, accounts, people erased or masked.

A restore would give all of it back. The list is kept off the machine, encrypted, and only ever grows; a restored
service stays closed to restricted data until it has been replayed.
"""
