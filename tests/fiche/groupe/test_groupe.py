"""The group of a company: for whom, at which date, never across a masked one, in picture, table and files."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from fce.api import v1
from fce.donnees.imports.selectors import reperes
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.droits.journal.models import Consultation
from fce.fiche import views, views_groupe
from fce.fiche.assemblage.blocs import Versions
from fce.fiche.groupe.disposition import HAUTEUR, dessiner
from fce.fiche.groupe.liens import lire_les_liens
from fce.fiche.groupe.page import page_du_groupe
from fce.fiche.groupe.selectors import EN_COMMUN, GroupeDeSocietes, lire_en_entier, lire_le_groupe
from fce.fiche.groupe.table import lignes, phrase
from fce.socle.erreurs import Introuvable
from fce.socle.web.routes import Surface
from fce.sources import registre
from tests.donnees.entreprises import fabrique as f
from tests.fiche.unites_directes import lecteur
from tests.pages_sous_roles import lu_par

pytestmark = [pytest.mark.django_db, pytest.mark.catalogue]
ICI, HAUT, BAS, PETITE, SOEUR = SIRENS = [f.siren_no(n) for n in range(1, 6)]


def part(haut: str, bas: str, pourcentage: float, annee: int = 2025, rang: int = 0) -> dict[str, Any]:
    """``haut`` declares that it owns ``bas``."""
    return {
        "siren": haut, "annee": annee, "rang": rang or int(bas) % 100_000, "sens": "filiale", "siren_lie": bas,
        "type_personne": "personne_morale", "pourcentage": pourcentage,
    }  # fmt: skip


def mandat(siren: str, dirigeante: str, role: str = "73") -> dict[str, Any]:
    return {
        "siren": siren, "rang": 1, "role": role, "qualite": "Président de SAS", "type_personne": "personne morale",
        "siren_dirigeant": dirigeante,
    }  # fmt: skip


def peupler(*sirens: str, **masquees: Any) -> None:
    """Open companies in the Nord; ``masquees``: SIREN, prefixed by « s », of those in diffusion partielle."""
    f.unites(
        *(
            f.unite(
                s, denomination=f"SOCIETE {int(s[:8])}", **({"statut_diffusion": "P"} if f"s{s}" in masquees else {})
            )
            for s in sirens or SIRENS
        )
    )
    f.lieux(*(f.lieu(s, code_commune="59350", libelle_commune="LILLE") for s in sirens or SIRENS))


def declarer(*parts: dict[str, Any]) -> None:
    f.charger("dgfip-liens-capitalistiques", parts)


def fiscal(**quoi: Any) -> LecteurDeDonnees:
    return replace(lecteur("fiscal"), **quoi)


def groupe(qui: LecteurDeDonnees | None = None, siren: str = ICI, au: int | None = None) -> GroupeDeSocietes:
    return lire_le_groupe(siren, qui or fiscal(), au)


def sirens(g: GroupeDeSocietes) -> set[str]:
    return {x.cle for x in g.rangs}


def quatre() -> None:
    peupler()
    declarer(part(HAUT, ICI, 61.5), part(HAUT, SOEUR, 100), part(ICI, BAS, 66), part(BAS, PETITE, 30))


def test_who_holds_it_what_it_holds_and_its_sisters() -> None:
    quatre()
    g = groupe()
    assert sirens(g) == {ICI, HAUT, BAS, SOEUR}
    assert "SOCIETE 90000002 la tient (61,5 %, 2025)" in phrase(g)
    assert "4 sociétés connues" in phrase(g)


def test_without_the_secret_nothing_of_it_shows_and_the_words_are_the_same_with_or_without_data() -> None:
    peupler()
    f.charger("rne-dirigeants", [mandat(BAS, ICI)])
    declarer(part(SOEUR, PETITE, 100))
    sans = groupe(LecteurDeDonnees())
    quatre()
    avec = groupe(LecteurDeDonnees())
    assert sirens(avec) == sirens(sans) == {ICI, BAS}
    assert (phrase(avec), avec.reserves, avec.annees) == (phrase(sans), sans.reserves, ())
    assert len(avec.reserves) == 1


def test_a_right_on_another_territory_opens_no_link_there() -> None:
    quatre()
    nord, ailleurs = (groupe(lecteur("fiscal", territoire=frozenset({d}))) for d in ("59", "13"))
    assert sirens(nord) == {ICI, HAUT, BAS, SOEUR}
    assert sirens(ailleurs) == {ICI}
    assert nord.reserves == ailleurs.reserves != ()


@pytest.mark.parametrize("registre", ["fisc", "rne"])
@pytest.mark.parametrize("masquee", [ICI, HAUT, BAS])
def test_a_masked_company_is_neither_crossed_nor_counted(masquee: str, registre: str) -> None:
    peupler(**{f"s{masquee}": True})
    if registre == "fisc":
        declarer(part(HAUT, ICI, 100), part(ICI, BAS, 100), part(BAS, PETITE, 100))
    else:
        f.charger("rne-dirigeants", [mandat(ICI, HAUT), mandat(BAS, ICI), mandat(PETITE, BAS, "41")])
    vus = sirens(groupe())
    assert masquee not in vus - {ICI}
    assert vus == {ICI: {ICI}, HAUT: {ICI, BAS, PETITE}, BAS: {ICI, HAUT}}[masquee]


@pytest.mark.epreuve
@pytest.mark.parametrize("n", range(10))
def test_ten_masked_companies_leave_no_trace_in_stacks_nor_counts(n: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Same page, file and answer of the API, to the byte, whether the masked company is linked or not: below, at and
    above the eight boxes of a column."""
    for module, nom in ((views, "lecteur_de_la_page"), (views_groupe, "lecteur_de_la_page"), (v1, "lecteur_de")):
        monkeypatch.setattr(module, nom, lu_par(fiscal()))
    filles = [f.siren_no(100 + i) for i in range(5 + n)]
    masquee = f.siren_no(500 + n)
    peupler(ICI, *filles, masquee, **{f"s{masquee}": True})
    ouvertes = [part(ICI, s, 100, rang=i + 1) for i, s in enumerate(filles)]
    declarer(*ouvertes)
    ailleurs = mandat(f.siren_no(900), f.siren_no(901))
    f.charger("rne-dirigeants", [ailleurs])
    sans = _surfaces()
    declarer(*ouvertes, part(ICI, masquee, 51, rang=99), part(masquee, f.siren_no(101), 100, 2024, rang=98))
    f.charger("rne-dirigeants", [ailleurs, mandat(masquee, ICI), mandat(filles[0], masquee)])
    avec = _surfaces()
    assert avec == sans
    assert not any(masquee in dite or f"SOCIETE {int(masquee[:8])}" in dite for dite in avec)


