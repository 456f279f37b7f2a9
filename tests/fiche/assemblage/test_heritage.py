"""The alarms of a company on the sheet of its establishments, as this reader may read them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from django.test import Client

from fce.droits.habilitations.finalites import Droit
from fce.droits.journal.models import Consultation
from fce.fiche import selectors as fiches
from fce.fiche.page.alarmes import LigneAlarme, alarmes
from fce.sources.declaration import Habilite
from fce.sources.onglets import ONGLETS, SYNTHESE
from fce.sources.presentation import Agregats, Alarme, FaitAlarmant, Ligne, Presence
from tests.donnees.entreprises import fabrique as f
from tests.fiche import jeux
from tests.fiche.territoires import COMMUNES, MARSEILLE, NORD, PARIS, SIREN, lecteur
from tests.fiche.test_charge import allers_retours

pytestmark = pytest.mark.django_db
EMPLOI = Habilite("emploi")


def morts(lignes: Sequence[Ligne], aujourd_hui: date) -> list[FaitAlarmant]:
    return [FaitAlarmant(f"Mort au travail n° {x['numero']}", date(2026, 3, 1), siret=x["siret"]) for x in lignes]


def compter(lignes: Sequence[Ligne], aujourd_hui: date) -> str | None:
    return f"{len(lignes)} morts au travail" if lignes else None


def peupler(monkeypatch: pytest.MonkeyPatch, *touches: str, acces: Any = EMPLOI, **lieux: Any) -> None:
    """Deaths in these establishments of a company of the Nord, of Paris and of Marseille."""
    source = jeux.declarer(
        "morts-inventees", jeux.Label, "relations-travail", acces, presentation=Presence("Mort."),
        alarme=Alarme(morts), agregats=Agregats(alerte=compter),
    )  # fmt: skip
    jeux.installer(monkeypatch, [source])
    f.unites(f.unite(SIREN, denomination="VERGERS DE PARTOUT"))
    f.lieux(*(
        {**f.lieu(SIREN), "siret": s, "nic": s[9:], "code_commune": COMMUNES[s], "libelle_commune": f"VILLE {s[-4:]}",
         "etablissement_siege": s == NORD, **lieux.get(f"de_{s}", {})}
        for s in (NORD, PARIS, MARSEILLE)
    ))  # fmt: skip
    f.charger("morts-inventees", [{"siret": s, "numero": s[-4:]} for s in touches])


def lignes(siret: str, *territoire: str) -> list[LigneAlarme]:
    qui = lecteur(*territoire) if territoire else None
    connues = alarmes(fiches.fiche_etablissement(siret, lecteur=qui, onglet=SYNTHESE), frozenset(territoire))
    return [*connues.montrees, *connues.autres]


def test_own_alarms_then_what_its_company_counts_in_all(monkeypatch: pytest.MonkeyPatch) -> None:
    peupler(monkeypatch, NORD, PARIS, acces=None)
    sienne, heritee = lignes(NORD)
    assert (sienne.titre, sienne.lien) == (
        f"Mort au travail n° {NORD[-4:]}",
        f"/etablissement/{NORD}/travail#liste-morts-inventees",
    )
    # What is counted together is said of the company with its total, never with the figure of one place.
    assert (heritee.titre, heritee.lieu) == ("Entreprise : 2 morts au travail", "")
    assert heritee.lien == f"/entreprise/{SIREN}/travail#liste-morts-inventees"


def test_a_place_out_of_the_territory_is_not_shown_but_the_fact_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    peupler(monkeypatch, PARIS, MARSEILLE)
    (heritee,) = lignes(NORD, "59")
    assert heritee.titre == "Entreprise : 2 morts au travail"
    assert (heritee.lieu, heritee.ici) == ("", False)
    ailleurs = [texte for s in (PARIS, MARSEILLE) for texte in (s, s[-4:], f"VILLE {s[-4:]}")]
    fiche = fiches.fiche_etablissement(NORD, lecteur=lecteur("59"), onglet=SYNTHESE)
    assert not [t for t in f.textes(fiche.alertes) if any(x in t for x in ailleurs)]
    # In the territory of Paris, its place is told, that of Marseille is not.
    (vue,) = lignes(NORD, "59", "75")
    assert vue.lieu == f"VILLE {PARIS[-4:]}"


def test_alarms_cost_one_round_trip_and_another_to_locate_them(monkeypatch: pytest.MonkeyPatch) -> None:
    peupler(monkeypatch, NORD, acces=None)
    assert allers_retours(lambda: fiches.fiche_etablissement(NORD, onglet=ONGLETS["travail"])) == 1
    assert allers_retours(lambda: fiches.fiche_etablissement(NORD, onglet=SYNTHESE)) == 2
    peupler(monkeypatch, NORD, PARIS, acces=None)
    assert allers_retours(lambda: fiches.fiche_etablissement(NORD, onglet=SYNTHESE)) <= 3


def test_a_single_place_elsewhere_cannot_be_guessed(monkeypatch: pytest.MonkeyPatch) -> None:
    peupler(monkeypatch, MARSEILLE)
    assert lignes(NORD, "59", "75") == []
    assert lignes(NORD) == []


def test_out_of_the_territory_or_without_a_purpose_nothing_is_inherited(
    monkeypatch: pytest.MonkeyPatch, client: Client
) -> None:
    peupler(monkeypatch, NORD, PARIS)
    assert lignes(PARIS, "33") == []
    assert "ort au travail" not in client.get(f"/etablissement/{PARIS}").content.decode()


def test_an_establishment_masked_elsewhere_is_not_located(monkeypatch: pytest.MonkeyPatch) -> None:
    peupler(monkeypatch, PARIS, **{f"de_{PARIS}": {"statut_diffusion": "P"}})
    f.unites(f.unite(SIREN, categorie_juridique="1000"))
    (heritee,) = lignes(NORD, "59", "75")
    assert "VILLE" not in heritee.lieu


@pytest.mark.django_db(transaction=True)
def test_what_is_inherited_is_recorded_under_the_company(monkeypatch: pytest.MonkeyPatch) -> None:
    peupler(monkeypatch, NORD, PARIS)
    fiches.fiche_etablissement(NORD, lecteur=lecteur("59", "75"), onglet=SYNTHESE)
    assert set(Consultation.objects.values_list("numero", flat=True)) == {NORD, SIREN}
    fiches.fiche_etablissement(NORD, lecteur=lecteur("59", "75", action=Droit.CONSULTER), onglet=ONGLETS["travail"])
    assert Consultation.objects.filter(numero=SIREN).count() == 1
