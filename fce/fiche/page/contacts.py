"""Visits and inspections of a unit, and services to call about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

from django.urls import reverse

from fce.echanges.sur_la_fiche import EchangesDeFiche
from fce.echanges.vocabulaire import SUR_PLACE
from fce.fiche.formes.contenu import (
    Bloc,
    ContactsConnus,
    DernierContact,
    EtatBloc,
    Fiche,
    FicheEntreprise,
    ReleveDeSource,
)
from fce.fiche.page.alarmes import lieu_de
from fce.fiche.page.origines import court
from fce.fiche.unite.perimetre import reunir
from fce.socle.texte.formats import arretees, nombre, pluriel
from fce.sources.declaration import Source
from fce.sources.presentation import Ligne
from fce.sources.synthese import Contact, UniteCompetente

CONTACTS: Final = 5
UNITES: Final = 3


@dataclass(frozen=True, slots=True)
class UniteAAppeler:
    """A competent service; ``courriel``: "" when unknown."""

    libelle: str
    courriel: str


class ContactSitue(NamedTuple):
    """A visit or inspection by a service. A tuple, because a Synthèse reads hundreds and shows five.

    ``departement``: where; ``ici``: in the reader's territory. ``source``: name of the file's source, "" when the
    service told it itself; ``lien`` is then its page. ``corps``: code of the inspection body; ``themes``: subjects,
    when told; ``sur_place``: somebody went there; ``sien``: told by a service of the reader; ``famille``: kind of
    service, in the filter.
    """

    jour: date
    service: str
    nature: str
    lieu: str
    departement: str
    source: str
    siret: str
    courriel: str = ""
    ici: bool = False
    corps: str = ""
    lien: str = ""
    themes: tuple[str, ...] = ()
    sur_place: bool = True
    sien: bool = False
    famille: str = ""


@dataclass(frozen=True, slots=True)
class Occupe:
    """The last contacts of all services that the reader may know of, latest first."""

    contacts: tuple[ContactSitue, ...]
    total: int
    source: str
    mention: str = ""


def contacts(fiche: Fiche, ici: frozenset[str]) -> list[ContactSitue]:
    """Every contact, from files and services, latest first. ``ici``: départements of the reader."""
    courriels = {libelle: courriel for _, libelle, courriel in unites(fiche)}
    trouves: list[ContactSitue] = []
    for releve in fiche.apercu.releves:
        if trait := contact_declare(releve.source):
            trouves += _de_la_source(fiche, releve, trait, ici, courriels)
    dits = list(_dits(fiche, ici))
    # When a file and a service tell the same contact (body, place, day), keep the service's: it is more detailed.
    doubles = {(c.corps, c.siret, c.jour) for c in dits if c.corps}
    restes = [c for c in trouves if (c.corps, c.siret, c.jour) not in doubles] if doubles else trouves
    return sorted([*restes, *dits], key=lambda c: c.jour, reverse=True)


def _dits(fiche: Fiche, ici: frozenset[str]) -> Iterator[ContactSitue]:
    """The contacts that services have told themselves."""
    entreprise = isinstance(fiche, FicheEntreprise)
    for dit in fiche.apercu.echanges.contacts:
        siret = dit.siret if entreprise else ""
        lieu, departement = _lieu_de(siret, fiche)
        yield ContactSitue(
            dit.jour, dit.service, dit.genre.label, lieu, departement, "", siret, dit.courriel,
            ici=departement in ici if entreprise else True,
            corps=dit.corps, lien=reverse("echanges:contact", args=[dit.numero]), themes=dit.themes,
            sur_place=dit.genre in SUR_PLACE, sien=dit.sien, famille=dit.service,
        )  # fmt: skip


def _de_la_source(
    fiche: Fiche, releve: ReleveDeSource, trait: Contact, ici: frozenset[str], courriels: dict[str, str]
) -> Iterator[ContactSitue]:
    source, entreprise = releve.source, isinstance(fiche, FicheEntreprise)
    corps = source.producteur.code
    lieux: dict[str, tuple[str, str]] = {}
    for ligne in releve.lignes:
        quand = ligne.get(trait.date)
        if not isinstance(quand, date):
            continue
        dit = ligne.get(trait.service) if trait.service else None
        service = _service(source, trait, ligne)
        siret = str(ligne.get(releve.siret) or "") if entreprise and releve.siret else ""
        if siret not in lieux:
            lieux[siret] = _lieu_de(siret, fiche)
        lieu, departement = lieux[siret]
        yield ContactSitue(
            quand, service, trait.nature, lieu, departement, source.nom, siret,
            str(ligne.get(trait.courriel) or "") if trait.courriel else courriels.get(str(dit), ""),
            departement in ici if entreprise else True, corps, famille=trait.famille or source.titre,
        )  # fmt: skip


def _service(source: Source, trait: Contact, ligne: Ligne) -> str:
    dit = ligne.get(trait.service) if trait.service else None
    return f"{trait.prefixe}{dit}" if dit else source.producteur.sigle or source.producteur.nom


def _lieu_de(siret: str, fiche: Fiche) -> tuple[str, str]:
    """(commune, département) of an establishment; its number when only its département is known."""
    lieu, departement = lieu_de(siret, fiche.apercu.lieux)
    return lieu, departement or fiche.apercu.places.get(siret, "")


def contact_declare(source: Source) -> Contact | None:
    """The declaration of a source's visits or inspections; None when it has none."""
    return next((t for t in source.synthese if isinstance(t, Contact)), None)


