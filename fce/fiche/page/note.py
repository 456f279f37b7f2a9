"""The note de préparation: one or two pages to take on a visit, made from the Synthèse.

Every section is bounded: first lines, then the number of others. A section names the sources that are closed to the
reader or unavailable.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from django.conf import settings

from fce.droits.comptes.models import Compte
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.echanges.vocabulaire import PROXIMITE
from fce.fiche.formes.contenu import Bloc, EtatBloc, Fiche, FicheEntreprise, ReleveDeSource, Rubrique
from fce.fiche.lecture.finalites import libelles
from fce.fiche.page import absences, qui as carte_qui, synthese as cartes_de
from fce.fiche.page.alarmes import LigneAlarme, alarmes
from fce.fiche.page.comparaison import Comparaison, comparer
from fce.fiche.page.contacts import ContactSitue, UniteAAppeler, services
from fce.fiche.page.origines import Paire, origines
from fce.fiche.page.synthese import Cartes
from fce.fiche.page.visites import LigneVisite, visites
from fce.socle.texte.formats import PARIS, jour, nombre, pluriel
from fce.socle.texte.identifiants import formater_siret
from fce.sources.declaration import Source
from fce.sources.garde_fou import faute_consignee
from fce.sources.synthese import Comptes, Contact, Effectif, GroupeEntreprise, Mandataires, PartDeNote, UniteCompetente

SECTIONS: Final = {
    "visites": "Avant de partir",
    "alertes": "Alarmes",
    "qui": "Qui et où",
    "combien": "Combien",
    "accidents": "Accidents du travail",
    "contacts": "Qui s’en est occupé",
    "accords": "Accords et représentation",
    "remplir": "À remplir sur place",
}
"""{word of the address: title}, in the order of the note."""
ALERTES_MAX: Final = 6
VISITES_MAX: Final = 5
PAIRES_MAX: Final = 5
SERVICES_MAX: Final = 4
NOMMEES_MAX: Final = 3
SANS_FINALITE: Final = "données ouvertes à tout agent"
_TRAITS: Final = {
    "qui": (Mandataires, GroupeEntreprise, UniteCompetente),
    "combien": (Effectif, Comptes),
    "contacts": (Contact,),
    "accidents": (PartDeNote,),
    "accords": (PartDeNote,),
}


@dataclass(frozen=True, slots=True)
class Cachet:
    """Stamp of a note: for whom, why, when, and the identifier of the request in the journal."""

    service: str
    finalite: str
    quand: str
    demande: str


@dataclass(frozen=True, slots=True)
class PartDeSection:
    """Part of a section from one source: first pairs, number of others, scope, source.

    ``ensemble``: figure of the whole company when ``perimetre`` is a part of it.
    """

    titre: str
    paires: tuple[Paire, ...]
    autres: int
    perimetre: str
    source: str
    ensemble: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """The note of a unit for one reader. ``choisies``: sections kept; ``manques``: by section, what is missing and why;
    ``aucune_visite``: sentence in place of ``visites``, or ""; ``autres_visites``, ``autres_alertes``,
    ``autres_unites``, ``autres_contacts``: numbers not printed. ``mere``: the company of an establishment, None when
    unknown; ``qui``: the unit, with the managers of that company. ``comparaison``: head-counts side by side, None with
    one place only.
    """

    titre: str
    choisies: frozenset[str]
    cachet: Cachet
    adresse: tuple[str, ...]
    cartes: Cartes
    qui: carte_qui.CarteQui
    mere: carte_qui.CarteQui | None
    comparaison: Comparaison | None
    visites: tuple[LigneVisite, ...]
    autres_visites: int
    aucune_visite: str
    alertes: tuple[LigneAlarme, ...]
    autres_alertes: int
    remarques: tuple[str, ...]
    aucune_alerte: str
    unites: tuple[UniteAAppeler, ...]
    autres_unites: int
    contacts: tuple[ContactSitue, ...]
    autres_contacts: int
    parts: Mapping[str, tuple[PartDeSection, ...]]
    manques: Mapping[str, tuple[str, ...]]


def sections() -> dict[str, str]:
    """{word of the address: title} of the sections on offer: no visits when the exchanges are switched off."""
    return {cle: titre for cle, titre in SECTIONS.items() if settings.FCE_ECHANGES or cle != "visites"}


def choisir_sections(voulues: Collection[str]) -> frozenset[str]:
    """The sections named by an address; all of them when it names none that exists."""
    offertes = frozenset(sections())
    return offertes & frozenset(voulues) or offertes


def note(
    fiche: Fiche,
    lecteur: LecteurDeDonnees,
    compte: Compte,
    choisies: frozenset[str],
    mere: FicheEntreprise | None = None,
) -> Note:
    """Make the note from the sheet read for the Synthèse. ``mere``: that of the company of an establishment."""
    cartes = cartes_de.cartes(fiche, lecteur)
    connues = alarmes(fiche, cartes.chez_lui)
    lignes = connues.toutes
    a_joindre = services(fiche, cartes.ici)
    annoncees = visites(fiche, cartes.chez_lui, cartes.vus, lecteur.aujourd_hui)
    contacts = cartes.occupe
    # A visit is prepared from what was done here: the reader's territory first, latest first.
    vus = sorted(cartes.vus, key=lambda c: c.departement not in cartes.chez_lui)
    de_la_mere = carte_qui.carte(mere) if mere else None
    lieu = fiche.vue.siege if isinstance(fiche, FicheEntreprise) else fiche.etablissement
    return Note(
        titre=fiche.vue.nom,
        choisies=choisies,
        cachet=cachet(lecteur, compte),
        adresse=lieu.adresse.lignes if lieu else (),
        cartes=cartes,
        qui=replace(cartes.qui, paires=de_la_mere.paires, source=de_la_mere.source) if de_la_mere else cartes.qui,
        mere=de_la_mere,
        comparaison=comparer(fiche, mere),
        visites=annoncees[:VISITES_MAX],
        autres_visites=len(annoncees[VISITES_MAX:]),
        aucune_visite=_aucune_visite(fiche),
        alertes=lignes[:ALERTES_MAX],
        autres_alertes=len(lignes[ALERTES_MAX:]),
        remarques=tuple(n.titre for n in connues.notes),
        aucune_alerte=_aucune_alerte(fiche) if not lignes else "",
        unites=tuple(UniteAAppeler(*u) for u in list(a_joindre.items())[:SERVICES_MAX]),
        autres_unites=max(0, len(a_joindre) - SERVICES_MAX),
        contacts=tuple(vus[: len(contacts.contacts)]) if contacts else (),
        autres_contacts=max(0, contacts.total - len(contacts.contacts)) if contacts else 0,
        parts={cle: tuple(_parts(fiche, lecteur, cle)) for cle in ("accidents", "accords")},
        manques={cle: tuple(_manques(_blocs(fiche, cle), cle)) for cle in ("alertes", *_TRAITS)},
    )


def _aucune_visite(fiche: Fiche) -> str:
    if not settings.FCE_ECHANGES:
        return ""
    if fiche.apercu.echanges.permis:
        # The contacts of a company are those of its establishments: its fourth card tells them.
        faites = "" if fiche.unite.entreprise else f", ni visite ou contrôle connu depuis {PROXIMITE.days} jours"
        return f"Aucune visite annoncée par un service{faites}."
    return "Les visites annoncées se lisent avec une habilitation sur les contacts, une finalité et un second facteur."


def cachet(lecteur: LecteurDeDonnees, compte: Compte) -> Cachet:
    """Stamp of a reading: the account's service, never its name."""
    instant: datetime = lecteur.maintenant.astimezone(PARIS)
    administration = lecteur.acteur.siret_administration or compte.siret
    service = compte.organisme or (f"administration {formater_siret(administration)}" if administration else "")
    return Cachet(
        service or "service non précisé",
        libelles(lecteur) or SANS_FINALITE,
        f"{jour(instant)} à {instant.hour} h {instant.minute:02d}",
        lecteur.requete,
    )


