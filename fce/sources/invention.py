"""An invented row of a source, made from its declaration alone: what a reader would see with the access. Pure."""

from __future__ import annotations

from datetime import date
from typing import Final

from fce.socle.texte.formats import jour, nombre
from fce.sources import champs
from fce.sources.champs import Champ, Nature
from fce.sources.declaration import Source
from fce.sources.presentation import Serie

COLONNES_MAX: Final = 6
_TEXTES: Final = {
    Nature.NOM: "ENTREPRISE EXEMPLE",
    Nature.SIGLE: "EXE",
    Nature.ENSEIGNE: "AU BON EXEMPLE",
    Nature.PERSONNE: "Camille EXEMPLE",
    Nature.ADRESSE: "1 rue de l’Exemple",
    Nature.COMMUNE: "Exempleville",
    Nature.COORDONNEE: "exemple@exemple.invalid",
}
_GENRES: Final[tuple[tuple[type[Champ], str], ...]] = (
    (champs.Siret, "000 000 000 00000"),
    (champs.Siren, "000 000 000"),
    (champs.Mois, "01/2000"),
    (champs.Jour, jour(date(2000, 1, 1))),
    (champs.Horodatage, jour(date(2000, 1, 1))),
    (champs.Booleen, "oui"),
    (champs.Entier, nombre(1_234)),
    (champs.Decimal, nombre(1_234, 2)),
)


def inventer(source: Source) -> list[tuple[str, str]]:
    """(label, invented value) of the first columns that the source shows."""
    forme = source.presentation
    montres = (forme.date, *forme.courbes) if isinstance(forme, Serie) else getattr(forme, "colonnes", ())
    attributs = montres or tuple(source.champs)
    return [(source.champs[a].libelle, _valeur(source.champs[a])) for a in attributs if a in source.champs][
        :COLONNES_MAX
    ]


def _valeur(champ: Champ) -> str:
    ecrite = next((valeur for genre, valeur in _GENRES if isinstance(champ, genre)), "")
    if ecrite:
        return f"{ecrite} {champ.unite}" if champ.unite else ecrite
    return _TEXTES.get(champ.masque, "texte d’exemple")
