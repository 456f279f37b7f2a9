"""What upper rooms may want to know of sign-ins."""

from django.dispatch import Signal

# ``compte``; ``ancien_siret``: "" at the first sign-in. Sent in the transaction of the sign-in.
connecte = Signal()