def _parts(fiche: Fiche, lecteur: LecteurDeDonnees, section: str) -> Iterator[PartDeSection]:
    for releve in fiche.apercu.releves:
        for trait in releve.source.synthese:
            if isinstance(trait, PartDeNote) and trait.section == section:
                paires = _paires(trait, releve, lecteur)
                ensemble = (releve.ensemble.tuile if releve.ensemble else "") or ""
                if paires or ensemble:
                    yield PartDeSection(
                        releve.source.titre,
                        tuple(paires[:PAIRES_MAX]),
                        len(paires[PAIRES_MAX:]),
                        _perimetre(releve),
                        origines(fiche, "", [releve]),
                        ensemble,
                    )


def _paires(trait: PartDeNote, releve: ReleveDeSource, lecteur: LecteurDeDonnees) -> list[Paire]:
    """What the source's rule says of this reader's rows; nothing when the rule fails (logged)."""
    with faute_consignee("note", releve.source.nom):
        dites = trait.fonction(releve.lignes, lecteur.aujourd_hui) if releve.lignes else ()
        return [Paire(titre, valeur) for titre, valeur in dites]
    return []


def _perimetre(releve: ReleveDeSource) -> str:
    """Scope of the pairs: that of the rows, and on how many of them when not all were read."""
    combien = len(releve.lignes)
    sur = f", sur {pluriel(combien, 'ligne')} parmi {nombre(releve.total)}" if releve.total > combien else ""
    periode = releve.source.horizon_dit.replace(" ", ", ", 1)
    return f"{releve.perimetre.phrase}{periode}{sur}"


