"""Figures declared to the tax administration beside those published: one table, for who may read both."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.fiche.formes.contenu import EnTableau
from fce.sources import registre
from fce.sources.onglets import ONGLETS, TOUT
from tests.acces.acteurs import habilite
from tests.donnees.entreprises import fabrique as f
from tests.fiche.fiches import fiche_de
from tests.fiche.test_metier import SIREN, case, declarer, fiscal
from tests.fiche.unites_directes import peupler

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.catalogue]
TITRE = "Déclaré et publié"


def tableau(de: LecteurDeDonnees, onglet: Any = ONGLETS["fiscalite"]) -> EnTableau | None:
    fiche = fiche_de(SIREN, de, onglet=onglet)
    contenus = [b.contenu for r in fiche.rubriques if r.cle == "fiscalite-douane" for b in r.blocs if b.titre == TITRE]
    assert len(contenus) <= 1
    return contenus[0] if contenus else None


def lignes(de: LecteurDeDonnees, onglet: Any = ONGLETS["fiscalite"]) -> list[list[str]]:
    trouve = tableau(de, onglet)
    return [[c.texte for c in ligne] for ligne in trouve.lignes] if trouve else []


def test_e2_each_figure_says_who_tells_it_when_and_for_which_scope() -> None:
    peupler()
    declarer(publie=-188_000_000)
    trouve = tableau(fiscal())
    assert trouve is not None
    assert [c.libelle for c in trouve.colonnes] == [
        "Chiffre", "Exercice clos le", "Déclaré – DGFiP (€)", "Déclaré le", "Publié – INPI (€)",
        "Écart, publié moins déclaré (€)",
    ]  # fmt: skip
    dites = [[t.replace("\u202f", " ").replace("\u00a0", " ") for t in ligne] for ligne in lignes(fiscal())]
    assert dites == [
        ["Chiffre d'affaires net (2052, FL)", "31/12/2025", "900 000 000", "05/05/2026", "900 000 000", "aucun"],
        ["Bénéfice ou perte (2053, HN)", "31/12/2025", "-189 000 000", "05/05/2026", "-188 000 000", "+1 000 000"],
    ]
    assert trouve.note.startswith("Toute l'entreprise. ")
    assert lignes(fiscal(), TOUT) == lignes(fiscal())
    bloc = next(b for r in fiche_de(SIREN, fiscal(), onglet=ONGLETS["fiscalite"]).rubriques for b in r.blocs)
    assert (bloc.titre, [p.source for p in bloc.provenances]) == (TITRE, ["dgfip-liasses", "ratios-financiers"])


@pytest.mark.parametrize("onglet", [ONGLETS["fiscalite"], TOUT], ids=["onglet", "tout"])
@pytest.mark.parametrize(
    "de",
    [
        LecteurDeDonnees(),
        fiscal(finalite=None),
        fiscal(territoire=frozenset({"13"})),
        replace(fiscal(), acteur=replace(fiscal().acteur, mfa=False)),
        replace(fiscal(), empechement="Le journal est indisponible."),
    ],
    ids=["public", "sans finalité", "autre département", "sans second facteur", "sans journal"],
)
def test_e2_it_is_absent_for_who_may_not_read_what_was_declared(
    de: LecteurDeDonnees, onglet: Any, settings: Any
) -> None:
    settings.FCE_API_ENTREPRISE_URL = ""
    peupler()
    declarer()
    assert tableau(de, onglet) is None


def test_e2_it_is_absent_when_one_side_is_missing(settings: Any) -> None:
    settings.FCE_API_ENTREPRISE_URL = ""
    peupler()
    f.charger("dgfip-liasses", [case("2052", "FL", "900000000")])
    assert tableau(fiscal()) is None
    autre = {"siren": SIREN, "date_cloture": date(2024, 12, 31), "chiffre_affaires": 1, "type_bilan": "C"}
    f.charger("ratios-financiers", [autre])
    assert tableau(fiscal()) is None, "comptes d'un autre exercice"
    f.charger("ratios-financiers", [{**autre, "date_cloture": date(2025, 12, 31), "chiffre_affaires": None}])
    assert tableau(fiscal()) is None, "comptes sans ce chiffre"
    f.charger("ratios-financiers", [{**autre, "date_cloture": date(2025, 12, 31)}])
    f.charger("dgfip-liasses", [case("2052", "FL", "néant"), case("2050", "CO", "12")])
    assert tableau(fiscal()) is None, "rien de comparable n'est déclaré"


def test_e2_what_a_masked_person_declared_is_in_no_table() -> None:
    peupler(statut="P", categorie_juridique="1000")
    declarer()
    assert "900" not in str(lignes(fiscal()))


def test_e2_a_tax_agent_reads_it_first_on_the_tab_and_nobody_else_does() -> None:
    peupler()
    declarer()
    page = habilite("dgfip", ("FR",)).client.get(f"/entreprise/{SIREN}/fiscalite").content.decode()
    rubrique = page.partition('id="fiscalite-douane"')[2].partition("</section>")[0]
    assert rubrique.index(TITRE) < rubrique.index("Régularité fiscale")
    assert "TDFC" in rubrique.partition("Régularité fiscale")[0]
    for profil in ("douane", "inspection-travail", "dreets-3e"):
        page_ = habilite(profil, ("FR",)).client.get(f"/entreprise/{SIREN}/fiscalite").content.decode()
        assert TITRE not in page_


def test_e2_a_confrontation_names_a_source_that_exists() -> None:
    noms = {s.nom for s in registre.toutes()}
    assert {s.confrontation.avec for s in registre.toutes() if s.confrontation} <= noms
