"""An announced visit that meets a target: the coordinator is told, the visitor never, and nothing else of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from fce.droits.journal.models import Consultation
from fce.echanges.croisements.regles import lundi
from fce.echanges.models import Cible, VisiteAnnoncee
from fce.echanges.operations import acces, courriels, croisements, selectors, services
from fce.echanges.operations.croisements import cibles_croisees, croisements_de, operations_croisees
from fce.echanges.visites.genre import EtatVisite
from fce.echanges.vocabulaire import Signe
from fce.socle.texte.formats import semaine
from fce.socle.texte.identifiants import formater_siret
from tests.donnees.entreprises import fabrique as f
from tests.echanges.operations import fabrique
from tests.echanges.operations.conftest import Salle

pytestmark = pytest.mark.django_db


@pytest.fixture
def salle(salle: Salle) -> Salle:
    """Open to crossings: its two targets are the first two establishments."""
    services.ouvrir_aux_croisements(salle.mene.lecteur(), salle.pk, True, 1)
    return salle


def croise(salle: Salle, siret: str, jour: date | None = None, **differences: object) -> VisiteAnnoncee:
    return fabrique.visite(salle.tiers, siret, jour or salle.operation.jour, **differences)


def test_the_coordinator_is_told_the_week_the_service_and_its_mailbox(salle: Salle) -> None:
    visite = croise(salle, salle.sirets[0], objet="Objet secret")
    assert cibles_croisees(visite.lieux.all(), visite.debut, visite.fin) == [(salle.pk, salle.mene.pk, salle.sirets[0])]
    (trouve,) = croisements_de(salle.relue())
    assert (trouve.siret, trouve.service, trouve.courriel) == (
        salle.sirets[0],
        str(salle.tiers.groupe),
        salle.tiers.groupe.courriel,
    )
    assert trouve.semaine == semaine(visite.debut)
    croisements.annoncer(visite)
    (message,) = (m for m in fabrique.relever() if "croisement" in m.subject)
    assert message.to == [salle.mene.groupe.courriel]
    assert f"/operations/{salle.reference}\n" in message.body
    for secret in (salle.sirets[0], "ATELIERS", "Tiers", "Chantiers", f"{visite.debut:%d/%m}"):
        assert secret not in message.subject + message.body
    assert "Lire un croisement de l’opération" in [
        t.titre for t in selectors.taches(salle.mene.compte, timezone.localdate())
    ]
    assert "Lire un croisement" not in [t.titre for t in selectors.taches(salle.invite.compte, timezone.localdate())]


def test_the_page_tells_the_coordinator_alone_and_the_journal_keeps_it(salle: Salle) -> None:
    croise(salle, salle.sirets[0])
    page = salle.mene.client().get(f"/operations/{salle.reference}").content.decode()
    assert "Une visite est annoncée" in page
    assert salle.tiers.groupe.courriel in page
    lues = Consultation.objects.filter(agent=salle.mene.compte.identifiant, numero=salle.sirets[0])
    assert sorted(list(x.sources) for x in lues) == [["echanges-operations"], ["echanges-visites"]]
    for joue in (salle.invite, salle.tiers):
        reponse = joue.client().get(f"/operations/{salle.reference}")
        assert "Une visite est annoncée" not in reponse.content.decode()


def test_weeks_are_said_as_an_announcement_says_them() -> None:
    for jour in (date(2026, 11, 30), date(2026, 12, 6)):
        assert semaine(jour) == "semaine 49, du 30/11 au 06/12/2026"
    assert semaine(date(2027, 1, 1)) == "semaine 53, du 28/12/2026 au 03/01/2027"


def _masquer(salle: Salle) -> VisiteAnnoncee:
    """At the address of a target when it was announced; masked since."""
    visite = croise(salle, _voisin())
    assert cibles_croisees(visite.lieux.all(), visite.debut, visite.fin)
    _voisin(statut_diffusion="P")
    return visite


def _voisin(**champs: object) -> str:
    """Another company at the address of the first target, written otherwise."""
    autre = f.siren_no(50)
    fabrique.sirene()
    f.unites(*(f.unite(s) for s in [f.siren_no(n) for n in (1, 2, 3)]), f.unite(autre))
    lieux = [
        f.lieu(f.siren_no(n), code_commune="59350", numero_voie=str(n), type_voie="RUE", libelle_voie="DES LILAS")
        for n in (1, 2, 3)
    ]
    f.lieux(*lieux, f.lieu(autre, code_commune="59350", numero_voie="01", libelle_voie="Rue des lilas", **champs))
    return f.siret_no(autre)


def test_the_same_address_meets_and_one_of_a_masked_unit_does_not(salle: Salle) -> None:
    visite = _masquer(salle)
    assert cibles_croisees(visite.lieux.all(), visite.debut, visite.fin) == []
    assert croisements_de(salle.relue()) == []


def test_a_successor_a_predecessor_and_another_establishment_of_the_company_meet(salle: Salle) -> None:
    repreneur, cedant = f.siret_no(f.siren_no(60)), f.siret_no(f.siren_no(61))
    f.successions(
        {"siret_predecesseur": salle.sirets[0], "siret_successeur": repreneur},
        {"siret_predecesseur": cedant, "siret_successeur": salle.sirets[0]},
    )
    for siret in (repreneur, cedant, f.siret_no(salle.sirets[0][:9], 2)):
        visite = croise(salle, siret)
        assert operations_croisees(visite) == [salle.pk]
        assert [c.siret for c in croisements_de(salle.relue())] == [salle.sirets[0]]
        visite.delete()
    assert operations_croisees(croise(salle, salle.sirets[2])) == []


@pytest.mark.parametrize("jour", [0, 4])
@pytest.mark.parametrize(("semaines", "croisent"), [(-10, False), (-9, True), (0, True), (9, True), (10, False)])
def test_they_cross_by_weeks_whatever_their_days(salle: Salle, semaines: int, jour: int, croisent: bool) -> None:
    visite = croise(salle, salle.sirets[0], lundi(salle.operation.jour) + timedelta(days=7 * semaines + jour))
    assert bool(operations_croisees(visite)) is croisent
    assert bool(croisements_de(salle.relue())) is croisent


def _fermer(salle: Salle) -> None:
    services.ouvrir_aux_croisements(salle.mene.lecteur(), salle.pk, False, 2)


def _annuler(salle: Salle) -> None:
    services.annuler(salle.mene.lecteur(), salle.pk, 2)


def _renoncer(salle: Salle) -> None:
    VisiteAnnoncee.objects.update(etat=EtatVisite.RENONCEE)


def _inviter(salle: Salle) -> None:
    services.ajouter_service(salle.mene.lecteur(), salle.pk, salle.tiers.pk)


def _d_une_operation(salle: Salle) -> None:
    VisiteAnnoncee.objects.update(operation=fabrique.operation(salle.tiers))


def _retirer(salle: Salle) -> None:
    cible = Cible.objects.get(operation=salle.operation, siret=salle.sirets[0])
    services.retirer_cible(salle.mene.lecteur(), salle.pk, cible.pk, cible.version)


@pytest.mark.parametrize("geste", [_fermer, _annuler, _renoncer, _inviter, _d_une_operation, _retirer])
def test_nothing_is_told_any_more_after(salle: Salle, geste: Callable[[Salle], None]) -> None:
    """Told to who leads it only while the operation is open and in preparation, the visit announced, by a stranger to
    the operation, who does not go there for another hidden one; a mail that was queued does not leave either."""
    visite = croise(salle, salle.sirets[0])
    croisements.annoncer(visite)
    geste(salle)
    visite.refresh_from_db()
    assert operations_croisees(visite) == []
    assert croisements_de(salle.relue()) == []
    assert [m for m in fabrique.relever() if "croisement" in m.subject] == []


def test_what_is_queued_is_the_same_whether_a_visit_meets_a_target_or_not(salle: Salle) -> None:
    for siret in (salle.sirets[0], salle.sirets[2]):
        croisements.annoncer(croise(salle, siret))
    files = ProcrastinateJob.objects.filter(task_name=croisements.TACHE_CROISEMENTS)
    assert [set(travail.args) for travail in files] == [{"visite"}, {"visite"}]


def test_a_coordinator_without_the_right_to_announced_visits_is_not_told(salle: Salle) -> None:
    croise(salle, salle.sirets[0])
    ouverte = acces.trouver(salle.mene.lecteur(), salle.pk)
    assert ouverte.coordonnee
    salle.mene.dossier.finalites = ["travail-illegal"]
    salle.mene.dossier.save()
    assert salle.mene.client().get(f"/operations/{salle.reference}").status_code == 404


def _volume(salle: Salle) -> int:
    return sum(Consultation.objects.filter(agent=salle.mene.compte.identifiant).values_list("poids", flat=True))


def test_a7_each_company_whose_visits_are_told_weighs_once_in_an_hour(salle: Salle) -> None:
    for siret in salle.sirets[:2]:
        croise(salle, siret)
    client = salle.mene.client()
    client.get(f"/operations/{salle.reference}")
    premiere = _volume(salle)
    # The page weighs one, under its first target: what is told of that company is weighed with it.
    assert premiere == 2
    client.get(f"/operations/{salle.reference}")
    # The page of the operation itself; none of the companies again.
    assert _volume(salle) - premiere == 1
    pour_le_journal = Consultation.objects.filter(numero__in=salle.sirets[:2], surface="operation")
    assert sorted(pour_le_journal.values_list("poids", flat=True)) == [0, 0, 0, 1]


def test_a7_beyond_the_volume_the_operation_stays_and_its_crossings_are_not_told(salle: Salle, settings: Any) -> None:
    for siret in salle.sirets[:2]:
        croise(salle, siret)
    settings.FCE_VOLUMES = "1/600"
    reponse = salle.mene.client().get(f"/operations/{salle.reference}")
    page = reponse.content.decode()
    assert reponse.status_code == 200
    assert "ne sont pas montrées" in page
    assert salle.tiers.groupe.courriel not in page


SIGNES = {
    Signe.ETABLISSEMENT: "annoncée sur la cible",
    Signe.SUCCESSION: "un établissement repris par la cible, ou qui l’a reprise",
    Signe.ADRESSE: "un autre établissement, à la même adresse que la cible",
    Signe.ENTREPRISE: "hors de vos cibles, sur un autre établissement de la même entreprise que la cible",
}


def _lieux_croises(nombre: int) -> dict[str, tuple[Signe, str]]:
    """{target: (sign, place of the visit)}: so many targets for each sign, in as many companies, loaded in Sirene."""
    sirens = [f.siren_no(n) for n in range(1, 4 * nombre + 1)]
    voisins = [f.siren_no(200 + n) for n in range(nombre)]
    signes = dict(zip(sirens, [s for s in SIGNES for _ in range(nombre)], strict=True))

    def rue(siren: str, voie: str, n: int = 1) -> dict[str, Any]:
        ou = {"code_commune": "59350", "libelle_commune": "LILLE", "numero_voie": "7", "type_voie": "RUE"}
        return f.lieu(siren, n, **ou, libelle_voie=voie)

    par_adresse = [s for s in sirens if signes[s] is Signe.ADRESSE]
    f.unites(*(f.unite(s, denomination=f"MAISON {s}") for s in [*sirens, *voisins]))
    f.lieux(
        *(rue(s, f"VOIE {s}") for s in sirens),
        *(rue(s, f"AILLEURS {s}", 2) for s in sirens),
        *(rue(autre, f"VOIE {s}") for s, autre in zip(par_adresse, voisins, strict=True)),
    )
    repreneurs = {s: f.siret_no(f.siren_no(300 + n)) for n, s in enumerate(sirens)}
    f.successions(
        *(
            {"siret_predecesseur": f.siret_no(s), "siret_successeur": repreneurs[s]}
            for s in sirens
            if signes[s] is Signe.SUCCESSION
        )
    )
    places = {
        Signe.ETABLISSEMENT: f.siret_no,
        Signe.SUCCESSION: repreneurs.__getitem__,
        Signe.ADRESSE: lambda s: f.siret_no(voisins[par_adresse.index(s)]),
        Signe.ENTREPRISE: lambda s: f.siret_no(s, 2),
    }
    return {f.siret_no(s): (signe, places[signe](s)) for s, signe in signes.items()}


def _lignes(page: str) -> list[str]:
    return re.findall(r"<li>(Une visite est annoncée.*?)</li>", page)


def test_e5_each_line_says_its_own_place_and_why_and_no_place_beyond_the_crossing() -> None:
    mene, tiers = fabrique.service("Unite de controle"), fabrique.service("Tiers")
    visites = _lieux_croises(6)
    operation = fabrique.operation(mene, sirets=visites)
    services.ouvrir_aux_croisements(mene.lecteur(), operation.pk, True, 1)
    for _, ou in visites.values():
        fabrique.visite(tiers, ou, operation.jour)
    page = mene.client().get(f"/operations/{operation.reference}").content.decode()
    lignes = _lignes(page)
    assert len(lignes) == len(visites) == 24
    for siret, (signe, ou) in visites.items():
        (ligne,) = (x for x in lignes if formater_siret(siret) in x)
        assert [s for s, mots in SIGNES.items() if mots in ligne] == [signe]
        assert f"MAISON {siret[:9]}" in ligne
        assert semaine(operation.jour) in ligne
        if signe is not Signe.ETABLISSEMENT:
            assert ou not in page
            assert formater_siret(ou) not in page
    assert "AILLEURS" not in page


def test_e5_a_visit_is_told_by_its_strongest_sign_and_another_place_of_the_company_once(salle: Salle) -> None:
    """A company with three targets, two of them at one address."""
    siren, rue = f.siren_no(40), {"code_commune": "59350", "type_voie": "RUE", "libelle_voie": "DES ACIERS"}
    f.unites(f.unite(siren))
    f.lieux(*(f.lieu(siren, n, numero_voie="1" if n < 3 else "9", **rue) for n in (1, 2, 3, 4)))
    sirets = [f.siret_no(siren, n) for n in (1, 2, 3, 4)]
    operation = fabrique.operation(salle.mene, sirets=sirets[:3])
    services.ouvrir_aux_croisements(salle.mene.lecteur(), operation.pk, True, 1)
    operation.refresh_from_db()

    def dits(lieu: str) -> dict[str, Signe]:
        visite = croise(salle, lieu)
        trouves = {c.siret: c.signe for c in croisements_de(operation)}
        visite.delete()
        return trouves

    assert dits(sirets[0]) == {sirets[0]: Signe.ETABLISSEMENT, sirets[1]: Signe.ADRESSE}
    assert dits(f.siret_no(siren, 5)) == {sirets[0]: Signe.ENTREPRISE}
    # At the address of the third target, and not only of its company.
    assert dits(sirets[3]) == {sirets[2]: Signe.ADRESSE}


def test_e5_the_order_of_the_lines_tells_no_day_within_the_week(salle: Salle) -> None:
    debut = lundi(salle.operation.jour)
    autre = fabrique.service("Autre tiers")
    for jour, qui in ((0, salle.tiers), (4, autre)):
        fabrique.visite(qui, salle.sirets[0], debut + timedelta(days=jour))
    dans_un_sens = [c.service for c in croisements_de(salle.relue())]
    for visite in VisiteAnnoncee.objects.all():
        jour = debut + timedelta(days=4 if visite.debut == debut else 0)
        VisiteAnnoncee.objects.filter(pk=visite.pk).update(debut=jour, fin=jour)
    assert [c.service for c in croisements_de(salle.relue())] == dans_un_sens


def test_e5_visits_elsewhere_in_a_company_never_take_the_place_of_one_at_the_target(
    salle: Salle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(croisements, "VISITES_MAX", 3)
    for n in range(2, 6):
        croise(salle, f.siret_no(salle.sirets[0][:9], n), salle.operation.jour - timedelta(days=7))
    croise(salle, salle.sirets[0])
    signes = [c.signe for c in croisements_de(salle.relue())]
    assert sorted(signes) == [Signe.ENTREPRISE, Signe.ENTREPRISE, Signe.ETABLISSEMENT]


def test_e5_the_page_of_many_crossings_asks_no_more_than_that_of_one(salle: Salle) -> None:
    def questions() -> int:
        with CaptureQueriesContext(connection) as lues:
            croisements_de(salle.relue())
        return len(lues)

    croise(salle, salle.sirets[0])
    une = questions()
    for n in range(2, 12):
        croise(salle, f.siret_no(salle.sirets[1][:9], n))
        croise(salle, salle.sirets[1])
    assert questions() == une


@pytest.mark.epreuve
def test_a7_sixty_targets_of_ones_choice_weigh_what_they_tell() -> None:
    """The attack: an operation on sixty establishments, on thirty-five of which other services announced a visit."""
    mene, tiers = fabrique.service("Unite de controle"), fabrique.service("Tiers")
    sirets = fabrique.sirene(60)
    salle = Salle(mene, tiers, tiers, sirets, fabrique.operation(mene, sirets=sirets))
    services.ouvrir_aux_croisements(mene.lecteur(), salle.pk, True, 1)
    for siret in sirets[:35]:
        croise(salle, siret)
    client = mene.client()
    page = client.get(f"/operations/{salle.reference}").content.decode()
    assert page.count("Une visite est annoncée") == 35
    assert 35 <= _volume(salle) <= 36
    nommees = set(Consultation.objects.exclude(numero="").values_list("numero", flat=True))
    assert nommees == set(sirets)


def test_e12_e22_a_coordinator_is_told_of_a_visit_and_week_once_however_often_it_is_searched(salle: Salle) -> None:
    visite = croise(salle, salle.sirets[0])
    assert [courriels.annoncer_aux_coordinateurs(visite.pk) for _ in range(2)] == [1, 0]
    visite.debut = visite.fin = visite.debut + timedelta(days=7)
    visite.save()
    assert [courriels.annoncer_aux_coordinateurs(visite.pk) for _ in range(2)] == [1, 0]
    assert len([m for m in fabrique.relever() if "croisement" in m.subject]) == 2
