"""One change at a time for an account: what it may hold together is judged on what nobody else is changing."""

from fce.comptes.models import Compte


def verrouiller(compte: int) -> Compte:
    """The account, as it is now, held until the end of the transaction. To be taken before a group or an invitation:
    two gestures that cross then wait for each other instead of blocking one another.

    Rows that only refer to the account (its sessions, what it reads) wait for nothing.
    """
    return Compte.objects.select_for_update(no_key=True).get(pk=compte)
