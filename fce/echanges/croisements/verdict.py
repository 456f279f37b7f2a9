"""What to know before a visit: other services that go or went there, and days of contact by body."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, NamedTuple

from fce.donnees.entreprises.lieux import sql_departement
from fce.donnees.entreprises.selectors import adresses
from fce.droits.habilitations.dossiers.presentation import noms
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.droits.habilitations.portee import Portee, lieu_departement
from fce.echanges.croisements.adresses import LieuConnu
from fce.echanges.croisements.recherche import (
    Croisement,
    branche_croisements,
    croisements_parmi,
    prealables,
)
from fce.echanges.croisements.regles import Duree
from fce.echanges.croisements.zones import voisins
from fce.echanges.models import VisiteAnnoncee
from fce.echanges.vocabulaire import PROXIMITE, RENCONTRES, GenreInteraction
from fce.socle.base.branches import Branche, Lignes, lignes_de
from fce.socle.base.lectures import citer
from fce.sources import registre
from fce.sources.declaration import Source
from fce.sources.synthese import Contact

AUTRES: Final = "Autres services"
EN_VUE: Final = 3
"""Other establishments of the company that a page shows at once."""
LIGNES_MAX: Final = 2000
"""Maximum contacts read from one source: more than the days of three years."""
_NOTES: Final = "rencontres"
_EN_PERSONNE: Final = tuple(str(g) for g in GenreInteraction if g is not GenreInteraction.COURRIER)
_RENCONTRES: Final = (
    "SELECT DISTINCT i.corps, l.siret, i.jour FROM echanges_lieuinteraction l "
    "JOIN echanges_interaction i ON i.id = l.interaction_id WHERE l.siret IN (SELECT soi.siret FROM soi) "
    "AND i.retiree_le IS NULL AND i.genre = ANY(%s::text[]) AND i.jour > %s::date AND i.jour <= %s::date LIMIT %s"
)


class Rencontre(NamedTuple):
    """Contacts of a body with the places: number of distinct days in 36 months, and the last one."""

    corps: str
    jours: int
    dernier: date


class Collegue(NamedTuple):
    """A visit that one's own service has announced there. ``qui``: its author's name."""

    visite: VisiteAnnoncee
    qui: str
    croisement: Croisement


class Ailleurs(NamedTuple):
    """Crossings at another establishment of the company. ``commune``: "" when unknown or masked; ``voisin``: in the
    same zone or hamlet as one's own place."""

    siret: str
    commune: str
    croisements: tuple[Croisement, ...]
    voisin: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """``rencontres``: by body, latest first. ``jours``: distinct days of all bodies. ``passages``: contacts within 60
    days of the visit that only files give, with no service to ask. ``partiel``: some files are closed to this reader or
    could not be read, so there may be more. ``collegues``: visits of one's own service at the same place, by day.
    ``ailleurs``: the weaker crossings by place, those of the same zone first, then by day."""

    croisements: tuple[Croisement, ...]
    rencontres: tuple[Rencontre, ...]
    jours: int
    partiel: bool
    passages: tuple[Rencontre, ...] = ()
    collegues: tuple[Collegue, ...] = ()
    ailleurs: tuple[Ailleurs, ...] = ()

    @property
    def forts(self) -> tuple[Croisement, ...]:
        """Crossings at the same place."""
        return tuple(c for c in self.croisements if c.fort)

    @property
    def annonces(self) -> tuple[Croisement, ...]:
        """Visits to come at the same place, which are answered."""
        return tuple(c for c in self.forts if c.annonce)

    @property
    def a_lire(self) -> tuple[str, ...]:
        """The crossings and colleagues at the same place, as shown: one must have read them to announce."""
        return tuple(f"{c.reference} {c.vu}" for c in (*self.forts, *(x.croisement for x in self.collegues)))

    @property
    def voisins(self) -> frozenset[str]:
        """SIRETs of the other places that are in the same zone."""
        return frozenset(x.siret for x in self.ailleurs if x.voisin)

    @property
    def en_vue(self) -> tuple[Ailleurs, ...]:
        """Other places shown at once; a chain has dozens."""
        return self.ailleurs[:EN_VUE]

    @property
    def replies(self) -> tuple[Ailleurs, ...]:
        return self.ailleurs[EN_VUE:]


