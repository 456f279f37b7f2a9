"""Lock an account: the rules on what it may hold together are checked while nobody else changes it."""

from fce.droits.comptes.models import Compte


def verrouiller(compte: int) -> Compte:
    """Return the account, locked until the end of the transaction.

    Take this lock before the one of a group or of an invitation: two gestures that took them in opposite orders would
    deadlock. Rows that only refer to the account (its sessions, its readings) are not locked.
    """
    return Compte.objects.select_for_update(no_key=True).get(pk=compte)
