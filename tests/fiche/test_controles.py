"""The tab « Contrôles »: the reader's own trade first, his territory first, and no contact lost."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from fce.droits.habilitations.finalites import FINALITES, PROFILS
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.fiche.page.controles import TAILLE_DE_PAGE, ChoixDeContacts, OngletControles, composer
from fce.sources.declaration import Habilite, Producteur
from fce.sources.onglets import ONGLETS, SYNTHESE
from fce.sources.presentation import Alarme, FaitAlarmant, Jalon, ParEtablissement, Tableau
from fce.sources.synthese import Contact
from tests.acces.acteurs import habilite
from tests.donnees.entreprises import fabrique as f
from tests.droits.habilitations.fabrique import agent, habilitation
from tests.fiche import jeux
from tests.fiche.fiches import fiche_de
from tests.fiche.jeux import SIREN
from tests.fiche.test_acces import MIDI

pytestmark = pytest.mark.django_db(transaction=True)
CONTACTS = Habilite("contacts")
LILLE, ARRAS, RONCHIN, SOMAIN = (f.siret_no(SIREN, n) for n in (1, 2, 3, 4))
COMMUNES = {LILLE: "59350", ARRAS: "62041", RONCHIN: "59507", SOMAIN: "59574"}
DERNIER = date(2026, 11, 1)
AILLEURS = 112


def source(nom: str, corps: str, mot: str, **options: Any) -> Any:
    return jeux.declarer(
        nom, jeux.Accord, "controles", CONTACTS, producteur=Producteur(corps, corps.upper(), corps.upper()),
        absence=f"Aucun {mot}", jalon=Jalon("signature", "Contrôle", "dossier"),
        presentation=Tableau(("siret", "signature", "dossier"), ordre={corps: ("dossier",)}),
        regroupement=ParEtablissement(derniere="signature", colonnes=("dossier",)),
        synthese=(Contact("signature", "contrôle", service="dossier", famille=corps.upper()),), **options,
    )  # fmt: skip


def peupler(monkeypatch: pytest.MonkeyPatch, *, nombre: int = 4, **unite: Any) -> None:
    """Four establishments, three of them in the Nord: the inspectorate saw Lille, twice, and Arras; another service,
    Arras a hundred and twelve times and Ronchin once. An alarm in Somain, which has least employees."""
    alarme = Alarme(lambda lignes, _: [FaitAlarmant("1 mort au travail", siret=x["siret"]) for x in lignes])
    jeux.installer(
        monkeypatch,
        [
            source("inspections", "dgt", "contrôle connu de l’inspection du travail"),
            source("enquetes", "dgccrf", "contrôle connu de la DGCCRF"),
            jeux.declarer("accidents-inventes", jeux.Label, "relations-travail", alarme=alarme),
        ],
    )
    f.unites(f.unite(SIREN, **unite))
    lieux = ((LILLE, "LILLE", "22"), (ARRAS, "ARRAS", "22"), (RONCHIN, "RONCHIN", "32"), (SOMAIN, "SOMAIN", "11"))
    f.lieux(
        *(
            {
                **f.lieu(SIREN, n, libelle_commune=commune, code_commune=COMMUNES[siret]),
                "tranche_effectifs": tranche,
            }
            for n, (siret, commune, tranche) in enumerate(lieux[:nombre], start=1)
        )
    )
    f.charger(
        "inspections",
        [
            {"siret": LILLE, "dossier": "UC LILLE", "signature": date(2025, 3, 1)},
            {"siret": LILLE, "dossier": "UC LILLE", "signature": date(2026, 3, 1)},
            *([{"siret": ARRAS, "dossier": "UC ARRAS", "signature": date(2026, 6, 1)}] if nombre > 1 else []),
        ],
    )
    f.charger("enquetes", [
        {"siret": ARRAS, "dossier": f"UNITE {n}", "signature": DERNIER - timedelta(n)} for n in range(AILLEURS)
    ] + [{"siret": RONCHIN, "dossier": "UNITE 59", "signature": date(2020, 1, 1)}] if nombre > 1 else [])  # fmt: skip
    f.charger("accidents-inventes", [{"siret": SOMAIN, "numero": "L"}] if nombre > 3 else [])


def lecteur(profil: str = "inspection-travail", *territoire: str) -> LecteurDeDonnees:
    tenue = habilitation(
        profil=profil,
        groupes=PROFILS[profil].groupes,
        finalites=tuple(FINALITES[code] for code in PROFILS[profil].finalites),
        territoire=frozenset(territoire or ("59",)),
    )
    return LecteurDeDonnees(agent(tenue), usuelle=True, maintenant=MIDI)


def onglet_de(qui: LecteurDeDonnees, numero: str = SIREN, **params: str) -> OngletControles:
    fiche = fiche_de(numero, qui, onglet=ONGLETS["controles"])
    trouve = composer(fiche, qui, ChoixDeContacts.depuis(params))
    assert trouve is not None
    return trouve


def texte(html: object) -> str:
    return re.sub(r"<[^>]+>", "", str(html))


def test_e1_the_trade_of_the_reader_is_first_and_one_sentence_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    peupler(monkeypatch)
    onglet = onglet_de(lecteur())
    assert texte(onglet.phrase) == (
        "Chez vous, 1 établissement sur 3 a un contrôle connu de l’inspection du travail, le dernier le 01/03/2026 à "
        "LILLE ; 2 n’en ont pas."
    )
    sien, autres = onglet.blocs
    assert sien.titre == "Inspection du travail"
    assert [x.jour.year for x in sien.rangees] == [2026, 2025]
    assert {x.adresse for x in sien.rangees} == {f"/etablissement/{LILLE}"}
    enqueteur = onglet_de(lecteur("ccrf"))
    assert [b.titre for b in enqueteur.blocs] == [PROFILS["ccrf"].libelle, "Les autres services"]
    assert "1 établissement sur 3 a un contrôle connu de la DGCCRF" in texte(enqueteur.phrase)
    assert autres.groupe.startswith("Chez vous – Nord (59) (3 établissements)")


def test_e1_counts_agree_and_no_contact_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """The list used to stop at a hundred contacts, under a count of more."""
    peupler(monkeypatch)
    qui = lecteur()
    onglet = onglet_de(qui)
    total = 3 + AILLEURS + 1
    assert onglet.precision == f"{total} contacts connus : Inspection du travail 3, autres services {AILLEURS + 1}"
    parts = [tuple(map(int, re.findall(r"\d+", b.precision))) for b in onglet.blocs]
    assert parts == [(3, 2, 1), (AILLEURS + 1, 1, AILLEURS)]
    assert [b.ailleurs.combien for b in onglet.blocs if b.ailleurs] == [
        "1 contact, 1 département",
        f"{AILLEURS} contacts, 1 département",
    ]
    assert onglet.reste == ""
    vues = [onglet.vues[-1].adresse]
    assert "vue=tout" in vues[0]
    pages = -(-total // TAILLE_DE_PAGE)
    jours = [x.jour for n in range(1, pages + 1) for x in onglet_de(qui, vue="tout", page=str(n)).liste.rangees]  # type: ignore[union-attr]
    assert len(jours) == total
    assert jours == sorted(jours, reverse=True)
    ici = onglet_de(qui, vue="ici").liste
    assert ici is not None
    assert len(ici.rangees) == 3
    for part, combien in (("metier", 2), ("services", 1)):
        seule = onglet_de(qui, vue="ici", part=part).liste
        assert seule is not None
        assert len(seule.rangees) == combien
    arras = onglet_de(qui, departement="62").liste
    assert arras is not None
    assert arras.titre.startswith(f"Pas-de-Calais (62) : {AILLEURS + 1} contacts")


def test_e1_places_without_a_contact_have_alarms_first_then_head_count(monkeypatch: pytest.MonkeyPatch) -> None:
    peupler(monkeypatch)
    sans = onglet_de(lecteur()).blocs[0].sans
    assert sans is not None
    assert sans.titre == "Sans contrôle connu de l’inspection du travail chez vous (2)"
    assert [(x.adresse, x.alarmes) for x in sans.lieux] == [
        (f"/etablissement/{SOMAIN}", "1 mort au travail"),
        (f"/etablissement/{RONCHIN}", ""),
    ]
    assert "UNITE 59, 01/01/2020" in sans.lieux[1].detail
    assert "aucun autre service connu" in sans.lieux[0].detail
    trie = onglet_de(lecteur(), tri="effectif").blocs[0].sans
    assert trie is not None
    assert [x.adresse[-14:] for x in trie.lieux] == [RONCHIN, SOMAIN]


def test_e1_a_service_is_chosen_by_a_link_and_nonsense_changes_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    peupler(monkeypatch)
    qui = lecteur("ddets-emploi")
    familles = onglet_de(qui, vue="tout").liste.familles  # type: ignore[union-attr]
    assert [p.texte for p in familles] == [f"Tous {AILLEURS + 4}", f"DGCCRF {AILLEURS + 1}", "DGT 3"]
    choisie = onglet_de(qui, vue="tout", service="DGT").liste
    assert choisie is not None
    assert len(choisie.rangees) == 3
    assert [p.texte for p in choisie.familles if p.courant] == ["DGT 3"]
    for params in ({"service": "<b>"}, {"vue": "<b>", "part": "x", "page": "-1", "tri": "x"}):
        assert onglet_de(qui, **params) == onglet_de(qui)  # type: ignore[arg-type]
    assert (
        onglet_de(qui, vue="tout", page="999").liste
        == onglet_de(qui, vue="tout", page=str(-(-(AILLEURS + 4) // TAILLE_DE_PAGE))).liste
    )


def test_e1_a_national_reader_has_no_home_but_departments(monkeypatch: pytest.MonkeyPatch) -> None:
    peupler(monkeypatch)
    onglet = onglet_de(lecteur("inspection-travail", "FR"))
    assert "chez vous" not in str(onglet).casefold()
    sien = onglet.blocs[0]
    assert len(sien.rangees) == 3
    assert sien.ailleurs is not None
    assert re.findall(r"<a [^>]*>(.*?)</a>", sien.ailleurs.departements) == ["Nord (59)", "Pas-de-Calais (62)"]
    assert texte(onglet.phrase) == "Le dernier contrôle connu de l’inspection du travail date du 01/06/2026 à ARRAS."


def test_e1_the_places_of_a_masked_person_are_not_said(monkeypatch: pytest.MonkeyPatch) -> None:
    peupler(monkeypatch, statut_diffusion="P", categorie_juridique="1000")
    onglet = onglet_de(lecteur())
    assert not any(commune in str(onglet) for commune in ("LILLE", "ARRAS", "RONCHIN", "SOMAIN"))
    # Nor by the département where a contact is counted.
    assert "dans 1 établissement" not in str(onglet)
    assert [b.sans for b in onglet.blocs] == [None, None]
    assert not re.search(r"departement=\d", str(onglet))


def test_e1_one_establishment_and_its_own_sheet(monkeypatch: pytest.MonkeyPatch) -> None:
    peupler(monkeypatch, nombre=1)
    assert texte(onglet_de(lecteur()).phrase).startswith("Chez vous, 1 établissement sur 1 a un contrôle connu")
    sur_place = onglet_de(lecteur(), LILLE)
    assert [b.ailleurs for b in sur_place.blocs] == [None]
    assert len(sur_place.blocs[0].rangees) == 2
    assert "date du 01/03/2026" in texte(sur_place.phrase)


def test_e1_nothing_is_said_never_when_the_own_source_could_not_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    peupler(monkeypatch)
    qui = lecteur()
    fiche = fiche_de(SIREN, qui, onglet=ONGLETS["controles"])
    tronquee = replace(
        fiche, apercu=replace(fiche.apercu, releves=tuple(r._replace(total=r.total + 5) for r in fiche.apercu.releves))
    )
    onglet = composer(tronquee, qui, ChoixDeContacts())
    assert onglet is not None
    assert onglet.blocs[0].sans is None
    assert "n’en ont pas" not in texte(onglet.phrase)
    assert "10 contacts plus anciens" in onglet.reste


def test_e1_the_public_and_an_agent_without_a_right_read_no_contact(
    monkeypatch: pytest.MonkeyPatch, client: Client
) -> None:
    peupler(monkeypatch)
    seul = LecteurDeDonnees(agent(), maintenant=MIDI)
    for qui in (LecteurDeDonnees(maintenant=MIDI), seul):
        fiche = fiche_de(SIREN, qui, onglet=ONGLETS["controles"])
        assert composer(fiche, qui, ChoixDeContacts()) is None
        assert fiche.apercu.places == {}
        assert fiche.apercu.ici == ()
    page = client.get(f"/entreprise/{SIREN}/controles?vue=tout").content.decode()
    assert "UC LILLE" not in page
    assert "UNITE 59" not in page


def test_e1_the_page_has_it_without_a_script_and_the_fragment_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    peupler(monkeypatch)
    client = habilite("inspection-travail").client
    adresse = f"/entreprise/{SIREN}/controles"
    page = client.get(adresse).content.decode()
    fragment = client.get(adresse, headers={"HX-Request": "true", "HX-Target": "onglet"}).content.decode()
    section = re.compile(
        r'<section class="fce-rubrique fce-controles".*?<details class="fce-plier" id="par-source">', re.S
    )
    trouves = [section.search(html) for html in (page, fragment)]
    assert trouves[0] is not None
    assert trouves[1] is not None
    assert trouves[0][0] == trouves[1][0]
    assert page.index("Inspection du travail") < page.index("Les autres services") < page.index('id="par-source"')
    # Each source is still whole, under its name, its bloc of the reader's trade first.
    assert page.index('id="liste-inspections"') < page.index('id="liste-enquetes"')


def test_e1_tables_of_establishments_put_the_territory_first(monkeypatch: pytest.MonkeyPatch) -> None:
    peupler(monkeypatch)
    page = habilite("inspection-travail").client.get(f"/entreprise/{SIREN}/controles").content.decode()
    bloc = page[page.index('id="liste-enquetes"') :]
    ici, _, ailleurs = bloc.partition('<details class="fce-plier">')
    assert "Chez vous – Nord (59) (1 établissement)" in ici
    assert f"/etablissement/{RONCHIN}" in ici
    assert f"/etablissement/{ARRAS}" not in ici
    assert "(1 établissement)" in ailleurs
    assert "Pas-de-Calais (62)" in ailleurs
    assert f"/etablissement/{ARRAS}" in ailleurs


def test_e1_the_synthese_opens_on_the_trade_of_the_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    peupler(monkeypatch)
    for profil, premiere in (("inspection-travail", "Inspections"), ("ccrf", "Enquetes")):
        page = habilite(profil).client.get(f"/entreprise/{SIREN}").content.decode()
        assert re.search(r'<h2 id="titre-premier">.*?<h3[^>]*>(.*?)</h3>', page, re.S)[1] == premiere  # type: ignore[index]


@pytest.mark.parametrize("masquee", [False, True], ids=["diffusible", "masquée"])
def test_e3_the_synthese_names_places_of_the_territory_first(monkeypatch: pytest.MonkeyPatch, masquee: bool) -> None:
    peupler(monkeypatch, **({"statut_diffusion": "P", "categorie_juridique": "1000"} if masquee else {}))

    def premiers(territoire: str) -> list[tuple[str, bool]]:
        """(SIRET, told as one's own) of the rows of the first subject."""
        page = habilite("ccrf", (territoire,)).client.get(f"/entreprise/{SIREN}").content.decode()
        bloc = page[page.index('id="liste-enquetes"') :].partition("</table>")[0]
        assert "fce-plier" not in bloc, "la Synthèse ne plie rien"
        rangees = re.findall(r"/etablissement/(\d{14})(.*?)</td>", bloc)
        return [(siret, "chez vous" in suite) for siret, suite in rangees]

    par_date = [(ARRAS, False), (RONCHIN, False)]
    assert premiers("FR") == par_date
    assert premiers("75") == par_date
    assert premiers("62") == ([(ARRAS, True), (RONCHIN, False)] if not masquee else par_date)
    # Where a masked person has its places tells whose they are: nothing is put first.
    assert premiers("59") == ([(RONCHIN, True), (ARRAS, False)] if not masquee else par_date)


def test_e3_the_synthese_reads_no_place_but_those_of_the_territory(monkeypatch: pytest.MonkeyPatch) -> None:
    peupler(monkeypatch)
    fiche = fiche_de(SIREN, lecteur(), onglet=SYNTHESE)
    assert set(fiche.apercu.places) == {LILLE, RONCHIN, SOMAIN}
    assert fiche_de(SIREN, lecteur("inspection-travail", "FR"), onglet=SYNTHESE).apercu.places == {}
    assert fiche_de(SIREN, onglet=SYNTHESE).apercu.places == {}


def test_e3_the_synthese_names_open_places_of_the_territory_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """The card « Qui » of a company whose siège is closed, and a sheet that opens on its establishments."""
    jeux.installer(monkeypatch, [])
    f.unites(f.unite(SIREN))
    f.lieux(
        f.lieu(SIREN, code_commune="62041", libelle_commune="ARRAS", etat_administratif="F"),
        f.lieu(SIREN, 2, code_commune="62041", libelle_commune="ARRAS"),
        f.lieu(SIREN, 3, code_commune="59507", libelle_commune="RONCHIN"),
    )
    du_nord = fiche_de(SIREN, lecteur(), onglet=SYNTHESE)
    assert [e.siret for e in du_nord.etablissements.etablissements][:2] == [RONCHIN, ARRAS]
    assert [e.siret for e in fiche_de(SIREN, onglet=SYNTHESE).etablissements.etablissements][:2] == [ARRAS, RONCHIN]
