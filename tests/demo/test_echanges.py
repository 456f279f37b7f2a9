"""The exchanges of the demonstration: consistent with the files, written once, again when they are of another day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import pytest
from django.utils import timezone

from fce.demo import ouverture, personnages as p
from fce.demo.calendrier import Calendrier, aujourd_hui
from fce.demo.echanges import conte, inscrits, questions, recit, suivis
from fce.donnees.imports.models import Import, VersionEnPlace
from fce.droits.comptes.models import Compte
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.droits.habilitations.selectors import acteur_de
from fce.echanges.croisements.adresses import lieux_de
from fce.echanges.croisements.verdict import verdict
from fce.echanges.demandes.genre import EtatSaisine
from fce.echanges.models import Demande, Interaction, MessageDemande, OperationConjointe, Saisine, Suivi, VisiteAnnoncee
from fce.echanges.operations.croisements import croisements_de
from fce.echanges.suivis.selectors import changements
from fce.echanges.visites import selectors as visites
from fce.echanges.visites.genre import EtatVisite
from fce.echanges.visites.selectors import visite_vue
from fce.echanges.vocabulaire import Reaction, Signe
from fce.service.portail.accueil.fiches_ouvertes import derniere_lecture
from fce.socle.texte import paris
from tests.demo.test_identite import TOUS
from tests.donnees.entreprises import fabrique as f

pytestmark = pytest.mark.django_db
SITES = (
    *((p.GROUPE, commune) for commune in ("92026", "59350", "59512", "62041")),
    *((p.RESEAU, commune) for commune in ("69383", "59350", "62041")),
    *((p.INTERIM, "59350"), (p.BOULANGERIE, "35238"), (p.REPRENEUR, "88383"), (p.CEDEE, "88383")),
)
VOISINES = (p.HOMONYME.siren, p.CANTINE.siren)


def hier() -> date:
    return timezone.localdate() - timedelta(days=1)


@pytest.fixture(autouse=True)
def _univers() -> None:
    """The hand-made companies with a site where the story goes, in place."""
    sirens = {qui.siren for qui, _ in SITES} | set(VOISINES)
    f.unites(*(f.unite(siren, denomination=f"ENTREPRISE {siren}") for siren in sirens))
    lieux = []
    for rang, (qui, commune) in enumerate(SITES):
        n = 1 + sum(autre is qui for autre, _ in SITES[:rang])
        etat = "F" if qui is p.CEDEE else "A"
        adresse = {"numero_voie": str(rang + 1), "type_voie": "RUE", "libelle_voie": "DES LILAS"}
        lieux.append(f.lieu(qui.siren, n, code_commune=commune, etat_administratif=etat, **adresse))
    commune = {"code_commune": "13001", "numero_voie": "4", "type_voie": "AV", "libelle_voie": "GUSTAVE EIFFEL"}
    lieux += [f.lieu(siren, **commune) for siren in VOISINES]
    f.lieux(*lieux)
    f.successions({"siret_predecesseur": f.siret_no(p.CEDEE.siren), "siret_successeur": f.siret_no(p.REPRENEUR.siren)})
    f.charger("wikit-controles", [{"siret": f.siret_no(p.GROUPE.siren, 3), "date": hier(), "unite": "UC Nord 2"}])


@pytest.fixture
def comptes() -> dict[str, Compte]:
    return ouverture.ouvrir("https://demo.example", lambda qui: qui.cle)


def lecteur(comptes: Mapping[str, Compte], ouverte: ouverture.Ouverture) -> LecteurDeDonnees:
    return LecteurDeDonnees(
        acteur_de(comptes[ouverte.demandeur.cle], mfa=True), finalite="controle-travail", usuelle=True
    )


def visite(rang: int) -> VisiteAnnoncee:
    return VisiteAnnoncee.objects.get(objet=recit.VISITES[rang].objet)


def nombres() -> list[int]:
    return [modele.objects.count() for modele in (Interaction, VisiteAnnoncee, OperationConjointe)]


def test_it_is_written_once_and_again_when_the_demonstration_is_made_again(comptes: dict[str, Compte]) -> None:
    assert conte.ecrire_recit(comptes, aujourd_hui())
    attendus = [len(recit.CONTACTS), len(recit.VISITES) + 1, 1]
    assert nombres() == attendus
    assert not conte.ecrire_recit(comptes, aujourd_hui())
    dun_visiteur = Interaction.objects.order_by("pk")[0]
    dun_visiteur.pk, dun_visiteur.cle_import = None, ""
    dun_visiteur.save()
    assert conte.ecrire_recit(comptes, Calendrier(date.today() + timedelta(days=40)))
    assert nombres() == [attendus[0] + 1, *attendus[1:]]


def test_it_covers_three_years_at_both_levels_by_six_services_whose_mailboxes_are_nobody_s(
    comptes: dict[str, Compte],
) -> None:
    conte.ecrire_recit(comptes, aujourd_hui())
    jours = sorted(Interaction.objects.values_list("jour", flat=True))
    assert (jours[-1] - jours[0]).days > 800
    services = {i.service for i in Interaction.objects.select_related("service")}
    assert len(services) == len(ouverture.OUVERTURES) == 6
    assert all(service.courriel.endswith(".example") for service in services)
    assert Interaction.objects.filter(themes_partages=True).exists()
    assert Interaction.objects.exclude(partages=None).exists()
    noms = [qui.nom for qui in TOUS]
    textes = [i.note + i.suite for i in Interaction.objects.all()]
    assert not [texte for texte in textes if "'" in texte or any(nom in texte for nom in noms)]


def test_the_control_that_is_imported_too_is_counted_once(comptes: dict[str, Compte]) -> None:
    conte.ecrire_recit(comptes, aujourd_hui())
    siret = f.siret_no(p.GROUPE.siren, 3)
    dit = Interaction.objects.get(jour=hier(), lieux__siret=siret)
    assert dit.corps == "dgt"
    demain = timezone.localdate() + timedelta(days=1)
    lu = verdict(lecteur(comptes, ouverture.POLE_3E), lieux_de([siret]).values(), demain, demain, [])
    assert [(r.jours, r.dernier) for r in lu.rencontres if r.dernier == hier()] == [(1, hier())]


@pytest.mark.parametrize(
    ("rang", "autre", "signe"),
    [(0, 1, Signe.ETABLISSEMENT), (5, 6, Signe.SUCCESSION), (7, 8, Signe.ADRESSE), (4, 2, Signe.ENTREPRISE)],
)
def test_announced_visits_cross_in_every_way(rang: int, autre: int, signe: Signe, comptes: dict[str, Compte]) -> None:
    conte.ecrire_recit(comptes, aujourd_hui())
    vue = visite_vue(lecteur(comptes, recit.VISITES[rang].service), visite(rang))
    assert (f"visite-{visite(autre).pk}", signe) in [(c.croisement.cle, c.croisement.signe) for c in vue.croisements]


def test_answers_a_past_visit_and_an_operation_wait_for_whoever_plays(comptes: dict[str, Compte]) -> None:
    conte.ecrire_recit(comptes, aujourd_hui())
    vue = visite_vue(lecteur(comptes, ouverture.INSPECTION_59), visite(recit.COMMUNE[0]))
    assert [c.commune for c in vue.croisements if c.croisement.visite == visite(recit.COMMUNE[1]).pk] == [True]
    sienne = visite(recit.REPORTEE[1]).reponses_recues.get()
    assert (sienne.choix, sienne.visite) == (Reaction.REPORT, visite(recit.REPORTEE[0]))
    passee = VisiteAnnoncee.objects.get(objet=recit.PASSEE.objet)
    assert passee.etat == EtatVisite.ANNONCEE
    assert paris.jour_de(passee.cree_le) < passee.debut < passee.fin < paris.aujourd_hui()
    a_dire = visites.taches(comptes[ouverture.INSPECTION_62.demandeur.cle], timezone.localdate())
    assert [t.adresse for t in a_dire] == [f"/visites/{passee.reference}"]
    operation = OperationConjointe.objects.get()
    assert operation.participations.count() == 3
    assert operation.cibles.exclude(preparation="").count() == operation.notes.count() == 1
    assert {c.courriel for c in croisements_de(operation)} >= {ouverture.FISCAL.courriel}


def test_it_is_not_written_where_a_visitor_has_taken_the_right_away(comptes: dict[str, Compte]) -> None:
    comptes[ouverture.CCRF_59.demandeur.cle].appartenances.update(fin=timezone.now())
    assert not conte.ecrire_recit(comptes, aujourd_hui())
    assert nombres() == [0, 0, 0]


def questionner(comptes: Mapping[str, Compte], *, refaire: bool = False) -> bool:
    inscrits.ecrire_annuaire()
    return questions.ecrire_questions(comptes, refaire=refaire)


def test_questions_are_in_each_state_late_ones_and_a_note_among_them(comptes: dict[str, Compte]) -> None:
    assert questionner(comptes)
    assert not questionner(comptes)
    assert questionner(comptes, refaire=True)
    assert Demande.objects.count() == len(questions.QUESTIONS) == 12
    assert set(Saisine.objects.values_list("etat", flat=True)) == set(EtatSaisine)
    services = {s.service for s in Saisine.objects.select_related("service")}
    assert len(services) == 6
    assert all(service.courriel.endswith(".example") for service in services)
    assert Saisine.objects.filter(limite__lt=timezone.localdate()).count() >= 2
    assert {*Saisine.objects.values_list("utile", flat=True)} == {True, False, None}
    assert Saisine.objects.exclude(transferee_a=None).exists()
    assert MessageDemande.objects.filter(interne=True).exists()
    noms = [qui.nom for qui in TOUS]
    textes = [d.question + d.objet for d in Demande.objects.all()] + [m.texte for m in MessageDemande.objects.all()]
    assert not [texte for texte in textes if "'" in texte or any(nom in texte for nom in noms)]


def test_questions_are_not_written_where_a_visitor_has_taken_the_right_away(comptes: dict[str, Compte]) -> None:
    comptes[ouverture.CCRF_59.demandeur.cle].appartenances.update(fin=timezone.now())
    assert not questionner(comptes)
    assert not Demande.objects.exists()


def test_each_service_follows_and_reads_what_the_last_files_changed(comptes: dict[str, Compte]) -> None:
    """The daily file closes a company: a real comparison tells it to who follows it, once."""
    cessee = f.siren_no(7)
    univers = list(p.TOUS)
    brutes = [f.unite(qui.siren) for qui in univers] + [f.unite(cessee)]
    depuis = _version("sirene-unites-legales", brutes)
    vers = _version("sirene-unites-legales", [*brutes[:-1], f.unite(cessee, etat_administratif="C")])
    VersionEnPlace.objects.filter(source="sirene-unites-legales").update(en_place=vers, precedent=depuis)
    f.charger("sirene-flux", [{"siren": cessee, "numero": cessee}])
    assert suivis.ecrire_suivis(comptes) == Suivi.objects.filter(numero=cessee).count() >= len(ouverture.OUVERTURES)
    assert suivis.ecrire_suivis(comptes) == 0
    elle = comptes[ouverture.INSPECTION_59.demandeur.cle]
    lues = changements(lecteur(comptes, ouverture.INSPECTION_59), elle)
    assert [(e.siren, [ligne.apres for ligne in e.lignes]) for e in lues.entreprises] == [(cessee, ["cessée"])]
    # V23: the sheet tells it at once, without waiting for another reading to begin.
    flux = Import.objects.get(source="sirene-flux")
    assert derniere_lecture(elle, cessee) == flux.debut


def test_what_a_visitor_follows_no_more_does_not_come_back(comptes: dict[str, Compte]) -> None:
    suivis.ecrire_suivis(comptes)
    assert Suivi.objects.exists()
    Suivi.objects.all().delete()
    suivis.ecrire_suivis(comptes)
    assert not Suivi.objects.exists()


def _version(source: str, lignes: list[f.Ligne]) -> int:
    f.charger(source, lignes)
    return VersionEnPlace.objects.get(source=source).en_place_id
