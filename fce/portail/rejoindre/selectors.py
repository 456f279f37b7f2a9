"""What the pages read of the institutions that connect, and the documents that speak of each."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from django.db.models import QuerySet

import fce
from fce.portail.models import EtapeRaccordement, Raccordement
from fce.portail.rejoindre.etapes import EtatEtape, GenreEtape
from fce.socle.erreurs import Introuvable

PARTENAIRES: Final = {
    "dgfip": "Direction générale des finances publiques",
    "douane": "Direction générale des douanes et droits indirects",
}
"""{address: institution} of those of which a document says what they bring: ``docs/partenaires/``."""
_DOCUMENTS: Final = Path(fce.__file__).resolve().parents[1] / "docs" / "partenaires"


@dataclass(frozen=True, slots=True)
class RaccordementVu:
    """An institution and its steps, in order; ``faites``: how many are done."""

    raccordement: Raccordement
    etapes: tuple[EtapeRaccordement, ...]

    @property
    def faites(self) -> int:
        """How many steps are done."""
        return sum(e.etat == EtatEtape.FAITE for e in self.etapes)

    @property
    def en_place(self) -> bool:
        """Whether its data are in place: the last step is done."""
        return any(e.etape == GenreEtape.PUBLICATION and e.etat == EtatEtape.FAITE for e in self.etapes)


def raccordements_publies() -> list[RaccordementVu]:
    """The institutions that the team shows to everyone, by name: two queries."""
    return vus(Raccordement.objects.filter(publie=True))


def vus(raccordements: QuerySet[Raccordement]) -> list[RaccordementVu]:
    """Institutions with their steps in order: two queries, however many they are."""
    rangs = {str(etape): rang for rang, etape in enumerate(GenreEtape)}
    return [
        RaccordementVu(r, tuple(sorted(r.etapes.all(), key=lambda e: rangs.get(e.etape, len(rangs)))))
        for r in raccordements.prefetch_related("etapes")[:500]
    ]


def raccordement(numero: int) -> Raccordement:
    """One institution by its number. Raises Introuvable."""
    trouve = Raccordement.objects.filter(pk=numero).first() if 0 < numero < 2**63 else None
    if trouve is None:
        raise Introuvable("Ce raccordement n’existe pas.")
    return trouve


def documents() -> dict[str, str]:
    """{address: institution} of the documents that this installation has."""
    return {cle: nom for cle, nom in PARTENAIRES.items() if (_DOCUMENTS / f"{cle}.md").is_file()}


@cache
def document(cle: str) -> str:
    """The document of an institution, in Markdown, without its title. Raises Introuvable."""
    if cle not in documents():
        raise Introuvable("Aucun document ne parle de cette institution.")
    return (_DOCUMENTS / f"{cle}.md").read_text(encoding="utf-8").partition("\n")[2]
