"""What a unit's sheet reads of the exchanges, in one branch of its statement: contacts told by services, announced
visits, crossings of a visit today (for an establishment), open questions of the reader's service.

Only read for an agent whose rights allow it; the sheet journals it with the rest.
"""

# ruff: noqa: S608 (statements of this room; every value is a parameter)

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from django.conf import settings

from fce.droits.habilitations.finalites import Droit
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.droits.habilitations.politique import Permis
from fce.echanges.croisements.adresses import LieuConnu, cle
from fce.echanges.croisements.recherche import Croisement, autour_de, croisements_parmi
from fce.echanges.demandes import boite as demandes
from fce.echanges.demandes.genre import DEMANDE, EtatSaisine
from fce.echanges.interactions import selectors as interactions
from fce.echanges.objets import CONTACT, CONTENU, ObjetEchange
from fce.echanges.visites import selectors as visites
from fce.echanges.visites.genre import VISITE
from fce.echanges.vocabulaire import GenreInteraction, Signe
from fce.socle.base.branches import Branche
from fce.socle.texte import paris
from fce.socle.texte.identifiants import est_siret

BRANCHE: Final = "echanges"


class ContactDeFiche(NamedTuple):
    """A contact told by a service. ``corps``: its inspection body; ``themes``: labels, only if shared; ``contenu``: the
    reader may open its content; ``sien``: told by one of his own services; ``cree_le``: when its service wrote it."""

    numero: int
    jour: date
    service: str
    courriel: str
    corps: str
    genre: GenreInteraction
    siret: str
    themes: tuple[str, ...]
    contenu: bool
    sien: bool
    cree_le: datetime


class VisiteDeFiche(NamedTuple):
    """A visit announced at an establishment: Monday of its week; for one's own service, also its number and days, None
    for another's."""

    siret: str
    lundi: date
    service: str
    courriel: str
    numero: int | None
    debut: date | None
    fin: date | None


class DemandeDeFiche(NamedTuple):
    """An open question about the company, sent to ``autre`` or received from it (``recue``). ``limite``: None when
    nothing is awaited; ``repondue_le``: day of the answer."""

    numero: int
    objet: str
    etat: EtatSaisine
    limite: date | None
    recue: bool
    autre: str
    repondue_le: date | None = None


class EchangesDeFiche(NamedTuple):
    """``contacts``: latest first; ``visites``: nearest first; ``proches``: crossings of a visit today, not at the
    establishment itself; ``demandes``: late ones first; ``permis``: permissions and numbers of rows, for the journal;
    ``tronques``: older contacts were not read."""

    contacts: tuple[ContactDeFiche, ...] = ()
    visites: tuple[VisiteDeFiche, ...] = ()
    proches: tuple[Croisement, ...] = ()
    demandes: tuple[DemandeDeFiche, ...] = ()
    permis: tuple[tuple[ObjetEchange, Permis, int], ...] = ()
    tronques: bool = False

    @property
    def sirets(self) -> list[str]:
        """Establishments of the company concerned, those of future events first."""
        voisins = [c.siret for c in self.proches if c.signe is Signe.ENTREPRISE]
        return [*(v.siret for v in self.visites), *voisins, *(c.siret for c in self.contacts)]


AUCUN: Final = EchangesDeFiche()


def branche(numero: str, lecteur: LecteurDeDonnees) -> Branche | None:
    """Query about a unit (SIREN or SIRET); None when the room is closed or the reader has no right."""
    if not settings.FCE_ECHANGES or not lecteur.decider(CONTACT, numero[:9]):
        return None
    siens = lecteur.services(VISITE, Droit.CONSULTER)
    dits = interactions.branche(
        numero, lecteur.services(CONTENU, Droit.CONSULTER), lecteur.services(CONTACT, Droit.CONSULTER)
    )
    annoncees = visites.branche(numero, siens, lecteur.aujourd_hui)
    parts = [("contact", dits.sql, dits.params), ("visite", annoncees.sql, annoncees.params)]
    prealables: tuple[Any, ...] = ()
    if est_siret(numero):
        sql, params, prealables = autour_de(numero, lecteur.aujourd_hui, siens)
        parts.append(("proche", sql, params))
    if questions := lecteur.services(DEMANDE, Droit.CONSULTER):
        posees = demandes.branche(numero, questions)
        parts.append(("demande", posees.sql, posees.params))
    sql = " UNION ALL ".join(f"SELECT '{quoi}' AS quoi, to_json(x) AS ligne FROM ({sql}) x" for quoi, sql, _ in parts)
    params = tuple(p for _, _, siens in parts for p in siens)
    return Branche(BRANCHE, sql, params, prealables, fraiche=True)


def echanges_de(
    lignes: Iterable[Mapping[str, Any]], lecteur: LecteurDeDonnees, numero: str, adresse: Mapping[str, Any] | None
) -> EchangesDeFiche:
    """The exchanges read by ``branche``. ``adresse``: masked row of the establishment, None for a company."""
    par_genre: dict[str, list[Mapping[str, Any]]] = {"contact": [], "visite": [], "proche": [], "demande": []}
    for ligne in lignes:
        par_genre[ligne["quoi"]].append(ligne["ligne"])
    contacts = tuple(_contact(x) for x in par_genre["contact"])
    annoncees = tuple(_visite(x) for x in par_genre["visite"])
    ici = LieuConnu(numero, numero[:9], cle(adresse) if adresse else "")
    voisins = croisements_parmi(par_genre["proche"], [ici])
    # As at the unit itself, a visit is shown until the end of its week.
    proches = tuple(c for c in voisins if c.siret != numero and (c.contact or c.fin >= lecteur.aujourd_hui))
    posees = tuple(_demande(x) for x in par_genre["demande"])
    nombres = [(CONTACT, len(contacts)), (VISITE, len(annoncees) + len(proches))]
    nombres += [(DEMANDE, len(posees))] if posees else []
    decisions = [(objet, lecteur.decider(objet, numero[:9]), combien) for objet, combien in nombres]
    permis = tuple((o, p, n) for o, p, n in decisions if isinstance(p, Permis))
    return EchangesDeFiche(
        contacts, annoncees, proches, posees, permis, tronques=len(contacts) >= interactions.BRANCHE_MAX
    )


def _contact(x: Mapping[str, Any]) -> ContactDeFiche:
    return ContactDeFiche(
        x["id"], date.fromisoformat(x["jour"]), x["service"], x["courriel"], x["corps"],
        GenreInteraction(x["genre"]), x["siret"], interactions.nommer_themes(x["themes"]), x["niveau_2"],
        x["sien"], datetime.fromisoformat(x["cree_le"]),
    )  # fmt: skip


def _visite(x: Mapping[str, Any]) -> VisiteDeFiche:
    debut, fin = (date.fromisoformat(x[nom]) if x[nom] else None for nom in ("debut", "fin"))
    lundi = date.fromisoformat(x["lundi"])
    return VisiteDeFiche(x["siret"], lundi, x["service"], x["courriel"], x["visite"], debut, fin)


def _demande(x: Mapping[str, Any]) -> DemandeDeFiche:
    limite = date.fromisoformat(x["limite"]) if x["limite"] else None
    rendue = paris.jour_de(datetime.fromisoformat(x["repondue_le"])) if x["repondue_le"] else None
    return DemandeDeFiche(x["demande"], x["objet"], EtatSaisine(x["etat"]), limite, x["recue"], x["autre"], rendue)
