"""Choices offered while writing a contact: establishments of the company, services that may read it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final, NamedTuple

from fce.donnees.entreprises import selectors as sirene
from fce.donnees.entreprises.contenu import EtablissementVu
from fce.donnees.entreprises.etablissements import LieuxChoisis
from fce.droits.comptes.models import Groupe
from fce.droits.habilitations.acteurs import FRANCE
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.droits.habilitations.matrice import territoire
from fce.echanges.acces import services_habilites
from fce.socle.texte.identifiants import formater_siret, siret_valide
from fce.socle.texte.pliage import mots, plier

PROPOSES_MAX: Final = 25


class Choisissable(NamedTuple):
    """A checkbox. ``precision``: tells it from another with the same label."""

    valeur: str
    libelle: str
    precision: str
    coche: bool


EN_VUE: Final = 6
"""Boxes of a list that a form shows before « les autres »."""


class ListeAChoisir(NamedTuple):
    """Checkboxes, ticked ones first; ``total``: number of matches, including those not shown."""

    choix: tuple[Choisissable, ...]
    total: int

    @property
    def en_vue(self) -> tuple[Choisissable, ...]:
        """Establishments that a form shows at once: on a telephone, what follows the list must not be far below."""
        return self.choix[: max(EN_VUE, sum(c.coche for c in self.choix))]

    @property
    def repliees(self) -> tuple[Choisissable, ...]:
        return self.choix[len(self.en_vue) :]


def etablissements_a_choisir(lecteur: LecteurDeDonnees, siren: str, texte: str, coches: Sequence[str]) -> ListeAChoisir:
    """Establishments of a company, those of the reader's territory first. Raises SourceIndisponible."""
    lieux = territoire(lecteur.acteur, lecteur.maintenant)
    voulus = LieuxChoisis(texte=texte, d_abord=() if FRANCE in lieux else sorted(lieux))
    page = sirene.etablissements_de(siren, taille=PROPOSES_MAX, choix=voulus)
    retenus = [siret for siret in coches if siret_valide(siret) and siret[:9] == siren]
    deja = sirene.etablissements(retenus)
    choix = [_etablissement(deja[siret], coche=True) for siret in retenus if siret in deja]
    seul = page.nombre == 1 and not coches
    choix += [_etablissement(e, coche=seul) for e in page.etablissements if e.siret not in deja]
    return ListeAChoisir(tuple(choix), page.total)


def services_a_choisir(
    lecteur: LecteurDeDonnees, siens: Collection[int], texte: str, coches: Collection[str]
) -> ListeAChoisir:
    """Services that may be allowed to read a contact, without the author's own."""
    autres = [service for service in services_habilites(lecteur.aujourd_hui) if service.pk not in siens]
    demandes = mots(texte)
    trouves = [s for s in autres if all(mot in plier(str(s)) for mot in demandes)]
    choisis = [s for s in autres if str(s.pk) in coches]
    proposes = [s for s in trouves if s not in choisis][:PROPOSES_MAX]
    choix = [_service(s, coche=True) for s in choisis] + [_service(s, coche=False) for s in proposes]
    return ListeAChoisir(tuple(choix), len(trouves))


def _etablissement(vu: EtablissementVu, *, coche: bool) -> Choisissable:
    etat = "" if vu.etat == "A" else ", fermé"
    siege = ", siège" if vu.siege else ""
    precision = ", ".join((vu.nom, *vu.adresse.lignes))
    return Choisissable(vu.siret, f"{formater_siret(vu.siret)}{siege}{etat}", precision, coche)


def _service(service: Groupe, *, coche: bool) -> Choisissable:
    return Choisissable(str(service.pk), service.nom, service.organisation.nom, coche)
