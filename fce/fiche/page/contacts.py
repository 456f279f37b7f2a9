"""Who dealt with a unit, and whom to call about it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

from fce.fiche.contenu import EtatBloc, FicheEntreprise, FicheEtablissement, ReleveDeSource
from fce.fiche.page.alarmes import lieu_de
from fce.fiche.perimetre import reunir
from fce.socle.formats import jour, nombre, pluriel
from fce.sources.synthese import Contact, UniteCompetente

Fiche = FicheEntreprise | FicheEtablissement
CONTACTS: Final = 5
UNITES: Final = 3


@dataclass(frozen=True, slots=True)
class UniteAAppeler:
    """A competent service; ``courriel``: "" when it is not known."""

    libelle: str
    courriel: str


class ContactLu(NamedTuple):
    """A visit or a control of a service, a tuple: a Synthèse looks at hundreds, and names five.

    ``departement``: where it was; ``ici``: in the reader's territory.
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


@dataclass(frozen=True, slots=True)
class Occupe:
    """The last contacts of all the services that the reader may know of, the latest first."""

    contacts: tuple[ContactLu, ...]
    total: int
    source: str
    mention: str = ""


def contacts(fiche: Fiche, ici: frozenset[str], courriels: dict[str, str]) -> list[ContactLu]:
    """Every contact read, the latest first. ``courriels``: mailboxes of the services that have one."""
    trouves: list[ContactLu] = []
    for releve in fiche.apercu.releves:
        if trait := trait_de_contact(releve):
            trouves += _de_la_source(fiche, releve, trait, ici, courriels)
    return sorted(trouves, key=lambda c: c.jour, reverse=True)


def _de_la_source(
    fiche: Fiche, releve: ReleveDeSource, trait: Contact, ici: frozenset[str], courriels: dict[str, str]
) -> Iterator[ContactLu]:
    source, entreprise = releve.source, isinstance(fiche, FicheEntreprise)
    for ligne in releve.lignes:
        quand = ligne.get(trait.date)
        if not isinstance(quand, date):
            continue
        dit = ligne.get(trait.service) if trait.service else None
        service = f"{trait.prefixe}{dit}" if dit else (source.producteur.sigle or source.producteur.nom)
        siret = str(ligne.get(releve.siret) or "") if entreprise and releve.siret else ""
        lieu, departement = lieu_de(siret, fiche.apercu.lieux)
        yield ContactLu(
            quand, service, trait.nature, lieu, departement, source.nom, siret,
            str(ligne.get(trait.courriel) or "") if trait.courriel else courriels.get(str(dit), ""),
            ici=departement in ici if entreprise else True,
        )  # fmt: skip


def trait_de_contact(releve: ReleveDeSource) -> Contact | None:
    """What a source declares of its visits or controls, None when its rows are none."""
    return next((t for t in releve.source.synthese if isinstance(t, Contact)), None)


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
    """{competent service: its mailbox or ""} of an establishment; of a company, those of its establishments in the
    départements ``ici``."""
    situees = unites(fiche)
    if isinstance(fiche, FicheEntreprise):
        situees = [u for u in situees if lieu_de(u[0], fiche.apercu.lieux)[1] in ici]
    return dict(sorted((libelle, courriel) for _, libelle, courriel in situees))


def a_appeler(services: dict[str, str]) -> tuple[UniteAAppeler, ...]:
    """The services to call, none when there are too many to name on a card."""
    return (
        tuple(UniteAAppeler(libelle, courriel) for libelle, courriel in services.items())
        if len(services) <= UNITES
        else ()
    )


def occupe(fiche: Fiche, vus: Sequence[ContactLu]) -> Occupe | None:
    """None when the reader may know of no contact: an empty list would read as "nobody"."""
    blocs = [
        b
        for r in fiche.rubriques
        for b in r.blocs
        if b.source and any(isinstance(t, Contact) for t in b.source.synthese)
    ]
    regardes = [b for b in blocs if b.etat in (EtatBloc.DONNEES, EtatBloc.AUCUNE)]
    if not regardes:
        return None
    total = sum(r.faits for r in fiche.apercu.releves if trait_de_contact(r))
    dates = sorted(p.date_metier for b in regardes for p in b.provenances if p.date_metier)
    au = f", au {jour(dates[0])}" if dates else ""
    mention = reunir(b.perimetre for b in regardes).mention
    if not vus:
        return Occupe(
            (),
            0,
            f"{pluriel(len(regardes), 'source')} consultées{au}" if len(regardes) > 1 else f"1 source consultée{au}",
            mention,
        )
    sources = len({c.source for c in vus})
    montres = pluriel(min(CONTACTS, len(vus)), "contact")
    pied = f"{montres} sur {nombre(max(total, len(vus)))}, {pluriel(sources, 'source')}{au}"
    return Occupe(tuple(vus[:CONTACTS]), total, pied, mention)
