"""Reads about institutions that connect, and their documents.

The state of a data set comes from the catalogue and the versions in place, never from the team's texts.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from django.db.models import QuerySet

from fce.donnees.imports import selectors as sources_en_place
from fce.service.portail.models import EtapeRaccordement, Raccordement
from fce.service.portail.rejoindre.etapes import SE_CONSTATENT, EtatEtape, GenreEtape
from fce.socle.base.lignes import trouver_ligne
from fce.socle.erreurs import Introuvable
from fce.socle.texte.formats import pluriel
from fce.sources import registre

PARTENAIRES: Final = {
    "dgfip": "Direction générale des finances publiques",
    "douane": "Direction générale des douanes et droits indirects",
}
"""{URL part: institution} of the institutions with a document in ``partenaires/``."""
PRODUCTEURS: Final = {"dgfip": "dgfip", "douane": "dgddi"}
"""{URL part: producer code} of the same institutions."""
_DOCUMENTS: Final = Path(__file__).with_name("partenaires")


class JeuDeclare(NamedTuple):
    """A declared data set. ``en_place``: its data are published; ``au``: their date, None if unknown."""

    nom: str
    titre: str
    en_place: bool
    au: date | None = None


class RaccordementAffiche(NamedTuple):
    """An institution, its steps in order, its data sets."""

    raccordement: Raccordement
    etapes: tuple[EtapeRaccordement, ...]
    jeux: tuple[JeuDeclare, ...] = ()

    @property
    def faites(self) -> int:
        return sum(e.etat == EtatEtape.FAITE for e in self.etapes)

    @property
    def en_place(self) -> bool:
        return any(j.en_place for j in self.jeux)

    @property
    def dit_en_place(self) -> str:
        """Number of data sets in place: "2 jeux sur 3"."""
        return nombre_en_place(self.jeux)


def raccordements_publies() -> list[RaccordementAffiche]:
    """Return the public institutions, by name. Three queries."""
    return vus(Raccordement.objects.filter(publie=True))


def vus(raccordements: QuerySet[Raccordement]) -> list[RaccordementAffiche]:
    """Return institutions with their steps in order. Three queries."""
    rangs = {str(etape): rang for rang, etape in enumerate(GenreEtape)}
    declares = jeux()
    affiches = []
    for r in raccordements.prefetch_related("etapes")[:500]:
        siens = declares.get(r.producteur, ())
        etapes = sorted(r.etapes.all(), key=lambda e: rangs.get(e.etape, len(rangs)))
        affiches.append(RaccordementAffiche(r, tuple(_constater(e, siens) for e in etapes), siens))
    return affiches


def jeux() -> dict[str, tuple[JeuDeclare, ...]]:
    """Return {producer code: data sets by title}. One query."""
    versions = sources_en_place.versions()
    par_producteur: dict[str, tuple[JeuDeclare, ...]] = {}
    for source in sorted(registre.toutes(), key=lambda s: s.titre.casefold()):
        version = versions.get(source.nom)
        jeu = JeuDeclare(
            source.nom, source.titre, version is not None, version.en_place.date_metier if version else None
        )
        par_producteur[source.producteur.code] = (*par_producteur.get(source.producteur.code, ()), jeu)
    return par_producteur


def nombre_en_place(jeux: tuple[JeuDeclare, ...]) -> str:
    """Return the number of data sets in place: "2 jeux sur 3"."""
    return f"{pluriel(sum(j.en_place for j in jeux), 'jeu', 'jeux')} sur {len(jeux)}"


def _constater(etape: EtapeRaccordement, siens: tuple[JeuDeclare, ...]) -> EtapeRaccordement:
    """Correct a step, without saving: done if and only if a data set is declared (schema) or in place (publication).
    Other steps are left as written."""
    genre = GenreEtape(etape.etape)
    if genre not in SE_CONSTATENT:
        return etape
    constatee = bool(siens) if genre is GenreEtape.SCHEMA else any(j.en_place for j in siens)
    if constatee:
        etape.etat = EtatEtape.FAITE
        if genre is GenreEtape.PUBLICATION:
            etape.precision = etape.precision or f"{nombre_en_place(siens)} en place"
    elif etape.etat == EtatEtape.FAITE:
        etape.etat, etape.le = EtatEtape.EN_COURS, None
    return etape


def raccordement(numero: int) -> Raccordement:
    """Return an institution. Raises Introuvable."""
    return trouver_ligne(Raccordement.objects, numero, "Ce raccordement n’existe pas.")


def documents() -> dict[str, str]:
    """Return {URL part: institution} of the documents present."""
    return {cle: nom for cle, nom in PARTENAIRES.items() if (_DOCUMENTS / f"{cle}.md").is_file()}


@cache
def document(cle: str) -> str:
    """Return an institution's document in Markdown, without its title. Raises Introuvable."""
    if cle not in documents():
        raise Introuvable("Aucun document ne parle de cette institution.")
    return (_DOCUMENTS / f"{cle}.md").read_text(encoding="utf-8").partition("\n")[2]
