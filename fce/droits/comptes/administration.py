"""Which administration an account acts for: exact comparison of ProConnect's claims, never a partial match."""

from typing import Final

from fce.droits.comptes.models import Compte

# ProConnect's roles for public agents: unspecified, of the State, of local authorities.
AGENTS_PUBLICS: Final = frozenset({"agent_public", "agent_public_etat", "agent_public_territorial"})


def administration_de(compte: Compte) -> str:
    """Return the SIRET of the administration; "" for a private person, a contractor, a disabled account or an invalid
    number."""
    if not compte.agent or not compte.actif or AGENTS_PUBLICS.isdisjoint(compte.roles):
        return ""
    return compte.siret


def motif(compte: Compte) -> str:
    """Return why an account has no administration, "" when it has one."""
    if not compte.agent:
        return (
            "Un compte FranceConnect est celui d’une personne : il n’ouvre aucune donnée réservée aux agents publics."
        )
    if AGENTS_PUBLICS.isdisjoint(compte.roles):
        return (
            "ProConnect ne vous désigne pas comme agent public. Un prestataire ne lit que les données ouvertes ; si "
            "vous êtes agent public, demandez à votre administration de corriger votre profil ProConnect."
        )
    if not compte.siret:
        return (
            "ProConnect ne donne pas le SIRET de votre administration, ou en donne un qui n’est pas valide. Faites-le "
            "corriger par votre service informatique, puis reconnectez-vous."
        )
    return ""