def _blocs(fiche: Fiche, section: str) -> list[Bloc]:
    """Blocs of the sources of a section."""
    return [b for r in fiche.rubriques for b in r.blocs if b.source and _concerne(b.source, section)]


def _concerne(source: Source, section: str) -> bool:
    if section == "alertes":
        return source.alarme is not None
    return any(isinstance(t, _TRAITS[section]) and getattr(t, "section", section) == section for t in source.synthese)


def _manques(blocs: Sequence[Bloc], section: str) -> Iterator[str]:
    """One sentence per reason: closed to the reader, unavailable, nothing known."""
    ranges = [Rubrique(section, "", tuple(blocs))]
    for fermee in absences.fermees(ranges):
        # A paper only gives the reason; the sheet says what to do.
        pourquoi = fermee.motif.partition(" : ")[0].rstrip(".")
        yield f"Non montré ici : {_enumerer([titre for _, titre in fermee.sources])}. {pourquoi}."
    dites = [b for b in blocs if b.etat is not EtatBloc.AUCUNE or section in ("accidents", "accords")]
    for absence in absences.sans_reponse([Rubrique(section, "", tuple(dites))]):
        yield f"{absence.tete} : {_enumerer(absence.noms)}."


def _aucune_alerte(fiche: Fiche) -> str:
    """ "None known" only concerns the sources that were read."""
    regardes = [
        b
        for b in _blocs(fiche, "alertes")
        if b.etat is EtatBloc.DONNEES or (b.etat is EtatBloc.AUCUNE and not b.a_demander)
    ]
    if not regardes:
        return "Aucune alarme connue au répertoire Sirene."
    bornees = [(b.titre, b.source.alarme.mois) for b in regardes if b.source and b.source.alarme]
    periodes = [f"{titre} : {mois} derniers mois" for titre, mois in bornees if mois]
    bornes = f" ({' ; '.join(periodes)})" if periodes else ""
    return f"Aucune alarme connue dans {pluriel(len(regardes), 'source consultée', 'sources consultées')}{bornes}."


def _enumerer(noms: Sequence[str]) -> str:
    autres = len(noms) - NOMMEES_MAX
    return ", ".join(noms[:NOMMEES_MAX]) + (f" et {pluriel(autres, 'autre')}" if autres > 0 else "")
