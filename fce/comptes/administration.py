"""Which administration an account acts for: claims of ProConnect, compared whole, never by a part of them."""

from typing import Final

from fce.comptes.models import Compte

# What ProConnect says of the agents of the State, of local authorities, and of the others.
AGENTS_PUBLICS: Final = frozenset({"agent_public", "agent_public_etat", "agent_public_territorial"})


def administration_de(compte: Compte) -> str:
    """SIRET of the administration, "" for a private person, a contractor or an account without a valid number."""
    if not compte.agent or not compte.actif or AGENTS_PUBLICS.isdisjoint(compte.roles):
        return ""
    return compte.siret


def motif(compte: Compte) -> str:
    """Why an account has no administration, "" when it has one."""
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
