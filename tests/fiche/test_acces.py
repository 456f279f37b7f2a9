"""Rights on every surface: what is refused is not read, not shown, not counted, and named with the reason."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from fce.droits.habilitations.finalites import Droit
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.fiche.assemblage import en_entier
from fce.fiche.formes.contenu import EnTableau, EtatBloc
from fce.fiche.lecture import enonces
from fce.fiche.page.absences import fermees
from fce.fiche.page.chapitres import chapitres
from fce.sources.acces import Acces, Agents, Habilite, Secret
from tests.donnees.entreprises import fabrique as f
from tests.droits.habilitations.fabrique import agent, habilitation
from tests.fiche import jeux
from tests.fiche.fiches import bloc, fiche_de
from tests.fiche.jeux import AUTRE, SIREN, SIRET

pytestmark = pytest.mark.django_db
MIDI = datetime(2026, 11, 25, 11, tzinfo=UTC)
NOM = "decisions-inventees"
RESERVES = [Agents(), Habilite("emploi"), Secret("fiscal")]


@pytest.fixture
def _reserve(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    jeux.installer(monkeypatch, jeux.jeux(getattr(request, "param", Habilite("emploi"))).values())
    jeux.peupler()


def lecteur(**changements: Any) -> LecteurDeDonnees:
    """An agent of the département 59, habilitated for "emploi"."""
    droits = frozenset({Droit.CONSULTER, Droit.EXPORTER})
    acteur = agent(habilitation(droits=droits, **changements))
    return LecteurDeDonnees(acteur, finalite="controle-travail", maintenant=MIDI)


@pytest.mark.parametrize("_reserve", RESERVES, indirect=True)
@pytest.mark.usefixtures("_reserve")
def test_without_a_right_nothing_is_read_and_each_surface_says_so(client: Client) -> None:
    with CaptureQueriesContext(connection) as requetes:
        for fiche in (fiche_de(SIREN), fiche_de(SIRET)):
            contenu = bloc(fiche, NOM)
            assert contenu.etat is EtatBloc.RESERVEE
            assert "ProConnect" in contenu.message
            assert contenu.provenances[0].date_metier is not None
            assert fiche.alertes == ()
            assert [t.titre for t in fiche.tuiles] == ["Effectif"]
        for adresse in (f"/entreprise/{SIREN}", f"/etablissement/{SIRET}"):
            assert "RUE SECRETE" not in client.get(adresse).content.decode()
            page = client.get(f"{adresse}/tout").content.decode()
            assert "RUE SECRETE" not in page
            assert "réservée aux agents publics" in page
            liste = client.get(f"{adresse}/{NOM}")
            assert liste.status_code == 403
            assert "ProConnect" in liste.content.decode()
            assert client.get(f"{adresse}/{NOM}.csv").status_code == 403
    assert not any("decisions_inventees" in r["sql"] for r in requetes.captured_queries)


@pytest.mark.parametrize("faits", [0, 300], ids=["parmi tous les établissements", "fait par fait"])
@pytest.mark.usefixtures("_reserve")
def test_facts_of_an_outsized_company_are_located_alike_in_two_ways(
    faits: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lieux(**habilitation: Any) -> set[str]:
        return {x["siret"] for x in bloc(fiche_de(SIREN, lecteur(**habilitation)), NOM).lignes}

    assert (lieux(), lieux(territoire=frozenset({"FR"}))) == ({SIRET}, {SIRET, AUTRE})
    monkeypatch.setattr(enonces, "LIEUX_SOMME", 0)
    monkeypatch.setattr(enonces, "FAITS_SITUES", faits)
    assert (lieux(), lieux(territoire=frozenset({"FR"}))) == ({SIRET}, {SIRET, AUTRE})


@pytest.mark.usefixtures("_reserve")
def test_the_workbook_names_the_reserved_source_without_giving_any_of_it(client: Client) -> None:
    classeur = openpyxl.load_workbook(BytesIO(b"".join(client.get(f"/entreprise/{SIREN}/export.xlsx"))))
    assert "Mutations économiques" not in classeur.sheetnames
    textes = [str(c) for feuille in classeur for rangee in feuille.values for c in rangee if c]
    assert "Réservé" in textes
    assert not any("SECRET" in t or "D1" in t for t in textes)


@pytest.mark.usefixtures("_reserve")
def test_with_the_right_and_the_purpose_the_source_is_read() -> None:
    fiche = fiche_de(SIRET, lecteur())
    assert bloc(fiche, NOM).etat is EtatBloc.DONNEES
    assert "MOTIF RESERVE" in set(f.textes(bloc(fiche, NOM).contenu))
    assert fiche.alertes[0].titre == "Décision en cours"


@pytest.mark.usefixtures("_reserve")
def test_out_of_the_territory_the_establishment_stays_closed() -> None:
    contenu = bloc(fiche_de(AUTRE, lecteur()), NOM)
    assert contenu.etat is EtatBloc.RESERVEE
    assert "territoire" in contenu.message


@pytest.mark.usefixtures("_reserve")
def test_the_sheet_of_a_company_shows_only_the_establishments_of_the_territory() -> None:
    ouvert = bloc(fiche_de(SIREN, lecteur()), NOM)
    contenu = ouvert.contenu
    assert isinstance(contenu, EnTableau)
    assert [ligne[1].texte for ligne in contenu.lignes] == ["D1"]
    assert "votre territoire seulement : Nord (59)" in ouvert.mention.replace("V", "v")
    partout = bloc(fiche_de(SIREN, lecteur(territoire=frozenset({"FR"}))), NOM).contenu
    assert isinstance(partout, EnTableau)
    assert [ligne[1].texte for ligne in partout.lignes] == ["D1", "D2"]
    assert bloc(fiche_de(SIREN, lecteur(territoire=frozenset({"13"}))), NOM).etat is EtatBloc.RESERVEE


@pytest.mark.parametrize("_reserve", [None], indirect=True)
@pytest.mark.usefixtures("_reserve")
def test_a_reserved_field_of_an_open_source_is_neither_read_nor_shown(client: Client) -> None:
    with CaptureQueriesContext(connection) as requetes:
        contenu = bloc(fiche_de(SIREN), NOM)
        client.get(f"/entreprise/{SIREN}/{NOM}")
        csv = b"".join(client.get(f"/entreprise/{SIREN}/{NOM}.csv")).decode("utf-8-sig")
    assert isinstance(contenu.contenu, EnTableau)
    assert "Motif" not in [c.libelle for c in contenu.contenu.colonnes]
    assert all("motif" not in ligne for ligne in contenu.lignes)
    assert "Motif" not in csv.splitlines()[0]
    requetes_ = [r["sql"] for r in requetes.captured_queries if "decisions_inventees" in r["sql"]]
    assert len(requetes_) == 3
    assert not any('"motif"' in sql for sql in requetes_)
    assert client.get(f"/entreprise/{SIREN}/{NOM}", {"tri": "motif"}).status_code == 400


@pytest.mark.usefixtures("_reserve")
def test_the_right_to_consult_is_not_that_to_export() -> None:
    seulement = LecteurDeDonnees(
        agent(habilitation(droits=frozenset({Droit.CONSULTER}))), Droit.EXPORTER, "controle-travail", MIDI
    )
    assert isinstance(en_entier.donnees(SIRET, NOM, lecteur=seulement), en_entier.Liste)
    exporter = LecteurDeDonnees(lecteur().acteur, Droit.EXPORTER, "controle-travail", MIDI)
    assert not isinstance(en_entier.donnees(SIRET, NOM, lecteur=exporter), en_entier.Liste)


def test_what_is_reserved_is_told_apart_from_what_is_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    def reservee(nom: str, acces: Acces) -> Any:
        return jeux.declarer(nom, jeux.Label, "aides", acces)

    ouvertes = [jeux.declarer(f"aide-{n}", jeux.Label, "aides") for n in "ab"]
    jeux.installer(
        monkeypatch, [*ouvertes, reservee("aide-c", Habilite("emploi")), reservee("aide-d", Secret("fiscal"))]
    )
    f.unites(f.unite(SIREN))
    f.lieux(f.lieu(SIREN))
    for source in ouvertes:
        f.charger(source.nom, [])
    fiche = fiche_de(SIREN, LecteurDeDonnees(maintenant=MIDI))
    lignes = [v for v in chapitres(fiche.rubriques, "/entreprise/1")[-1].vides if v.startswith("Aides —")]
    assert lignes == ["Aides — aucune donnée connue : Aide a (OI au 31/10/2026), Aide b (OI au 31/10/2026)."]
    assert [(f.geste, f.sources) for f in fermees(fiche.rubriques)] == [
        ("connexion", (("aide-c", "Aide c"), ("aide-d", "Aide d")))
    ]
