"""The two sheets: read, situate, decide, assemble, arrange.

One round trip for any unit: a single statement reads everything, versions in place included. A second one for
establishments that facts name and the page does not show; another on the Synthèse of an establishment, for the alarms
of its company.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, Protocol, TypeVar

from django.db import DatabaseError

from fce.donnees.entreprises import diffusion, historique, historique_lieux, requetes, selectors as entreprises
from fce.donnees.entreprises.contenu import EtablissementVu
from fce.donnees.entreprises.etablissements import TOUS_LES_LIEUX, LieuxChoisis
from fce.donnees.entreprises.historique import Evenement, Journee
from fce.donnees.imports.chargement.comparaison import versions_au
from fce.donnees.imports.selectors import Reperes, branche_des_reperes, reperes, reperes_de
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.fiche.assemblage import contradictions, heritage, repertoire, sources
from fce.fiche.assemblage.blocs import Versions, refus
from fce.fiche.assemblage.lieux_des_faits import situer_les_faits
from fce.fiche.assemblage.resumes import Apports
from fce.fiche.assemblage.sources import FicheBrute
from fce.fiche.etablissements import lire_contacts
from fce.fiche.formes.commun import PERIODE
from fce.fiche.formes.contenu import PREMIERS, FicheEntreprise, FicheEtablissement, Redirection
from fce.fiche.lecture.consignation import sans_journal
from fce.fiche.lecture.derniere_lecture import LecturePassee
from fce.fiche.lecture.plan import Plan
from fce.fiche.lecture.plans import plans_de_la_fiche
from fce.fiche.page.contacts import connus_de
from fce.fiche.page.etablissements import SANS_FILTRE, FiltreEtablissements
from fce.fiche.unite.unite_visee import Unite
from fce.socle.base.branches import Branche, Lignes, au_lieu_de, lignes_de
from fce.socle.base.roles import Role, sous_role
from fce.socle.erreurs import FCEError
from fce.socle.web.routes import Surface
from fce.sources import registre
from fce.sources.onglets import ONGLETS, SYNTHESE, TOUT, Onglet

LISTANTS: Final = (ONGLETS["etablissements"], TOUT)
"""Tabs that show the list of establishments."""
F = TypeVar("F", "FicheEntreprise | Redirection", FicheEtablissement)
F_co = TypeVar("F_co", covariant=True)


class PartDeSirene(Protocol[F_co]):
    """What Sirene says of a unit. ``connus``: establishments that the sheet shows anyway; ``evenements``: dated
    changes."""

    @property
    def brute(self) -> FicheBrute: ...

    @property
    def connus(self) -> Sequence[EtablissementVu]: ...

    @property
    def evenements(self) -> Sequence[Evenement]: ...

    def fiche(self, apports: Apports, jalons: tuple[Journee, ...]) -> F_co:
        """The sheet, with what the other sources bring."""


@dataclass(frozen=True, slots=True)
class _Page:
    """Which establishments of a company are shown. ``detail``: with what the form of the list offers."""

    rang: int
    taille: int
    choix: LieuxChoisis = TOUS_LES_LIEUX
    detail: bool = False


@dataclass(frozen=True, slots=True)
class _Lecture:
    """The reader, months of the charts, whether to keep every row, and part of the sheet."""

    lecteur: LecteurDeDonnees
    periode: int
    complet: bool
    onglet: Onglet


def fiche_entreprise(
    siren: str,
    filtre: FiltreEtablissements = SANS_FILTRE,
    taille: int = entreprises.TAILLE_PAGE,
    *,
    lecteur: LecteurDeDonnees | None = None,
    periode: int = PERIODE,
    complet: bool = False,
    onglet: Onglet = TOUT,
    avec_synthese: bool = False,
) -> FicheEntreprise | Redirection:
    """The sheet of a company, or a redirection from the old SIREN of a duplicate.

    One round trip; two when facts are grouped by establishment.

    ``lecteur``: default, anyone; ``periode``: months of the charts; ``complet``: every row; ``onglet``: part of the
    sheet to read; ``avec_synthese``: read the Synthèse too, for the alarms and counts of the other tabs. ``filtre``:
    which of its establishments; a page also has their last contacts (``connus``), read before them. A unité légale
    missing from the file in place still has a sheet when some of its establishments are there.

    Raises Introuvable when the SIREN is in no file, SourceIndisponible when neither file can be read; for a file or the
    API, JournalIndisponible and VolumeDepasse (a page then shows its open part, and says why).
    """
    unite, qui = Unite(siren), lecteur or LecteurDeDonnees()
    en_page = onglet in LISTANTS and qui.surface is Surface.FICHE and not complet

    def part(
        lecteur: LecteurDeDonnees, voulu: Onglet, synthese: FicheEntreprise | Redirection | None = None
    ) -> FicheEntreprise | Redirection:
        lecture = _Lecture(lecteur, periode, complet, voulu)
        if voulu is SYNTHESE and avec_synthese:
            return _fiche_entreprise(unite, _Page(1, PREMIERS), lecture)
        if not en_page:
            # The Synthèse names the first establishments.
            d_abord = lecteur.territoire if voulu is SYNTHESE and qui.surface is Surface.FICHE else ()
            return _fiche_entreprise(unite, _Page(filtre.page, taille, filtre.choix(d_abord, None)), lecture)
        connus = connus_de(synthese) if isinstance(synthese, FicheEntreprise) else lire_contacts(siren, lecteur)
        montres = _Page(filtre.page, taille, filtre.choix(lecteur.territoire, connus), detail=True)
        fiche = _fiche_entreprise(unite, montres, lecture)
        return replace(fiche, connus=connus) if isinstance(fiche, FicheEntreprise) else fiche

    return _sous_ses_droits(part, qui, onglet, avec_synthese=avec_synthese)


def fiche_en_vigueur(
    siren: str, filtre: FiltreEtablissements = SANS_FILTRE, *, lecteur: LecteurDeDonnees, onglet: Onglet = TOUT
) -> FicheEntreprise:
    """As ``fiche_entreprise``; an old SIREN gives the sheet of the one in use."""
    fiche = fiche_entreprise(siren, filtre, lecteur=lecteur, onglet=onglet)
    if isinstance(fiche, Redirection):
        fiche = fiche_entreprise(fiche.siren, filtre, lecteur=lecteur, onglet=onglet)
    assert not isinstance(fiche, Redirection)  # noqa: S101  a replacement is never itself replaced
    return fiche


def fiche_etablissement(
    siret: str,
    *,
    lecteur: LecteurDeDonnees | None = None,
    periode: int = PERIODE,
    complet: bool = False,
    onglet: Onglet = TOUT,
    avec_synthese: bool = False,
) -> FicheEtablissement:
    """The sheet of an establishment. One round trip, plus one for the alarms of its company.

    ``lecteur``: default, anyone; ``periode``: months of the charts; ``complet``: every row; ``onglet``: part of the
    sheet to read; ``avec_synthese``: as for a company.

    Raises Introuvable when the SIRET is not in the file in place, SourceIndisponible when it cannot be read; for a file
    or the API, JournalIndisponible and VolumeDepasse.
    """

    def part(qui: LecteurDeDonnees, voulu: Onglet, _: FicheEtablissement | None = None) -> FicheEtablissement:
        return _fiche_etablissement(Unite(siret), _Lecture(qui, periode, complet, voulu))

    return _sous_ses_droits(part, lecteur or LecteurDeDonnees(), onglet, avec_synthese=avec_synthese)


def lecture_du(unite: Unite, lecteur: LecteurDeDonnees, le: datetime | None) -> LecturePassee | None:
    """A past reading of a unit's timeline: what it then gave, in the versions still kept. None without one.

    One more reading of the sheet, when some source was replaced since.
    """
    remplacees = versions_au(le, registre.toutes()) if le else {}
    lignes = {registre.source(nom).relation: sql for nom, sql in remplacees.items() if sql}
    if le is None or not lignes:
        return LecturePassee(le, remplacees) if le else None
    lecture = _Lecture(replace(lecteur, pesee=True), PERIODE, complet=False, onglet=ONGLETS["historique"])
    try:
        # Only the owner of the tables reads the generations that no view shows.
        with sous_role(Role.PROPRIETAIRE), au_lieu_de(lignes):
            une = _Page(1, 1)
            fiche = _fiche_entreprise(unite, une, lecture) if unite.entreprise else _fiche_etablissement(unite, lecture)
    except (FCEError, DatabaseError):
        return LecturePassee(le, dict.fromkeys(remplacees))
    return LecturePassee(le, remplacees, tuple(e for j in getattr(fiche, "chronologie", ()) for e in j.evenements))


class LectureDUnePart(Protocol[F_co]):
    """Reads a tab; ``synthese``: what was read before, if anything."""

    def __call__(self, lecteur: LecteurDeDonnees, voulu: Onglet, synthese: Any = None, /) -> F_co: ...


def _sous_ses_droits(part: LectureDUnePart[F], qui: LecteurDeDonnees, onglet: Onglet, *, avec_synthese: bool) -> F:
    """A tab, and the Synthèse when asked, under the same rights.

    The Synthèse is read first because it reads every source: only this reading counts in the reader's volume.
    """

    def lecture(lecteur: LecteurDeDonnees) -> F:
        if not avec_synthese:
            return part(lecteur, onglet)
        synthese = part(lecteur, SYNTHESE)
        if isinstance(synthese, Redirection):
            return synthese
        fiche = part(replace(lecteur, pesee=True), onglet, synthese)
        return fiche if isinstance(fiche, Redirection) else replace(fiche, synthese=synthese)

    return sans_journal(lecture, qui, partie_ouverte=qui.surface is Surface.FICHE)


def _fiche_entreprise(unite: Unite, page: _Page, lecture: _Lecture) -> FicheEntreprise | Redirection:
    propres = [
        requetes.siege(unite.siren),
        requetes.doublons(unite.siren),
        requetes.anciens(unite.siren),
        entreprises.branche_etablissements(unite.siren, page.rang, page.taille, page.choix, detail=page.detail),
        requetes.historique_unite_legale(unite.siren),
        requetes.successions_entreprise(unite.siren),
        *contradictions.branches(unite, lecture.onglet),
    ]
    if lecture.onglet.chronologie:
        propres.append(historique_lieux.transferts(unite.siren))
        if lecture.onglet is not SYNTHESE:  # which only counts them
            propres += historique_lieux.branches(unite.siren, lecture.lecteur.territoire)
    brute = _fiche_brute(unite, propres, lecture)
    remplacant = entreprises.remplacant_depuis(unite.siren, brute.lignes["doublons"])
    if remplacant:
        return Redirection(remplacant)
    return _composer(repertoire.entreprise(brute, page.rang, page.taille))


def _fiche_etablissement(unite: Unite, lecture: _Lecture) -> FicheEtablissement:
    propres = [
        requetes.siege(unite.siren),
        requetes.compte(unite.siren),
        requetes.doublons(unite.siren),
        requetes.historique_etablissement(unite.numero),
        requetes.successions_etablissement(unite.numero),
    ]
    return _composer(repertoire.etablissement(_fiche_brute(unite, propres, lecture)))


def _fiche_brute(unite: Unite, propres: Sequence[Branche], lecture: _Lecture) -> FicheBrute:
    """Read everything at once, then situate the unit. ``propres``: queries of Sirene for this kind of sheet."""
    lecteur = lecture.lecteur
    versions, plans, lignes = _lire_tout(unite, propres, lecture)
    return FicheBrute(
        unite.situee(lignes), lecteur, tuple(plans), lignes, versions.avec_refus(lignes["refus"]),
        lecture.periode, lecture.complet, lecture.onglet, heritage.mere_de(unite, lecteur, versions, lecture.onglet),
    )  # fmt: skip


def _lire_tout(
    unite: Unite, propres: Sequence[Branche], lecture: _Lecture
) -> tuple[Versions, list[Plan], dict[str, Lignes | None]]:
    """The versions in place, what was asked of each source, and all the rows, at one instant.

    The statement is written for the sources imported at the previous reading of a sheet. If its rows show that this has
    changed (a first import), it is written and run again.
    """
    lecteur, onglet = lecture.lecteur, lecture.onglet
    en_place = _dernieres_vues.get("reperes") or reperes()
    while True:
        versions = Versions(en_place, lecteur.aujourd_hui)
        plans = plans_de_la_fiche(unite, lecteur, versions, complet=lecture.complet, onglet=onglet)
        lignes = lignes_de(
            [*propres, refus(), branche_des_reperes(), *sources.branches(unite, plans, lecteur, onglet)],
            preparee=True,
            marque=diffusion.MARQUE_INSEE,
            replicable=True,
            # The Synthèse of an establishment already takes another round trip for its company.
            separer=unite.entreprise or onglet is not SYNTHESE,
        )
        poses = lignes["reperes"]
        actuels = reperes_de(poses) if poses is not None else reperes()
        _dernieres_vues["reperes"] = actuels
        if actuels.keys() == en_place.keys():
            return replace(versions, en_place=actuels), plans, lignes
        en_place = actuels


_dernieres_vues: Final[dict[str, dict[str, Reperes]]] = {}
"""Versions in place at this process's last reading of a sheet: used to write queries, never displayed."""


def _composer(part: PartDeSirene[F_co]) -> F_co:
    """Decide what this reader may see, journal it, assemble it, then arrange the sheet."""
    apports = sources.assembler(part.brute, part.connus)
    faits = situer_les_faits(part.brute, historique.trier([*part.evenements, *apports.evenements]))
    jalons = historique.par_date(faits)
    return part.fiche(apports, jalons)
