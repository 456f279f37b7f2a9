"""The head-count of a unit side by side, for the note: at the place, in the reader's territory, in the company."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from fce.fiche.formes.contenu import FicheEntreprise, FicheEtablissement
from fce.fiche.formes.serie import par_date
from fce.fiche.page.chiffres import EffectifLu, effectif, entier, tendance
from fce.fiche.page.origines import origines
from fce.fiche.unite.perimetre import nommer
from fce.socle.texte.formats import mois, nombre
from fce.sources.presentation import Serie
from fce.sources.synthese import Effectif

ICI: Final = "Ici"
ENTREPRISE: Final = "Entreprise"


@dataclass(frozen=True, slots=True)
class Comparaison:
    """``mois``: month of the figures; ``lieux``: what each column is about; ``lignes``: (label, one text by column), ""
    where the figure is unknown or closed."""

    mois: str
    lieux: tuple[str, ...]
    lignes: tuple[tuple[str, tuple[str, ...]], ...]
    source: str


@dataclass(frozen=True, slots=True)
class _Colonne:
    """Rows by date, oldest first, of one place; ``etablissements``: open ones, None when unknown."""

    lieu: str
    datees: Sequence[tuple[date, dict[str, Any]]]
    etablissements: int | None


def comparer(fiche: FicheEntreprise | FicheEtablissement, entreprise: FicheEntreprise | None) -> Comparaison | None:
    """The head-counts of the same source that the reader may read, by place; None when there is one place only.

    ``entreprise``: the sheet of the company of an establishment.
    """
    lue = effectif(fiche.apercu.releves)
    mere = effectif(entreprise.apercu.releves) if entreprise else None
    mere = mere if lue and mere and mere.releve.source == lue.releve.source else None
    colonnes = [] if lue is None else [*_colonnes(fiche, lue), *(_colonnes(entreprise, mere) if mere else ())]
    if lue is None or len(colonnes) < 2:
        return None
    trait = _trait(lue)
    dernier = max(colonne.datees[-1][0] for colonne in colonnes)
    champs = lue.releve.source.champs
    lignes = [
        ("Salariés", tuple(_valeur(c, dernier, trait.valeur) for c in colonnes)),
        ("sur 12 mois", tuple(_tendance(c, dernier, trait.valeur) for c in colonnes)),
        *((champs[a].libelle, tuple(_valeur(c, dernier, a) for c in colonnes)) for a in _parties(lue)),
        (
            "Établissements",
            tuple("" if c.etablissements is None else nombre(c.etablissements) for c in colonnes),
        ),
    ]
    return Comparaison(
        mois(dernier),
        tuple(colonne.lieu for colonne in colonnes),
        tuple((titre, dits) for titre, dits in lignes if any(dits)),
        origines(fiche, "", [lue.releve]),
    )


def _trait(lue: EffectifLu) -> Effectif:
    return next(t for t in lue.releve.source.synthese if isinstance(t, Effectif))


def _parties(lue: EffectifLu) -> list[str]:
    """The other figures of the source: women, men, kinds of contract."""
    forme = lue.releve.source.presentation
    declarees = (*forme.courbes, *forme.barres) if isinstance(forme, Serie) else ()
    return [a for a in dict.fromkeys(declarees) if a != _trait(lue).valeur]


def _colonnes(fiche: FicheEntreprise | FicheEtablissement | None, lue: EffectifLu) -> Iterator[_Colonne]:
    """One column for an establishment; for a company, that of the reader's territory and that of the whole."""
    siennes, ensemble = _datees(lue, lue.releve.lignes), lue.releve.ensemble
    if not isinstance(fiche, FicheEntreprise):
        yield _Colonne(ICI, siennes, 1)
        return
    if lue.propre.territoire is not None and not lue.propre.entier:
        ouverts = fiche.apercu.ouverts
        ici = sum(n for d, n in ouverts.items() if d in lue.propre.territoire) if ouverts else None
        if siennes:
            yield _Colonne(nommer(lue.propre.territoire), siennes, ici)
        siennes = _datees(lue, ensemble.serie) if ensemble else []
    if siennes:
        yield _Colonne(ENTREPRISE, siennes, fiche.entreprise.nombre_etablissements_ouverts)


def _datees(lue: EffectifLu, lignes: Sequence[dict[str, Any]]) -> list[tuple[date, dict[str, Any]]]:
    trait = _trait(lue)
    return par_date(lignes, trait.date, [trait.valeur, *_parties(lue)], additionner=True)


def _valeur(colonne: _Colonne, quand: date, attribut: str) -> str:
    valeur = dict(colonne.datees).get(quand, {}).get(attribut)
    return "" if valeur is None else entier(valeur)


def _tendance(colonne: _Colonne, quand: date, attribut: str) -> str:
    serie = [(jour, ligne[attribut]) for jour, ligne in colonne.datees if ligne.get(attribut) is not None]
    return tendance(serie).removesuffix(" en 12 mois") if serie and serie[-1][0] == quand else ""
