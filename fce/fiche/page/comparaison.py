"""The head-count of a unit side by side, for the note: at the place, in the reader's territory, in the company."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from fce.fiche.formes.contenu import Fiche, FicheEntreprise
from fce.fiche.formes.serie import par_date
from fce.fiche.page.chiffres import EffectifVu, effectif, entier, tendance
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


def comparer(fiche: Fiche, entreprise: FicheEntreprise | None) -> Comparaison | None:
    """The head-counts of the same source that the reader may read, by place; None when there is one place only.

    ``entreprise``: the sheet of the company of an establishment.
    """
    ici = effectif(fiche.apercu.releves)
    mere = effectif(entreprise.apercu.releves) if entreprise else None
    mere = mere if ici and mere and mere.releve.source == ici.releve.source else None
    colonnes = [] if ici is None else [*_colonnes(fiche, ici), *(_colonnes(entreprise, mere) if mere else ())]
    if ici is None or len(colonnes) < 2:
        return None
    trait = _trait(ici)
    dernier = max(colonne.datees[-1][0] for colonne in colonnes)
    champs = ici.releve.source.champs
    lignes = [
        ("Salariés", tuple(_valeur(c, dernier, trait.valeur) for c in colonnes)),
        ("sur 12 mois", tuple(_tendance(c, dernier, trait.valeur) for c in colonnes)),
        *((champs[a].libelle, tuple(_valeur(c, dernier, a) for c in colonnes)) for a in _parties(ici)),
        (
            "Établissements",
            tuple("" if c.etablissements is None else nombre(c.etablissements) for c in colonnes),
        ),
    ]
    return Comparaison(
        mois(dernier),
        tuple(colonne.lieu for colonne in colonnes),
        tuple((titre, dits) for titre, dits in lignes if any(dits)),
        origines(fiche, "", [ici.releve]),
    )


def _trait(effectifs: EffectifVu) -> Effectif:
    return next(t for t in effectifs.releve.source.synthese if isinstance(t, Effectif))


def _parties(effectifs: EffectifVu) -> list[str]:
    """The other figures of the source: women, men, kinds of contract."""
    forme = effectifs.releve.source.presentation
    declarees = (*forme.courbes, *forme.barres) if isinstance(forme, Serie) else ()
    return [a for a in dict.fromkeys(declarees) if a != _trait(effectifs).valeur]


def _colonnes(fiche: Fiche | None, effectifs: EffectifVu) -> Iterator[_Colonne]:
    """One column for an establishment; for a company, that of the reader's territory and that of the whole."""
    siennes, ensemble = _datees(effectifs, effectifs.releve.lignes), effectifs.releve.ensemble
    if not isinstance(fiche, FicheEntreprise):
        yield _Colonne(ICI, siennes, 1)
        return
    if effectifs.propre.territoire is not None and not effectifs.propre.entier:
        ouverts = fiche.apercu.ouverts
        ici = sum(n for d, n in ouverts.items() if d in effectifs.propre.territoire) if ouverts else None
        if siennes:
            yield _Colonne(nommer(effectifs.propre.territoire), siennes, ici)
        siennes = _datees(effectifs, ensemble.serie) if ensemble else []
    if siennes:
        yield _Colonne(ENTREPRISE, siennes, fiche.entreprise.nombre_etablissements_ouverts)


def _datees(effectifs: EffectifVu, lignes: Sequence[dict[str, Any]]) -> list[tuple[date, dict[str, Any]]]:
    trait = _trait(effectifs)
    return par_date(lignes, trait.date, [trait.valeur, *_parties(effectifs)], additionner=True)


def _valeur(colonne: _Colonne, quand: date, attribut: str) -> str:
    valeur = dict(colonne.datees).get(quand, {}).get(attribut)
    return "" if valeur is None else entier(valeur)


def _tendance(colonne: _Colonne, quand: date, attribut: str) -> str:
    serie = [(jour, ligne[attribut]) for jour, ligne in colonne.datees if ligne.get(attribut) is not None]
    return tendance(serie).removesuffix(" en 12 mois") if serie and serie[-1][0] == quand else ""
