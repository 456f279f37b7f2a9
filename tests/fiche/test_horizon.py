"""« Aucune » is never said without how far back the source goes, on any surface."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from io import BytesIO
from typing import Any

import openpyxl  # type: ignore[import-untyped]
import pytest
from msgspec import to_builtins

from fce.api import schemas_fiche
from fce.droits.habilitations.finalites import Droit
from fce.fiche.assemblage import en_entier
from fce.fiche.formes.contenu import Bloc, EtatBloc, FicheEntreprise, FicheEtablissement
from fce.fiche.page import absences, cadre, exports, note
from fce.fiche.page.etablissements import FiltreEtablissements
from fce.socle.texte import paris
from fce.sources import registre
from fce.sources.acces import Acces
from fce.sources.declaration import Source
from fce.sources.modes import ParPeriode
from fce.sources.onglets import SYNTHESE
from tests.donnees.entreprises import fabrique as f
from tests.fiche.fiches import fiche_de
from tests.fiche.territoires import MIDI
from tests.kit.outils import SOURCES, exemple, nommer
from tests.kit.test_fiche import MONTREES, lecteur, unites

pytestmark = [pytest.mark.django_db, pytest.mark.catalogue]
BORNEES = [s for s in MONTREES if s.horizon]
ANNEES = 60


def vieillir(ligne: dict[str, Any]) -> dict[str, Any]:
    """The same row, sixty years before: its days, its months and its years."""

    def avant(nom: str, valeur: Any) -> Any:
        if isinstance(valeur, date):
            return valeur.replace(year=valeur.year - ANNEES, day=min(valeur.day, 28))
        return valeur - ANNEES if nom == "annee" and valeur else valeur

    return {nom: avant(nom, valeur) for nom, valeur in ligne.items()}


@pytest.mark.parametrize("source", [s for s in SOURCES if s.selection], ids=nommer)
def test_v1_a_rule_that_forgets_with_time_says_how_far_back_it_goes(source: Source) -> None:
    """Facts that were shown, and are not sixty years later, are not « aucune »."""
    assert source.selection is not None
    montrees = source.selection(exemple(source), paris.jour_de(MIDI))
    vieilles = source.selection([vieillir(x) for x in exemple(source)], paris.jour_de(MIDI))
    if montrees and not vieilles:
        assert source.horizon
    if source.horizon:
        assert source.absence.endswith(source.horizon)


@pytest.mark.parametrize("source", SOURCES, ids=nommer)
def test_v1_a_file_that_keeps_some_periods_says_how_many(source: Source) -> None:
    if isinstance(source.mode, ParPeriode) and source.mode.garde:
        assert str(source.mode.garde) in source.horizon


def fiche_ouverte(numero: str, source: Source, action: Droit, **quoi: Any) -> Any:
    return fiche_de(numero, lecteur(groupe(source), action), **quoi)


def groupe(source: Source) -> str | None:
    assert isinstance(source.acces, Acces)
    return getattr(source.acces, "groupe", None)


def phrases(numero: str, source: Source) -> dict[str, list[str]]:
    """{surface: what it says of a source that knows nothing of that unit}."""
    qui = lecteur(groupe(source))
    synthese, tout = (fiche_ouverte(numero, source, Droit.CONSULTER, **quoi) for quoi in ({"onglet": SYNTHESE}, {}))
    contexte = cadre.synthese(synthese, qui, "")
    bloc = siens(tout, source)
    assert bloc.etat is EtatBloc.AUCUNE
    with exports.classeur(fiche_ouverte(numero, source, Droit.EXPORTER)) as fichier:
        feuille = openpyxl.load_workbook(BytesIO(fichier.read()))["Sources"]
    api = to_builtins(schemas_fiche.rubriques(fiche_ouverte(numero, source, Droit.API).rubriques))
    donnees = en_entier.donnees(numero, source.nom, lecteur=lecteur(groupe(source), Droit.EXPORTER))
    assert not isinstance(donnees, en_entier.Liste)
    bande = contexte["bande"]
    return {
        "synthèse": [n for x in contexte["sans_reponse"] for n in x.noms if n.startswith(source.titre)],
        "onglets": [v for v in (*bande.vides, *bande.vides_en_partie) if source.titre in v],
        "page": [v for c in cadre.onglet(tout, qui, FiltreEtablissements())["chapitres"] for v in c.vides
                 if source.titre in v or source.absence in v],
        "note": list(note._manques([bloc], "accords")),
        "liste": [en_entier.liste(numero, source.nom, lecteur=qui).absence],
        "classeur": [str(c) for r in feuille.values if r[0] == source.titre for c in (r[6], r[7])],
        "api": [str(s["message"]) for r in api for s in r["sources"] if s["source"] == source.nom],
        "csv": [str(c) for r in donnees[2] for c in r if c],
    }  # fmt: skip


def siens(fiche: FicheEntreprise | FicheEtablissement, source: Source) -> Bloc:
    return next(b for r in fiche.rubriques for b in r.blocs if b.cle == source.nom)


def installer(source: Source, lignes: list[dict[str, Any]]) -> str:
    """These rows in place, and the unit that the sample is most about."""
    numero = unites(source)[0]
    f.unites(f.unite(numero[:9]))
    f.lieux({**f.lieu(numero[:9]), **({"siret": numero, "nic": numero[9:]} if len(numero) == 14 else {})})
    f.charger(source.nom, lignes)
    return numero


@pytest.mark.parametrize("source", BORNEES, ids=nommer)
def test_v1_no_surface_says_none_without_the_period(source: Source) -> None:
    numero = installer(source, [])
    for surface, dites in phrases(numero, source).items():
        assert dites, surface
        for dite in map(unescape, dites):
            assert source.horizon in dite, (surface, dite)


@pytest.mark.parametrize("source", [s for s in BORNEES if s.selection], ids=nommer)
def test_v1_rows_that_the_rule_leaves_out_are_counted_where_none_is_said(source: Source) -> None:
    assert source.selection is not None
    connues = [*map(vieillir, exemple(source)), *exemple(source)]
    numero = installer(source, [x for x in connues if not source.selection([x], paris.jour_de(MIDI))])
    dites = phrases(numero, source)
    fiche = fiche_ouverte(numero, source, Droit.CONSULTER)
    dit = siens(fiche, source).autres
    assert re.fullmatch("1 autre ligne au fichier, non montrée|[0-9]+ autres lignes au fichier, non montrées", dit)
    for surface, siennes in dites.items():
        assert any(dit in unescape(dite) for dite in siennes), (surface, siennes)


def test_v1_sources_of_one_line_keep_each_its_period() -> None:
    """The line of several sources is where the period was lost."""
    numero = f.siren_no(1)
    f.unites(f.unite(numero))
    f.lieux(f.lieu(numero))
    emploi = [s for s in BORNEES if groupe(s) == "emploi"]
    assert len(emploi) > 2
    for source in emploi:
        f.charger(source.nom, [])
    synthese = fiche_ouverte(numero, emploi[0], Droit.CONSULTER, onglet=SYNTHESE)
    (ligne,) = [x for x in absences.sans_reponse(synthese.rubriques) if x.tete.startswith("Aucune information")]
    for source in emploi:
        assert any(n.startswith(source.titre) and source.horizon in n for n in ligne.noms), source.nom


def test_v1_every_horizon_ends_a_sentence() -> None:
    for source in registre.toutes():
        if source.horizon:
            assert source.horizon == source.horizon.strip(" .,")
            assert source.horizon[0].islower()
