"""The timeline of a sheet for its reader: on a tab, and on its own page."""

from __future__ import annotations

from collections.abc import Mapping

from fce.donnees.entreprises.historique import Evenement
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.fiche.formes.contenu import Bloc, Fiche
from fce.fiche.lecture.derniere_lecture import LecturePassee, changements
from fce.fiche.page.filtre_historique import PageHistorique, choix_de, page_chronologie
from fce.fiche.page.historique import CadreHistorique, Historique, cadre_de, depuis_la_lecture, historique
from fce.socle.texte import paris
from fce.socle.web import liens


def de_l_onglet(fiche: Fiche, lecteur: LecteurDeDonnees, lecture: LecturePassee | None, *, replie: bool) -> Historique:
    """``lecture``: the reader's last reading of this sheet, None without one; ``replie``: see ``historique``."""
    cadre = _cadre(fiche, lecteur)
    tous = _evenements(fiche)
    if lecture is None:
        return historique(fiche, cadre, None, choix_de(tous, {}, cadre), replie=replie)
    depuis_elle = changements(tous, lecture)
    marquer = liens.adresse("marquer-lue", fiche.unite.numero)
    depuis = depuis_la_lecture(depuis_elle, tous, cadre, fiche, paris.jour_de(lecture.le), marquer)
    return historique(fiche, cadre, depuis, choix_de(tous, {}, cadre, depuis_elle.nouveaux), replie=replie)


def de_la_page(
    fiche: Fiche, lecteur: LecteurDeDonnees, lecture: LecturePassee | None, page: int, demande: Mapping[str, str]
) -> PageHistorique:
    cadre = _cadre(fiche, lecteur)
    neufs = changements(_evenements(fiche), lecture).nouveaux if lecture else ()
    return page_chronologie(fiche.chronologie, page, demande, cadre, neufs)


def _evenements(fiche: Fiche) -> list[Evenement]:
    return [e for j in fiche.chronologie for e in j.evenements]


def _cadre(fiche: Fiche, lecteur: LecteurDeDonnees) -> CadreHistorique:
    blocs: list[Bloc] = [b for r in fiche.rubriques for b in r.blocs if b.cle == "chronologie"]
    return cadre_de(fiche, lecteur.territoire, [p for b in blocs for p in b.provenances])
