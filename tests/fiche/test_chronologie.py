"""The timeline merges every dated fact: the sheet prints the latest, its own page has them all."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client

from fce.donnees.entreprises.historique import Evenement, Journee, par_date, trier
from fce.fiche.lecture.gravite import gravite_de, regle
from fce.fiche.page.filtre_historique import page_chronologie
from fce.fiche.page.historique import CadreHistorique, LigneDatee
from fce.sources import registre
from fce.sources.declaration import Habilite
from fce.sources.presentation import Gravite, Jalon, Tableau
from tests.acces.acteurs import habilite
from tests.donnees.entreprises import fabrique as f
from tests.fiche import jeux
from tests.fiche.jeux import AUTRE, SIREN, SIRET
from tests.service.portail.pages import verifier

PARTOUT = CadreHistorique(f"/entreprise/{SIREN}", frozenset(), {})
NORD = CadreHistorique(f"/entreprise/{SIREN}", frozenset({"59"}), {})


def jalons(nombre: int) -> tuple[Journee, ...]:
    """Changes of name and of form in turn, one a day: no two of them make a run."""
    jour = date(2026, 1, 1)
    genres = ("nom", "categorie_juridique")
    return par_date(
        [
            Evenement(jour - timedelta(days=n), genres[n % 2], "Changement", f"n° {n}", "sirene-unites-legales")
            for n in range(nombre)
        ]
    )


def test_pages_follow_without_gap_and_stay_within_bounds() -> None:
    tous = jalons(250)
    vues = [page_chronologie(tous, n, {}, PARTOUT) for n in (1, 2, 3)]
    assert [len(v.lignes) for v in vues] == [100, 100, 50]
    assert {v.pages for v in vues} == {3}
    assert page_chronologie(tous, 99, {}, PARTOUT).page == 3
    assert page_chronologie((), 1, {}, PARTOUT).lignes == ()


def test_v26_a_year_opens_with_at_least_the_lines_that_its_fold_showed() -> None:
    controle = Evenement(None, "nom", "Changement de nom", None, "sirene-unites-legales")
    suite = [controle._replace(date=date(2026, 6, 1) - timedelta(days=n)) for n in range(150)]
    autres = [e._replace(genre={"nom": "siege"}.get(e.genre, e.genre)) for j in jalons(8) for e in j.evenements]
    page = page_chronologie(par_date(trier([*suite, *autres])), 1, {}, PARTOUT)
    assert [x.nombre for x in page.lignes] == [150, *[1] * 8]
    assert (page.total, page.pages) == (158, 1)


def test_all_of_a_year_is_told_one_by_one_with_how_serious_it_is() -> None:
    controle = Evenement(date(2026, 6, 1), "nom", "Changement de nom", None, "sirene-unites-legales")
    suite = par_date(trier([controle._replace(date=date(2026, 6, n), detail=str(n)) for n in range(1, 31)]))
    autre = par_date([controle._replace(date=date(2025, 1, 1), genre="siege")])
    page = page_chronologie([*suite, *autre], 1, {"depuis": "2026", "jusqu_a": "2026"}, PARTOUT)
    assert len(page.lignes) == page.total == 30
    assert page.gravites == " : 30 à voir"
    assert len(page_chronologie([*suite, *autre], 1, {}, PARTOUT).lignes) == 2


@pytest.mark.catalogue
def test_v26_a_control_is_as_serious_whoever_tells_it() -> None:
    dite = gravite_de(Evenement(date(2026, 1, 1), "contact", "Contrôle d’un service", "UC 1", ""))
    assert dite is Gravite.A_VOIR
    for source in registre.toutes():
        controle = source.rubrique == "controles" or source.nom in ("icpe-seveso", "alim-confiance")
        if source.jalon and controle:
            fait = Evenement(date(2026, 1, 1), "fait", source.jalon.titre, None, source.nom)
            assert gravite_de(fait) is dite, source.nom
            assert f"{source.jalon.titre} ({source.producteur.sigle or source.producteur.nom})" in regle()[dite]
            assert all(n.gravite is dite for n in source.nouvelles), source.nom


@pytest.mark.django_db
def test_the_page_gives_everything_with_its_links_and_nothing_executable(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    accords = jeux.declarer(
        "accords-inventes",
        jeux.Accord,
        "aides",
        presentation=Tableau(),
        jalon=Jalon("signature", "Accord <signé>", "dossier"),
    )
    jeux.installer(monkeypatch, [accords])
    f.unites(f.unite(SIREN, denomination="VERGERS DU NORD"))
    f.lieux(f.lieu(SIREN), f.lieu(SIREN, 2))
    f.charger(
        "accords-inventes",
        [{"siret": AUTRE, "dossier": f"<b>{n}</b>", "signature": date(2026, 1, 1) - timedelta(n)} for n in range(60)],
    )
    fiche = client.get(f"/entreprise/{SIREN}/tout").content.decode()
    frise = fiche.partition('class="fce-an"')[2]
    assert "Accord &lt;signé&gt; : 59 fois" in frise
    assert f'href="/entreprise/{SIREN}/chronologie?genre=accord-signe&amp;depuis=2025&amp;jusqu_a=2025"' in frise
    assert "&lt;b&gt;59&lt;/b&gt;" not in frise
    # A run takes one line of the list; its kind asked for, it is told one by one.
    assert "Accord &lt;signé&gt; : 60 fois" in client.get(f"/entreprise/{SIREN}/chronologie").content.decode()
    reponse = client.get(f"/entreprise/{SIREN}/chronologie?genre=accord-signe")
    html = reponse.content.decode()
    verifier(html)
    assert reponse["X-Robots-Tag"] == "noindex"
    assert "&lt;b&gt;59&lt;/b&gt;" in html
    assert "Accord &lt;signé&gt;" in html
    assert f'href="/etablissement/{AUTRE}"' in html
    assert client.get(f"/etablissement/{SIRET}/chronologie").status_code == 200
    assert client.get(f"/entreprise/{f.siren_no(5)}/chronologie").status_code == 404


def faits(source: str, titre: str, *jours: date, detail: str | None = None) -> list[Evenement]:
    return [Evenement(jour, "fait", titre, detail, source) for jour in jours]


INSPECTIONS = [date(2026, 12 - n, 15) for n in range(9)]


def frise() -> tuple[Journee, ...]:
    """Nine inspections in a row but for a judgement in the middle, two accounts and a birth."""
    bodacc = "Annonce au Bodacc"
    return par_date(
        trier(
            [
                *faits("icpe-seveso", "Inspection", *INSPECTIONS),
                *faits("bodacc", bodacc, date(2026, 8, 20), detail="Procédures collectives"),
                *faits("bodacc", bodacc, date(2019, 5, 2), date(2018, 5, 2), detail="Dépôts des comptes"),
                Evenement(date(2001, 2, 3), "creation", "Création", None, "sirene-unites-legales"),
            ]
        )
    )


def lignes(cadre: CadreHistorique, *evenements: Evenement) -> list[LigneDatee]:
    return list(page_chronologie(par_date(trier(evenements)), 1, {}, cadre).lignes)


@pytest.mark.catalogue
def test_what_recurs_fits_on_one_line_and_does_not_drown_a_judgment() -> None:
    dites = page_chronologie(frise(), 1, {}, PARTOUT).lignes
    assert [(x.titre, x.nombre, x.gravite) for x in dites] == [
        ("4 inspections d’installations classées", 4, Gravite.A_VOIR),
        ("Annonce au Bodacc", 1, Gravite.GRAVE),
        ("5 inspections d’installations classées", 5, Gravite.A_VOIR),
        ("Annonce au Bodacc", 1, Gravite.ORDINAIRE),
        ("Annonce au Bodacc", 1, Gravite.ORDINAIRE),
        ("Création", 1, Gravite.ORDINAIRE),
    ]
    assert dites[0].quand == "du 15/09/2026 au 15/12/2026"


@pytest.mark.catalogue
def test_e4_every_event_names_its_place_and_a_series_says_its_parts() -> None:
    def inspection(n: int, commune: str, departement: str) -> Evenement:
        return Evenement(date(2026, 11, 19), "fait", "Inspection", None, "icpe-seveso", f.siret_no(SIREN, n), None,
                         commune, departement)  # fmt: skip

    nom = Evenement(date(2026, 11, 20), "nom", "Changement de dénomination", "A → B", "sirene-unites-legales")
    seule = inspection(1, "SOMAIN", "59")._replace(source="wikit-controles", titre="Contrôle")
    plusieurs = [inspection(2, "MAROILLES", "59"), *(inspection(n, "COURBEVOIE", "92") for n in range(3, 6))]
    dites = lignes(NORD, nom, seule, *plusieurs)
    dits = [["toute l’entreprise"], ["SOMAIN"], ["1 chez vous, 3 ailleurs"]]
    assert [[texte for texte, _ in x.lieux] for x in dites] == dits
    assert [x.ici for x in dites] == [False, True, False]
    assert (dites[0].avant, dites[0].apres) == ("A", "B")
    # Without a territory, nothing is « chez vous » and a commune keeps its département.
    dites = lignes(PARTOUT, seule, *plusieurs)
    assert [[texte for texte, _ in x.lieux] for x in dites] == [["SOMAIN (59)"], ["4 établissements"]]


@pytest.mark.catalogue
def test_kinds_come_with_the_gravest_first_then_the_rarest() -> None:
    choix = {c.nom: c for c in page_chronologie(frise(), 1, {}, PARTOUT).choix}
    assert [libelle for _, libelle, _ in choix["genre"].options] == [
        "Annonce au Bodacc : Procédures collectives (1)",
        "Inspection (9)",
        "Ouverture, fermeture, cessation (1)",
        "Annonce au Bodacc : Dépôts des comptes (2)",
    ]
    assert [s.partition(" (")[0] for _, s, _ in choix["service"].options] == ["DGPR", "DILA", "Insee"]
    assert [s for _, s, _ in choix["gravite"].options] == ["Graves (1)", "Graves et à voir (10)", "Ordinaires (3)"]
    annees = [a for a, _, _ in choix["depuis"].options]
    assert annees == ["2026", "2019", "2018", "2001"] == [a for a, _, _ in choix["jusqu_a"].options]


@pytest.mark.catalogue
@pytest.mark.parametrize(
    ("demande", "nombre"),
    [
        ({}, 13),
        ({"genre": "annonce-au-bodacc-procedures-collectives"}, 1),
        ({"genre": "inspection"}, 9),
        ({"gravite": "grave"}, 1),
        ({"gravite": "ordinaire"}, 3),
        ({"service": "dila"}, 3),
        ({"service": "dila", "depuis": "2019"}, 2),
        ({"jusqu_a": "2018"}, 2),
        ({"depuis": "2018", "jusqu_a": "2019"}, 2),
        # What is not offered means nothing.
        ({"genre": "controle-fiscal", "service": "dgfip", "depuis": "1900", "jusqu_a": "x", "lecture": "nouveau"}, 13),
    ],
)
def test_the_filter_is_in_the_address(demande: dict[str, str], nombre: int) -> None:
    page = page_chronologie(frise(), 1, demande, PARTOUT)
    assert (page.total, page.en_tout) == (nombre, 13)
    assert dict(page.garder) == (demande if nombre < 13 else {})
    if "genre" in dict(page.garder):
        # Asked for, they are told one by one.
        assert {x.nombre for x in page.lignes} == {1}


@pytest.mark.django_db
def test_a_filter_names_neither_what_is_closed_nor_what_is_masked(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    clos = jeux.declarer(
        "accords-clos", jeux.Accord, "controles", Habilite("emploi"), presentation=Tableau(),
        jalon=Jalon("signature", "Visite close", "dossier", par_detail=True),
    )  # fmt: skip
    ouverts = jeux.declarer(
        "accords-ouverts",
        jeux.Accord,
        "aides",
        presentation=Tableau(),
        jalon=Jalon("signature", "Accord", "dossier", par_detail=True),
    )
    jeux.installer(monkeypatch, [clos, ouverts])
    f.unites(f.unite(SIREN, denomination="VERGERS DU NORD"))
    f.lieux(f.lieu(SIREN, code_commune="59350"), f.lieu(SIREN, 2, code_commune="59350", statut_diffusion="P"))
    for n, source in enumerate((clos, ouverts)):
        jour = date(2010 + n, 1, 1)
        f.charger(source.nom, [{"siret": x, "dossier": f"DIT {x}", "signature": jour} for x in (SIRET, AUTRE)])

    def options(qui: Client) -> str:
        html = qui.get(f"/entreprise/{SIREN}/chronologie").content.decode()
        return html.partition('<form class="fce-filtres-ligne')[2].partition("</form>")[0]

    assert "Visite close" not in options(client)
    assert ">2010<" not in options(client)
    assert f"Accord : DIT {SIRET} (1)" in options(client)
    agent = habilite("dreets-3e").client
    assert f"Visite close : DIT {SIRET} (1)" in options(agent)
    # The establishment masked on its own says nothing of its agreement but that there is one, if anything.
    assert all(f"DIT {AUTRE}" not in options(qui) for qui in (client, agent))
    filtree = client.get(f"/entreprise/{SIREN}/chronologie?genre=visite-close-dit-{SIRET}").content.decode()
    assert filtree.partition("<main")[2].count("événements</a>") == 0
    assert "tout montrer" not in filtree


@pytest.mark.django_db
@pytest.mark.usefixtures("inventees")
def test_sub_pages_keep_the_name_the_state_and_the_way_back(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for adresse, onglet, sujet in (
        (f"/entreprise/{SIREN}/chronologie", "historique", "Chronologie"),
        (f"/entreprise/{SIREN}/accords-inventes", "travail", "Accords inventes"),
        (f"/entreprise/{SIREN}/accords-inventes?colonnes=", "travail", "Accords inventes"),
        (f"/etablissement/{SIRET}/chronologie", "historique", "Chronologie"),
        (f"/etablissement/{SIRET}/accords-inventes", "travail", "Accords inventes"),
    ):
        html = client.get(adresse).content.decode()
        base = adresse.rpartition("/")[0]
        tete = html.partition("<main")[2].partition("<h1")[0]
        assert "VERGERS DU NORD" in html.partition("<title>")[2].partition("</title>")[0].partition("–")[0]
        assert f'href="{base}/{onglet}"' in tete
        # An establishment has the name of its company, to which another link leads.
        lequel = "" if "entreprise" in base else '<span class="fr-sr-only">Établissement – </span>'
        assert f'<a href="{base}">{lequel}<strong><bdi>VERGERS DU NORD' in tete
        assert ("En activité" if "entreprise" in base else "Ouvert") in tete
        assert f'<h1 class="fr-h3">{sujet}</h1>' in html
