"""The purpose of a reading: the usual one of the service is used without asking, but a secret asks for it once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest

from fce.droits.comptes.models import Compte
from fce.droits.comptes.requete import compte_de
from fce.droits.habilitations.acteurs import Acteur, EtatHabilitation
from fce.droits.habilitations.finalites import Finalite
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.droits.habilitations.politique import Raison
from fce.socle.base.ecriture import ecriture

GESTES = {
    Raison.CONNEXION_REQUISE.value: "connexion",
    Raison.SECOND_FACTEUR_REQUIS.value: "second-facteur",
    Raison.FINALITE_A_CONFIRMER.value: "finalite",
    Raison.FINALITE_REQUISE.value: "finalite",
    **dict.fromkeys(
        (
            Raison.HABILITATION_REQUISE.value,
            Raison.HABILITATION_EXPIREE.value,
            Raison.HABILITATION_REVOQUEE.value,
            Raison.DROIT_NON_ACCORDE.value,
            Raison.FINALITE_NON_ACCORDEE.value,
            Raison.FINALITE_SANS_RAPPORT.value,
            Raison.HORS_TERRITOIRE.value,
        ),
        "demander",
    ),
}
"""{sentence of a refusal: what the reader may do about it from the page}."""


@dataclass(frozen=True, slots=True)
class ChoixDeFinalite:
    """Purposes open to a reader. ``choisie``: that of his session; ``proposee``: the one to confirm."""

    possibles: tuple[Finalite, ...]
    choisie: Finalite | None
    proposee: Finalite | None

    @property
    def autres(self) -> tuple[Finalite, ...]:
        """Other purposes that the reader may choose."""
        return tuple(f for f in self.possibles if f is not self.choisie)


def possibles(acteur: Acteur, lecteur: LecteurDeDonnees) -> tuple[Finalite, ...]:
    """Purposes of the habilitations in force of the reader's own administration that open some of their data."""
    codes = {
        f.code: f
        for h in acteur.habilitations
        if h.est_de(acteur.siret_administration) and h.etat(lecteur.maintenant) is EtatHabilitation.EN_VIGUEUR
        for f in h.finalites
        if not f.groupes.isdisjoint(h.groupes)
    }
    return tuple(codes.values())


def choix(request: HttpRequest, lecteur: LecteurDeDonnees) -> ChoixDeFinalite | None:
    """The choice offered by the page; None for a reader without purpose."""
    ouvertes = possibles(lecteur.acteur, lecteur)
    compte = compte_de(request)
    if compte is None or not ouvertes:
        return None
    par_code = {f.code: f for f in ouvertes}
    choisie = par_code.get(lecteur.finalite or "")
    return ChoixDeFinalite(ouvertes, choisie, choisie or par_code.get(compte.finalite) or ouvertes[0])


def libelles(lecteur: LecteurDeDonnees) -> str:
    """Purposes that a file was read under, for its first tab; empty for open data."""
    if lecteur.finalite:
        ouvertes: Sequence[Finalite] = [f for f in possibles(lecteur.acteur, lecteur) if f.code == lecteur.finalite]
    else:
        ouvertes = possibles(lecteur.acteur, lecteur)[:1]
    return " ; ".join(f"{f.libelle} ({', '.join(f.articles)})" for f in ouvertes)


def retenir(request: HttpRequest, compte: Compte, code: str) -> None:
    """Keep the purpose for the session, and propose it next time."""
    request.session["finalite"] = code
    if compte.finalite != code:
        with ecriture():
            Compte.objects.filter(pk=compte.pk).update(finalite=code)
