"""The alarms of a list: those that this reader may read, where the companies are, written down before they leave."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from fce.droits.comptes.models import Compte
from fce.droits.journal import services as journal
from fce.droits.journal.models import Consultation
from fce.droits.journal.selectors import FiltresJournal, filtrees
from fce.fiche import alarmes_de_liste
from fce.fiche.lecture import consignation
from fce.socle.erreurs import JournalIndisponible
from tests.acces import acteurs
from tests.acces.acteurs import Joue, habilite
from tests.acces.surfaces import lu
from tests.donnees.entreprises import fabrique as f
from tests.ensembles.listes import fabrique as l
from tests.pannes import lever
from tests.recherche.univers import BREST, Univers

pytestmark = pytest.mark.django_db(transaction=True)
MORT = "mort au travail"
PSE = "Plan de sauvegarde"


@pytest.fixture
def noms(transactional_db: None) -> dict[str, str]:
    univers = Univers()
    siens = {
        "lille": univers.entreprise("FONDERIE DU NORD"),
        "brest": univers.entreprise("FONDERIE DU PORT", BREST),
        "saine": univers.entreprise("FONDERIE SAINE"),
    }
    for nom in ("lille", "brest"):
        univers.fait("accidents-travail", siret=f.siret_no(siens[nom]), total=3, mortels=1)
        univers.fait(
            "rupco-procedures",
            siren=siens[nom],
            numero=nom,
            type="PSE",
            date_enregistrement="2026-02-09",
            etat="clos",
        )
    univers.etablissement(siens["lille"], 2, **BREST)
    univers.fait("accidents-travail", siret=f.siret_no(siens["lille"], 2), total=9, mortels=4)
    univers.charger()
    return siens


def adresse(joue: Joue, *numeros: str) -> str:
    """Address of the alarms of a list of his, whatever his rights."""
    compte = Compte.objects.get(pk=int(joue.acteur.identifiant.removeprefix("c")))
    return f"/listes/{l.a_soi(compte, numeros).reference}/alertes"


def alarmes(html: str) -> list[str]:
    """The alarms of an answer, each with what follows it."""
    return [morceau.partition("</li>")[0] for morceau in html.split('<li class="fce-alerte">')[1:]]


def de_l_alarme() -> list[Consultation]:
    """Entries of the journal, but for that of the list itself."""
    return list(Consultation.objects.exclude(sources=["listes"]))


def test_only_in_the_territory_and_the_purpose_of_the_reader(noms: dict[str, str]) -> None:
    inspectrice = habilite("inspection-travail", ("59",))
    html = inspectrice.client.get(adresse(inspectrice, *noms.values())).content.decode()
    dites = alarmes(html)
    assert [MORT in x for x in dites].count(True) == 1
    assert any(PSE in x for x in dites)
    assert len(dites) == 2
    assert all(noms["lille"] in x for x in dites)
    assert "LILLE" in "".join(dites)
    assert "4 morts" not in html
    assert "dans votre territoire, Nord (59), pour 3 entreprises" in html
    assert "Accidents du travail (2 sur 3)" in html
    assert "1 entreprise a une alarme dans vos sources" in html


def test_a_national_reader_of_another_trade_is_told_nothing_of_it(noms: dict[str, str]) -> None:
    for profil in ("douane", "ccrf"):
        joue = habilite(profil, ("FR",))
        texte = lu(joue.client.get(adresse(joue, *noms.values())))
        assert MORT not in texte
        assert PSE not in texte
        assert "Accidents du travail" not in texte


def test_v22_an_inherited_alarm_is_said_to_be_of_the_company(noms: dict[str, str]) -> None:
    """The death of LILLE is not one of BREST: its line says those of the place, then those of the whole company."""
    inspectrice = habilite("inspection-travail", ("FR",))
    dites = alarmes(inspectrice.client.get(adresse(inspectrice, f.siret_no(noms["lille"], 2))).content.decode())
    assert ["Entreprise : " in x for x in dites] == [False, True, True]
    assert "4 morts" in dites[0]
    assert "5 morts" in dites[1]
    assert not any("LILLE" in x for x in dites)


def test_a_source_never_imported_is_not_said_to_be_closed(transactional_db: None) -> None:
    univers = Univers()
    siren = univers.entreprise("FONDERIE DU PORT", BREST)
    univers.charger()
    inspectrice = habilite("inspection-travail", ("59",))
    ou = adresse(inspectrice, siren)
    html = inspectrice.client.get(ou).content.decode()
    assert "Aucune de vos sources n’est disponible" in html
    assert "Accidents du travail (source non disponible)" in html
    assert "ouverte à vos sources" not in html
    univers.fait("accidents-travail", siret=f.siret_no(siren), total=3, mortels=1)
    univers.charger()
    html = inspectrice.client.get(ou).content.decode()
    assert "Aucune de ces entreprises n’est ouverte à vos sources" in html
    assert "Accidents du travail (0 sur 1)" in html
    assert "(source non disponible)" in html


def test_refused_to_anyone_else(noms: dict[str, str]) -> None:
    refuses = {
        "sans second facteur": habilite("inspection-travail", mfa=False),
        "sans habilitation": acteurs.agent_simple(),
        "expire": acteurs.expire(),
        "revoque": acteurs.revoque(),
        "autre finalite": habilite("dgfip"),
    }
    for nom, joue in refuses.items():
        ou = adresse(joue, *noms.values())
        texte = lu(joue.client.get(ou))
        assert MORT not in texte, nom
        assert PSE not in texte, nom
        for sans_session in (Client(), acteurs.session_finie().client):
            assert sans_session.get(ou).headers["Location"].startswith("/connexion"), nom
    assert not de_l_alarme()


def test_a8_who_read_this_company_is_answered_of_each_company_of_a_list(noms: dict[str, str]) -> None:
    joue = habilite("dreets-3e", ("59", "29"))
    joue.client.get(adresse(joue, *noms.values()))
    ecrites = de_l_alarme()
    assert {e.numero for e in ecrites} == set(noms.values())
    assert {(e.surface, e.agent) for e in ecrites} == {("liste", joue.acteur.identifiant)}
    assert all(e.finalite for e in ecrites)
    for siren in noms.values():
        siennes = filtrees(FiltresJournal(siren=siren))
        assert sum(e.poids for e in siennes) == 1
        assert sum(e.lignes.get("rupco-procedures", 0) for e in siennes) == int(siren != noms["saine"])


def test_beyond_the_volume_or_without_a_journal_nothing_is_told(
    noms: dict[str, str], settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    inspectrice = habilite("inspection-travail", ("59",))
    ou = adresse(inspectrice, *noms.values())
    # Two companies in her territory; the page of the list counts for one of them.
    settings.FCE_VOLUMES = "1/600"
    reponse = inspectrice.client.get(ou)
    assert reponse.status_code == 429
    assert MORT not in lu(reponse)
    settings.FCE_VOLUMES = "100/600"
    assert inspectrice.client.get(ou).status_code == 200
    monkeypatch.setattr(journal, "consigner", lever(JournalIndisponible("Le journal ne répond pas.")))
    reponse = inspectrice.client.get(ou)
    assert reponse.status_code == 503
    assert MORT not in lu(reponse)


def test_nothing_is_composed_before_it_is_written(noms: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    ordre: list[str] = []
    ecrire, composer = consignation.ecrire, alarmes_de_liste.alarmes
    monkeypatch.setattr(consignation, "ecrire", lambda *a, **k: (ordre.append("journal"), ecrire(*a, **k))[1])
    monkeypatch.setattr(alarmes_de_liste, "alarmes", lambda *a, **k: (ordre.append("alarme"), composer(*a, **k))[1])
    inspectrice = habilite("inspection-travail")
    inspectrice.client.get(adresse(inspectrice, *noms.values()))
    assert ordre[0] == "journal"
    assert ordre.count("journal") == 1
    assert "alarme" in ordre


def test_it_says_what_the_sheet_says_and_nothing_of_a_masked_place(transactional_db: None) -> None:
    univers = Univers()
    siren = univers.entreprise("FONDERIE DU NORD")
    univers.etablissement(
        siren, 2, statut_diffusion="P", libelle_commune="ROUBAIX", code_commune="59512", libelle_voie="DES TILLEULS"
    )
    univers.fait("accidents-travail", siret=f.siret_no(siren, 2), total=3, mortels=1)
    cachee = univers.personne("FONDERIE", "ODETTE", statut_diffusion="P")
    univers.fait("accidents-travail", siret=f.siret_no(cachee), total=3, mortels=1)
    univers.charger()
    inspectrice = habilite("inspection-travail")
    html = inspectrice.client.get(adresse(inspectrice, siren)).content.decode()
    assert alarmes(html)
    assert alarmes(html) == alarmes(inspectrice.client.get(f"/entreprise/{siren}").content.decode())
    assert "TILLEULS" not in html
    html = inspectrice.client.get(adresse(inspectrice, cachee)).content.decode()
    assert MORT in html
    assert "ODETTE" not in html