def _surfaces() -> list[str]:
    """What a reader gets of the group: the page, the file, the API."""
    client = Client()
    fichier, api = client.get(f"/entreprise/{ICI}/groupe.csv"), client.get(f"/api/v1/entreprises/{ICI}/groupe")
    assert api.status_code == 200
    contenu = b"".join(fichier.streaming_content)  # type: ignore[attr-defined]
    return [_bloc(client.get(f"/entreprise/{ICI}/dirigeants")), contenu.decode("utf-8-sig"), api.content.decode()]


def _bloc(reponse: Any) -> str:
    assert reponse.status_code == 200
    return str(reponse.content.decode().partition('id="titre-groupe"')[2].partition("</section>")[0])


def test_an_old_number_in_a_declaration_is_the_company_that_replaced_it() -> None:
    ancien = f.siren_no(77)
    peupler()
    f.charger("sirene-doublons", [{"siren": BAS, "siren_doublon": ancien}])
    declarer(part(ICI, ancien, 80), part(ancien, PETITE, 100))
    assert sirens(groupe()) == {ICI, BAS, PETITE}
    assert sirens(lire_en_entier(ancien, fiscal())) == {ICI, BAS, PETITE}


def test_a_number_of_nobody_has_no_group() -> None:
    with pytest.raises(Introuvable):
        lire_en_entier(f.siren_no(88), fiscal())


def test_each_link_is_one_that_can_opens() -> None:
    """For readers of several territories: the links read are those of the declarants that ``can`` lets them read."""
    peupler()
    f.lieux(
        *(f.lieu(s, code_commune="59350") for s in SIRENS), *(f.lieu(s, 2, code_commune="13055") for s in (BAS, SOEUR))
    )
    declarees = [part(HAUT, ICI, 61.5), part(HAUT, SOEUR, 100), part(ICI, BAS, 66), part(BAS, PETITE, 80)]
    declarer(*declarees)
    source, ou = registre.source("dgfip-liens-capitalistiques"), {BAS: {"59", "13"}, SOEUR: {"59", "13"}}
    for departements in ({"59"}, {"13"}, {"75"}, {"59", "75"}):
        qui = lecteur("fiscal", territoire=frozenset(departements))
        lus = {x.declarant for x in lire_les_liens(BAS, qui, Versions(reperes(), qui.aujourd_hui), None).declarations}
        permis = {s for s in SIRENS if qui.decider(source, s, frozenset(ou.get(s, {"59"})))}
        assert lus <= permis
        assert lus == ({BAS} if departements == {"13"} else permis & {BAS, ICI, HAUT})


def test_a_company_abroad_is_a_row_by_its_name() -> None:
    peupler()
    declarer({**part(ICI, BAS, 62.5), "sens": "actionnaire", "siren_lie": None, "denomination": "HOLDING SA"})
    (tete, ici) = lignes(groupe())
    assert (tete.nom, tete.siren, tete.adresse) == ("HOLDING SA", "", "")
    assert (ici.ici, ici.part) == (True, 62.5)


