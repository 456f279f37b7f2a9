"""Signals for upper rooms."""

from django.dispatch import Signal

# Sent in the transaction of a sign-in: ``compte``, ``ancien_siret`` ("" at the first sign-in).
connecte = Signal()
