"""The establishments of a company outside a full reading of its sheet: part of a page, or a file.

The last contacts are those of the sheet: same sources, rights and journal.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Final

from fce.donnees.entreprises import diffusion, selectors as entreprises
from fce.donnees.entreprises.cartes import SiteDeCarte, carte_des_sites
from fce.donnees.entreprises.contenu import EtablissementVu, PageEtablissements
from fce.donnees.imports.selectors import reperes
from fce.droits.habilitations.erreurs import GesteRefuse
from fce.droits.habilitations.finalites import Droit
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.echanges.objets import CONTACT
from fce.fiche.assemblage import echanges, sources
from fce.fiche.assemblage.blocs import Versions
from fce.fiche.assemblage.resumes import relever
from fce.fiche.assemblage.sources import FicheBrute
from fce.fiche.formes.commun import Contexte
from fce.fiche.formes.contenu import Bloc, ContactsConnus, EtatBloc
from fce.fiche.lecture.consignation import Sortie, consigner, sans_journal
from fce.fiche.lecture.plans import prevoir, sources_de
from fce.fiche.page.contacts import connus, contact_declare
from fce.fiche.page.etablissements import FiltreEtablissements
from fce.fiche.unite.unite_visee import Unite
from fce.referentiels.carte import CarteDessinee
from fce.socle.base.branches import lignes_de
from fce.socle.erreurs import Introuvable
from fce.socle.web import liens
from fce.socle.web.exports import Cellule
from fce.sources.declaration import Source
from fce.sources.onglets import ONGLETS

ENTETES: Final = (
    "SIRET", "Siège", "Nom", "Adresse", "Commune", "Département", "État", "Ouvert le", "Fermé le", "Activité",
    "Effectif (tranche Insee)", "Année de l’effectif",
)  # fmt: skip
ENTETES_CONTACT: Final = ("Dernier contact connu", "Service", "Nature", "Périmètre")
SUR_LA_CARTE: Final = 400
SANS_ECHANGES: Final = "Les contacts notés par les services ne sortent pas en fichier."
REFUS: Final = (
    "Vos droits ne permettent pas d’exporter les contacts. Retirez le filtre « Sans contact connu » pour télécharger "
    "la liste des établissements."
)


def liste(
    siren: str, filtre: FiltreEtablissements, lecteur: LecteurDeDonnees
) -> tuple[PageEtablissements, ContactsConnus | None]:
    """A page of the list, and the contacts that this reader may know; without these when the journal refuses.

    Four round trips at most, one for a reader who may know of no contact. Raises SourceIndisponible.
    """
    contacts = sans_journal(lambda qui: lire_contacts(siren, qui), lecteur, partie_ouverte=True)
    choix = filtre.choix(lecteur.territoire, contacts)
    return entreprises.etablissements_de(siren, filtre.page, choix=choix, detail=True), contacts


def exporter(
    siren: str, filtre: FiltreEtablissements, lecteur: LecteurDeDonnees
) -> tuple[Sequence[str], Iterator[Sequence[Cellule]]]:
    """(headers, rows) of the whole list as a file, read as they are written.

    Raises GesteRefuse when the filter depends on contacts that this reader may not export; JournalIndisponible,
    VolumeDepasse.
    """
    if not entreprises.etablissements_de(siren, taille=1).nombre:
        raise Introuvable("Aucun établissement de cette entreprise n’est connu. Vérifiez le numéro.")
    contacts = lire_contacts(siren, lecteur)
    if filtre.sans_contact and not (contacts and contacts.complet):
        raise GesteRefuse(REFUS)
    lignes = entreprises.etablissements_un_a_un(siren, filtre.choix(lecteur.territoire, contacts))
    return (*ENTETES, *(ENTETES_CONTACT if contacts else ())), (_rangee(vu, contacts) for vu in lignes)


def cartes(
    siren: str, filtre: FiltreEtablissements, lecteur: LecteurDeDonnees, alarmes: Collection[str]
) -> list[CarteDessinee | None]:
    """Maps of the open establishments of the list: those of the reader's territory, then all; none above
    ``SUR_LA_CARTE``, which the map of the search draws. ``alarmes``: SIRET of those that have one."""
    ouverts = replace(filtre, etat=filtre.etat or "ouvert").choix(lecteur.territoire, None)
    vus = [*islice(entreprises.etablissements_un_a_un(siren, ouverts), SUR_LA_CARTE + 1)]
    sites = [
        SiteDeCarte(
            vu.siret, vu.nom, liens.fiche(vu.siret), vu.siret in alarmes,
            bool(vu.adresse.departement and vu.adresse.departement.code in lecteur.territoire),
        )
        for vu in vus if vu.regime.listable
    ]  # fmt: skip
    ici = [site for site in sites if site.ici]
    if len(vus) > SUR_LA_CARTE:
        return []
    return [*([carte_des_sites(ici)] if 0 < len(ici) < len(sites) else []), carte_des_sites(sites)]


def exportable(siren: str, filtre: FiltreEtablissements, lecteur: LecteurDeDonnees) -> bool:
    """Whether ``exporter`` would accept this filter from this reader."""
    en_fichier = replace(lecteur, action=Droit.EXPORTER)
    return not filtre.sans_contact or any(en_fichier.portee(s) for s in sources_de_contacts(Unite(siren)))


def sources_de_contacts(unite: Unite) -> list[Source]:
    return [s for s in sources_de(unite) if contact_declare(s)]


def lire_contacts(siren: str, lecteur: LecteurDeDonnees) -> ContactsConnus | None:
    """The contacts of the establishments of a company, journalled; None when the reader may know of none.

    Three round trips at most. Raises JournalIndisponible, VolumeDepasse.
    """
    if not lecteur.acteur.habilitations or lecteur.empechement:
        return None
    unite, versions = Unite(siren), Versions(reperes(), lecteur.aujourd_hui)
    demandes = [prevoir(s, unite, lecteur, versions) for s in sources_de_contacts(unite)]
    voulues = sources.branches(unite, demandes, lecteur, ONGLETS["controles"])
    lignes = lignes_de(voulues, marque=diffusion.MARQUE_INSEE, replicable=True)
    fiche = FicheBrute(unite.situee(lignes), lecteur, tuple(demandes), lignes, versions)
    extraits = [
        e
        for e in sources.extraits_de(fiche)
        if e.lignes is not None and e.plan.branche and not lecteur.refus(e.decision)
    ]
    dits = echanges.echanges_de(fiche.unite, lecteur, lignes)
    consigner(
        lecteur,
        (Sortie(e.plan, sources.montrees(e.lignes, e.ensemble), e.decision) for e in extraits),
        [dite for dite in echanges.dites(dits, fiche.unite) if dite.objet == CONTACT.nom],
    )
    releves = [
        relever(
            e.plan,
            e.lignes or [],
            versions,
            Contexte(lecteur.aujourd_hui, {}, periode=0, total=getattr(lignes[e.plan.source.nom], "total", None)),
        )._replace(differe=e.differe)
        for e in extraits
    ]
    regardees = [
        Bloc(r.source.nom, r.source.titre, EtatBloc.DONNEES, (r.provenance,), r.perimetre, source=r.source)
        for r in releves
    ]
    return connus(regardees, releves, dits)


def _rangee(vu: EtablissementVu, contacts: ContactsConnus | None) -> Sequence[Cellule]:
    ou, etat = vu.adresse.departement, {"A": "Ouvert", "F": "Fermé"}.get(vu.etat or "", "")
    rangee = (
        vu.siret, vu.siege, vu.nom, ", ".join(vu.adresse.lignes), vu.adresse.commune, str(ou) if ou else None, etat,
        vu.date_creation, vu.etat_depuis if vu.etat == "F" else None, str(vu.activite) if vu.activite else None,
        str(vu.tranche_effectif) if vu.tranche_effectif else None, vu.annee_effectif,
    )  # fmt: skip
    if contacts is None:
        return rangee
    contact = contacts.derniers.get(vu.siret)
    dits = (contact.jour, contact.service, contact.nature) if contact else (None, None, None)
    return (*rangee, *dits, f"{contacts.phrase} {SANS_ECHANGES}")