def test_a_past_year_shows_what_was_declared_then() -> None:
    peupler()
    declarer(part(ICI, BAS, 100, 2024), part(ICI, PETITE, 100))
    assert sirens(groupe()) == {ICI, PETITE}
    assert sirens(groupe(au=2024)) == {ICI, BAS}
    assert groupe().annees == (2025, 2024)


def effectifs(*parts: tuple[str, int, str]) -> None:
    """``parts``: (SIREN, employees in October, commune of the establishment)."""
    f.lieux(
        *(f.lieu(s, code_commune="59350", libelle_commune="LILLE") for s in SIRENS),
        *(f.lieu(s, 9, code_commune=commune) for s, _, commune in parts),
    )
    f.charger(
        "dsn-effectifs",
        [
            {"siret": f.siret_no(s, 9), "mois": mois, "total": combien + avant}
            for s, combien, _ in parts
            for mois, avant in (("2026-09-01", 5), ("2026-10-01", 0))
        ],
        date_metier=date(2026, 10, 31),
    )


def test_employees_are_counted_where_the_reader_may_read_them() -> None:
    quatre()
    effectifs((ICI, 40, "59350"), (BAS, 7, "13055"), (SOEUR, 3, "59350"))
    partout, nord = (
        groupe(lecteur("fiscal", "emploi", territoire=frozenset({"FR"}))),
        lecteur("fiscal", "emploi", territoire=frozenset({"59"})),
    )
    assert "50 salariés en octobre 2026" in phrase(partout)
    ici = groupe(nord)
    assert "43 salariés chez vous en octobre 2026" in phrase(ici)
    assert {x.siren: x.salaries for x in lignes(ici)} == {ICI: 40, HAUT: None, BAS: None, SOEUR: 3}
    assert "salarié" not in phrase(groupe())
    assert groupe(nord, au=2024).etats.effectifs == {}
    page_du_groupe(ICI, {}, nord)
    vues = Consultation.objects.filter(sources__contains=["dsn-effectifs"])
    assert {c.numero for c in vues} == {ICI, HAUT, BAS, SOEUR}


# --- Persons ---------------------------------------------------------------------------------------------------------


def personne(siren: str) -> dict[str, Any]:
    return {
        "siren": siren, "rang": 1, "role": "30", "qualite": "Gérant", "type_personne": "personne physique",
        "nom": "LUSTRIZAC", "prenoms": "JEAN", "naissance": "1972-06",
    }  # fmt: skip