def verdict(
    lecteur: LecteurDeDonnees, lieux: Iterable[LieuConnu], debut: date, fin: date, services: Iterable[int]
) -> Verdict:
    """What to know before going to ``lieux`` from ``debut`` to ``fin``, in the name of ``services``. One round trip,
    two more when they go there already, one more when another establishment is met.

    The caller must journal it before showing it. Raises SourceIndisponible.
    """
    connus = list(lieux)
    aujourd_hui = lecteur.aujourd_hui
    lisibles = [(s, t, p) for s, t in sources_de_contacts() if (p := lecteur.portee(s)).permis]
    depuis = aujourd_hui - RENCONTRES
    communs = prealables(connus)
    notees = Branche(
        _NOTES, _RENCONTRES, (list(_EN_PERSONNE), depuis, aujourd_hui, LIGNES_MAX), communs, colonnes=_COLONNES
    )
    faits = [_branche(s, t, p, (depuis, aujourd_hui), communs) for s, t, p in lisibles]
    par_branche = lignes_de([branche_croisements(connus, debut, fin, services), notees, *faits])
    notes = {(x["corps"], x["siret"], date.fromisoformat(x["jour"])) for x in par_branche[_NOTES] or ()}
    jours: dict[str, set[date]] = defaultdict(set)
    recents: dict[str, set[date]] = defaultdict(set)
    producteurs = {source.producteur.code: _nom(source) for source in registre.toutes()}
    for corps, _, quand in notes:
        jours[producteurs.get(corps, AUTRES)].add(quand)
    autour = Duree(debut, fin).semaines
    for source, trait, _ in lisibles:
        faites = _rencontres(source, trait, par_branche[_cle(source)], aujourd_hui)
        jours[_nom(source)] |= {quand for _, quand in faites}
        # Contacts also told by a service are already among the crossings, or are one's own.
        recents[_nom(source)] |= {
            quand
            for siret, quand in faites
            if (source.producteur.code, siret, quand) not in notes and autour.ecart(Duree(quand, quand)) <= PROXIMITE
        }
    croisements = croisements_parmi(par_branche["croisements"], connus)
    return Verdict(
        tuple(croisements),
        _par_corps(jours),
        len(set().union(*jours.values())) if jours else 0,
        len(lisibles) < len(sources_de_contacts()) or any(lignes is None for lignes in par_branche.values()),
        _par_corps(recents),
        _collegues(croisements_parmi(par_branche["croisements"], connus, mienne=True)),
        _ailleurs([c for c in croisements if not c.fort], connus),
    )


def _collegues(miennes: Sequence[Croisement]) -> tuple[Collegue, ...]:
    la = {c.visite: c for c in miennes if c.visite and c.fort}
    visites = list(VisiteAnnoncee.objects.filter(pk__in=la)) if la else []
    auteurs = noms({visite.auteur for visite in visites}) if visites else {}
    return tuple(Collegue(visite, auteurs[visite.auteur], la[visite.pk]) for visite in visites)


def _ailleurs(faibles: Iterable[Croisement], ici: Iterable[LieuConnu]) -> tuple[Ailleurs, ...]:
    par_lieu: dict[str, list[Croisement]] = {}
    for c in faibles:
        par_lieu.setdefault(c.siret, []).append(c)
    if not par_lieu:
        return ()
    miens = [lieu.siret for lieu in ici]
    connues = adresses([*par_lieu, *miens])
    proches = voisins(miens, par_lieu, connues)
    ailleurs = [
        Ailleurs(siret, (connues[siret].commune or "") if siret in connues else "", tuple(la), siret in proches)
        for siret, la in par_lieu.items()
    ]
    return tuple(sorted(ailleurs, key=lambda x: not x.voisin))


def _par_corps(jours: Mapping[str, set[date]]) -> tuple[Rencontre, ...]:
    """Latest first."""
    vues = [Rencontre(corps, len(dates), max(dates)) for corps, dates in jours.items() if dates]
    return tuple(sorted(vues, key=lambda r: (-r.dernier.toordinal(), r.corps)))


def sources_de_contacts() -> list[tuple[Source, Contact]]:
    """Files of visits and inspections, with their declarations."""
    return [
        (source, trait)
        for source in registre.toutes()
        if source.importable and source.siret
        for trait in source.synthese
        if isinstance(trait, Contact)
    ]


_COLONNES: Final = ("corps", "siret", "jour")


def _branche(
    source: Source, trait: Contact, ouverte: Portee, bornes: tuple[date, date], communs: tuple[Any, ...]
) -> Branche:
    """Query of the contacts of one file at the places; all readable columns when a rule chooses rows."""
    siret = source.siret
    lieu = lieu_departement(sql_departement(f"{source.vue}.{citer(siret)}"))
    permises = ouverte.lignes(lieu, (siret, trait.date))
    voulues = list(ouverte.colonnes) if source.selection else [siret, trait.date]
    valeurs = ouverte.valeurs(voulues, lieu, source.vue)
    jour = f"{source.vue}.{citer(trait.date)}"
    sql = (
        f"SELECT {valeurs.sql} FROM {source.relation} "  # noqa: S608 – names of a declaration
        f"WHERE {source.vue}.{citer(siret)} IN (SELECT soi.siret FROM soi) "
        f"AND {jour} > %s::date AND {jour} <= %s::date AND {permises.sql} LIMIT %s"
    )
    return Branche(_cle(source), sql, (*valeurs.parametres, *bornes, *permises.parametres, LIGNES_MAX), communs)


def _rencontres(source: Source, trait: Contact, lignes: Lignes | None, aujourd_hui: date) -> set[tuple[str, date]]:
    """(SIRET, day) of the contacts of one file that its rule keeps."""
    siret = source.siret
    contacts: Sequence[Mapping[str, Any]] = [
        {**dict.fromkeys(source.champs), **ligne, trait.date: date.fromisoformat(ligne[trait.date])}
        for ligne in lignes or ()
        if ligne.get(trait.date)
    ]
    if source.selection:
        contacts = source.selection([dict(ligne) for ligne in contacts], aujourd_hui)
    return {(ligne[siret], ligne[trait.date]) for ligne in contacts}


def _cle(source: Source) -> str:
    return f"contacts {source.nom}"


def _nom(source: Source) -> str:
    return source.producteur.sigle or source.producteur.nom
