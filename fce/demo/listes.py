"""A list of a service, half worked: what a visitor of the demonstration finds in « Mes listes ». Written once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from fce.demo import personnages as p
from fce.demo.ouverture import INSPECTION_59
from fce.droits.comptes.models import Compte, Groupe
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.droits.habilitations.selectors import acteur_de
from fce.ensembles.listes import services
from fce.ensembles.listes.models import EtatLigne, ListeDeTravail
from fce.socle.erreurs import FCEError

NOM: Final = "Établissements à visiter avant l’été"
_LIGNES: Final = (
    (f"{p.GROUPE.siren}00010", EtatLigne.VU, "Vu avec le comité : rien à signaler."),
    (p.INTERIM.siren, EtatLigne.A_VOIR, "Demander la liste des missions en cours."),
    (p.BOULANGERIE.siren, EtatLigne.ECARTE, "Fermée en août : à revoir à l’automne."),
    (p.RESEAU.siren, EtatLigne.A_VOIR, ""),
    (p.INDEPENDANT_MASQUE.siren, EtatLigne.A_VOIR, ""),
)


def ecrire_listes(comptes: Mapping[str, Compte]) -> None:
    """Write the list of the inspection of the Nord, unless it is there. ``comptes``: by ``Personnage.cle``."""
    auteur = comptes[INSPECTION_59.demandeur.cle]
    groupe = Groupe.objects.filter(nom=INSPECTION_59.groupe, appartenances__compte=auteur).first()
    if groupe is None or ListeDeTravail.objects.filter(service=groupe, nom=NOM).exists():
        return
    lecteur = LecteurDeDonnees(acteur_de(auteur, mfa=True), usuelle=True)
    try:
        numeros = [numero for numero, *_ in _LIGNES]
        liste = services.creer(lecteur, NOM, groupe.pk, numeros, note="Deux par semaine.", etiquettes=["été", "plan"])
    except FCEError:  # an operator's folder may have other habilitations
        return
    for numero, etat, note in _LIGNES:
        if etat != EtatLigne.A_VOIR or note:
            services.annoter(lecteur, liste.pk, liste.lignes.get(numero=numero).pk, etat, note, 1)