def test_persons_join_two_companies_only_when_the_officer_allows_it_for_agents_and_on_the_page_alone(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    peupler(ICI, BAS)
    f.charger("rne-dirigeants", [personne(ICI), personne(BAS)])
    for module, nom in ((views, "lecteur_de_la_page"), (views_groupe, "lecteur_de_la_page"), (v1, "lecteur_de")):
        monkeypatch.setattr(module, nom, lu_par(fiscal()))
    assert settings.FCE_GROUPE_PERSONNES is False
    fermees = _surfaces()
    assert not any(BAS in dite for dite in fermees)
    avant = {c.pk for c in Consultation.objects.all()}
    settings.FCE_GROUPE_PERSONNES = True
    page, *autres = _surfaces()
    assert f'id="g-{BAS}"' in page
    assert EN_COMMUN in page
    assert autres == fermees[1:]
    assert "rne-dirigeants" in {s for c in Consultation.objects.exclude(pk__in=avant) for s in c.sources}
    monkeypatch.setattr(views, "lecteur_de_la_page", lu_par(LecteurDeDonnees()))
    assert BAS not in _bloc(Client().get(f"/entreprise/{ICI}/dirigeants"))


# --- The picture -----------------------------------------------------------------------------------------------------


def test_beyond_eight_a_stack_says_how_many_and_hides_no_alarm() -> None:
    filles = [f.siren_no(100 + n) for n in range(14)]
    peupler(ICI, *filles)
    declarer(*(part(ICI, s, 100 - n, rang=n + 1) for n, s in enumerate(filles)))
    f.charger("bodacc", [
        {"id": "A1", "siren": filles[12], "procedure": "redressement_judiciaire", "jugement_nature": "Jugement",
         "jugement_date": "2026-05-04", "date_parution": "2026-05-09", "type_avis": "annonce"},
    ])  # fmt: skip
    dessin = dessiner(groupe(), lambda cle: f"#{cle}")
    pile = next(c for c in dessin.cases if len(c.cles) > 1)
    assert (len(dessin.cases), pile.titre) == (9, "7 filiales, voir le tableau, 1 en alarme")


def test_every_fact_of_the_picture_is_in_the_table_and_every_box_has_a_name() -> None:
    quatre()
    g = groupe()
    en_ligne = {x.cle: x for x in lignes(g)}
    dessin = dessiner(g, lambda cle: f"#{cle}")
    assert {cle for c in dessin.cases for cle in c.cles} == en_ligne.keys()
    for case in dessin.cases:
        assert case.titre
        if len(case.cles) == 1:
            ligne = en_ligne[case.cles[0]]
            dits = {
                ligne.nom,
                "vous êtes ici",
                ligne.effectif,
                ligne.salaries_dits,
                ligne.etat,
                *ligne.alarmes,
                "cessée",
            }
            assert set(case.titre.split(", ")) <= dits
    parts = {x.part_dite for x in en_ligne.values() if x.tenue}
    assert {mots for t in dessin.traits for *_, genre, mots in t.textes if genre == "part"} <= parts


def test_no_two_boxes_overlap() -> None:
    filles = [f.siren_no(100 + n) for n in range(14)]
    peupler(ICI, HAUT, *filles)
    declarer(part(HAUT, ICI, 100), *(part(ICI, s, 100, rang=n + 1) for n, s in enumerate(filles)))
    places = sorted((c.x, c.y) for c in dessiner(groupe(), str).cases)
    assert all(b[0] != a[0] or b[1] - a[1] > HAUTEUR for a, b in pairwise(places))


def test_two_thousand_companies_are_at_most_sixty_boxes_under_forty_kilobytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "lecteur_de_la_page", lu_par(fiscal()))
    filles = [f.siren_no(100 + n) for n in range(2000)]
    peupler(ICI, *filles)
    declarer(*(part(ICI, s, 100, rang=n + 1) for n, s in enumerate(filles)))
    bloc = _bloc(Client().get(f"/entreprise/{ICI}/dirigeants?rang=100"))
    svg = bloc.partition('<svg class="fce-groupe"')[2].partition("</svg>")[0]
    assert bloc.count('<a class="fce-case') <= 60
    assert len(svg.encode()) <= 40_000
    assert "2\u202f001 sociétés" in bloc


# --- Page, files, journal --------------------------------------------------------------------------------------------


def test_the_page_of_a_company_without_links_is_one_sentence() -> None:
    peupler()
    bloc = _bloc(Client().get(f"/entreprise/{ICI}/dirigeants"))
    assert "Aucun lien connu vers une autre société." in bloc
    assert "<svg" not in bloc
    assert "<table" not in bloc


@pytest.mark.parametrize("forme", ["csv", "xlsx"])
def test_files_hold_the_whole_group_under_rights(forme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    quatre()
    monkeypatch.setattr(views_groupe, "lecteur_de_la_page", lu_par(fiscal(surface=Surface.CSV)))
    reponse: HttpResponse = Client().get(f"/entreprise/{ICI}/groupe.{forme}")  # type: ignore[assignment]
    assert reponse.status_code == 200
    contenu = b"".join(reponse.streaming_content)  # type: ignore[attr-defined]
    if forme == "csv":
        rangees = [*csv.DictReader(io.StringIO(contenu.decode("utf-8-sig")), delimiter=";")]
        assert [(x["SIREN"], x["Part (%)"]) for x in rangees if x["SIREN"] == ICI] == [(ICI, "61,5")]
        assert {x["SIREN"] for x in rangees} == {ICI, HAUT, BAS, SOEUR}
    assert {c.numero for c in Consultation.objects.all()} == {ICI, HAUT, BAS}


def test_the_page_journals_each_company_whose_declaration_it_shows() -> None:
    quatre()
    page_du_groupe(ICI, {}, fiscal())
    assert {c.numero for c in Consultation.objects.all()} == {HAUT, BAS}  # the sheet writes its own company


def test_a_closed_journal_leaves_the_open_part(monkeypatch: pytest.MonkeyPatch) -> None:
    quatre()
    f.charger("rne-dirigeants", [mandat(BAS, ICI)])
    page = page_du_groupe(ICI, {}, fiscal(empechement="Journal indisponible."))
    assert {x.siren for x in page.lignes} == {ICI, BAS}


def test_the_table_comes_by_pages_and_each_box_leads_to_that_of_its_row() -> None:
    filles = [f.siren_no(100 + n) for n in range(30)]
    peupler(ICI, *filles)
    declarer(*(part(ICI, s, 100 - n, rang=n + 1) for n, s in enumerate(filles)))
    page = page_du_groupe(ICI, {"rang": "2"}, fiscal())
    assert (page.page, page.total, len(page.lignes)) == (2, 31, 11)
    assert page.dessin is not None
    assert all(re.fullmatch(r"(\?rang=1)?#g-\d{9}", case.adresse) for case in page.dessin.cases)