def connus_de(synthese: FicheEntreprise) -> ContactsConnus | None:
    """The contacts of its establishments, from the Synthèse of a company."""
    return connus(regardees(synthese), synthese.apercu.releves, synthese.apercu.echanges)


def connus(
    regardees: Sequence[Bloc], releves: Sequence[ReleveDeSource], echanges: EchangesDeFiche
) -> ContactsConnus | None:
    """The contacts of the establishments of a company; None when the reader may know of no contact.

    ``regardees``: blocs of the sources read, even empty; ``releves``: their rows; ``echanges``: what services told.
    """
    if not regardees and not echanges.permis:
        return None
    dits = [(r, trait) for r in releves if (trait := contact_declare(r.source))]
    entiers = all(not r.differe and not r.incomplet and r.total <= len(r.lignes) for r, _ in dits)
    limites = [b.perimetre.territoire for b in regardees if b.perimetre.territoire is not None]
    return ContactsConnus(
        _derniers(dits, echanges),
        entiers and not echanges.tronques,
        (
            *(
                f"{court(p)}{p.datee}{f' ({b.horizon.strip()})' if b.horizon else ''}"
                for b in regardees
                for p in b.provenances
            ),
            *(["contacts notés par les services"] if echanges.permis else ()),
        ),
        reunir((b.titre, b.perimetre) for b in regardees).mention if regardees else "",
        None if echanges.permis or len(limites) < len(regardees) else frozenset[str]().union(*limites),
        frozenset.intersection(*limites) if limites else None,
    )


def _derniers(dits: Iterable[tuple[ReleveDeSource, Contact]], echanges: EchangesDeFiche) -> dict[str, DernierContact]:
    """{SIRET: its last contact}; on the same day, what a service noted comes before what a source tells."""
    derniers: dict[str, DernierContact] = {}
    for releve, trait in dits:
        for ligne in releve.lignes:
            siret, quand = ligne.get(releve.siret), ligne.get(trait.date)
            if siret and isinstance(quand, date) and (siret not in derniers or quand > derniers[siret].jour):
                derniers[siret] = DernierContact(quand, _service(releve.source, trait, ligne), trait.nature)
    for c in echanges.contacts:
        if c.siret not in derniers or c.jour >= derniers[c.siret].jour:
            derniers[c.siret] = DernierContact(c.jour, c.service, c.genre.label)
    return derniers


def regardees(fiche: Fiche, *, tous: bool = False) -> list[Bloc]:
    """The blocs of contacts that were read, even empty; ``tous``: and those that could not be."""
    blocs = (b for r in fiche.rubriques for b in r.blocs if b.source and contact_declare(b.source))
    return [b for b in blocs if tous or b.etat in (EtatBloc.DONNEES, EtatBloc.AUCUNE)]


def unites(fiche: Fiche) -> list[tuple[str, str, str]]:
    """(establishment, competent service, its mailbox or "")."""
    return [
        (str(x.get(r.siret) or ""), str(x[t.libelle]), str(x.get(t.courriel) or ""))
        for r in fiche.apercu.releves
        for t in r.source.synthese
        if isinstance(t, UniteCompetente)
        for x in r.lignes
        if x.get(t.libelle)
    ]


def services(fiche: Fiche, ici: frozenset[str]) -> dict[str, str]:
    """{competent service: its mailbox or ""} of an establishment; for a company, of its establishments in ``ici``."""
    situees = unites(fiche)
    if isinstance(fiche, FicheEntreprise):
        situees = [u for u in situees if lieu_de(u[0], fiche.apercu.lieux)[1] in ici]
    return dict(sorted((libelle, courriel) for _, libelle, courriel in situees))


def a_appeler(services: dict[str, str]) -> tuple[UniteAAppeler, ...]:
    """The services to call; empty when there are too many for a card."""
    return (
        tuple(UniteAAppeler(libelle, courriel) for libelle, courriel in services.items())
        if len(services) <= UNITES
        else ()
    )


def occupe(fiche: Fiche, vus: Sequence[ContactSitue]) -> Occupe | None:
    """None when the reader may know of no contact: an empty list would mean "nobody"."""
    regardes = regardees(fiche)
    dits = bool(fiche.apercu.echanges.permis)
    if not regardes and not dits:
        return None
    mention = reunir((b.titre, b.perimetre) for b in regardes).mention if regardes else ""
    citees = {c.source for c in vus}
    # Contacts shown are dated by their sources; « aucun », by all the sources that were read.
    au = arretees(p.date_metier for b in regardes if not vus or b.cle in citees for p in b.provenances)
    au = au and f", {au}"
    if not vus:
        combien = len(regardes) + dits
        return Occupe((), 0, f"{pluriel(combien, 'source consultée', 'sources consultées')}{au}", mention)
    total = en_tout(fiche, vus)
    montres = pluriel(min(CONTACTS, len(vus)), "contact")
    plus = "plus de " if fiche.apercu.echanges.tronques else ""
    pied = f"{montres} sur {plus}{nombre(max(total, len(vus)))}, {pluriel(len(citees), 'source')}{au}"
    return Occupe(tuple(vus[:CONTACTS]), total, pied, mention)


def en_tout(fiche: Fiche, vus: Sequence[ContactSitue]) -> int:
    """Number of contacts: those that are listed, and the rows of files that were not read."""
    return len(vus) + sum(contacts_restants(fiche).values())


def contacts_restants(fiche: Fiche) -> Counter[str]:
    """Rows of the files of contacts that were not read, by inspection body."""
    restes = Counter[str]()
    for releve in fiche.apercu.releves:
        if contact_declare(releve.source):
            restes[releve.source.producteur.code] += max(0, releve.faits - len(releve.lignes))
    return restes
