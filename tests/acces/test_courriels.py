"""ACM-15: a mail is a number and a link. No name of a company, no value of a data set, whoever it goes to."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

import fce
from fce.donnees.imports.models import Import
from fce.donnees.imports.travaux import courriel as rapports
from fce.droits.comptes import cumuls, demandes
from fce.droits.comptes.models import Compte, Rattachement
from fce.droits.habilitations import tasks
from fce.droits.habilitations.dossiers import courriels, sollicitations
from fce.droits.habilitations.dossiers.etats import DOSSIERS
from fce.droits.journal import alertes
from fce.echanges.courriels import TACHE_SERVICE
from fce.echanges.demandes import services as demandes_services
from fce.echanges.demandes.echeances import envoyer_les_rappels
from fce.echanges.demandes.genre import GesteSaisine
from fce.echanges.models import Interaction
from fce.echanges.operations import croisements, echeances
from fce.echanges.operations.services import ouvrir_aux_croisements
from fce.echanges.suivis import services as suivis_services
from fce.echanges.suivis.alertes import FaitSuivi, ecrire_alertes
from fce.echanges.suivis.courriels import TACHE_ALERTES, preparer_les_courriels
from fce.echanges.tasks import ecrire_a_un_service, ecrire_les_alertes
from fce.echanges.unites import UniteVisee
from fce.echanges.visites import passages, reponses, services as visites
from fce.echanges.visites.services import Quand, Teneur
from fce.echanges.vocabulaire import Precision, Reaction
from fce.service.convention import suivi
from fce.service.portail.contact import services as contact
from fce.service.portail.dirigeant import services as rattachements
from fce.service.portail.nouvelles import services as nouvelles
from fce.service.portail.signalements import services as signalements
from fce.service.portail.signalements.etats import GesteSignalement
from fce.socle.travaux.courriel import rapporter
from tests.acces import acteurs, jeux
from tests.acces.acteurs import Joue
from tests.acces.surfaces import lu
from tests.donnees.entreprises import fabrique as f
from tests.droits.comptes import fabrique as c
from tests.droits.comptes.courrier import relever
from tests.echanges.demandes import fabrique as demandes_
from tests.echanges.operations import fabrique as operations
from tests.echantillon import chaque_jour
from tests.service.convention import fabrique as conventions

pytestmark = pytest.mark.django_db(transaction=True)
RACINE = Path(fce.__file__).parent
REPONSE = "MRK-ce que l’équipe répond"


@pytest.fixture(autouse=True)
def _scene(settings: Any) -> None:
    settings.FCE_RAPPORTS = ["exploitation@fce.example"]
    settings.FCE_ADRESSE_PUBLIQUE = "https://fce.example"
    jeux.peupler(mixtes=True)


@pytest.fixture
def joue() -> Joue:
    """An inspector who has just read, exported and been refused."""
    lecteur = acteurs.habilite("inspection-travail")
    fiche = f"/entreprise/{jeux.SIREN}"
    for suite in ("", "/activite-partielle", "/export.xlsx", *["/dgfip-chiffre-affaires"] * 6):
        lu(lecteur.client.get(fiche + suite))
    return lecteur


def _habilitations(_: Joue) -> None:
    gestionnaire, groupe = c.compte(), c.groupe(nom="Équipe MRK-equipe")
    c.appartenance(gestionnaire, groupe, gestionnaire=True)
    approbateur = c.mandataire("approbateur", siret=c.AUTRE_SERVICE)
    dossier = acteurs.dossier(groupe, "inspection-travail", ("59",))
    for objet in (*(g for g, dit in DOSSIERS.gestes.items() if dit.previent), courriels.RAPPEL):
        for compte in (gestionnaire, approbateur):
            tasks.prevenir(dossier=dossier.pk, objet=str(objet), compte=compte.pk)


def _invitation(_: Joue) -> None:
    gestionnaire, groupe = c.compte(), c.groupe(nom="Équipe MRK-equipe")
    c.appartenance(gestionnaire, groupe, gestionnaire=True)
    client = c.client_de(gestionnaire)
    client.post(f"/habilitations/groupes/{groupe.pk}/membres/ajouter", {"courriel": "nouveau@travail.example"})


def _fiche_envoyee(joue: Joue) -> None:
    collegue = c.compte()
    envoi = {"courriel": collegue.courriel, "mot": "MRK-mot"}
    assert joue.client.post(f"/entreprise/{jeux.SIREN}/envoyer", envoi).status_code == 302


def _sollicitation(_: Joue) -> None:
    gestionnaire, membre, groupe = c.compte(), c.compte(), c.groupe(nom="Équipe MRK-equipe")
    c.appartenance(gestionnaire, groupe, gestionnaire=True)
    c.appartenance(membre, groupe)
    sollicitations.solliciter(membre, groupe.pk, "activite-partielle")


def _demande(_: Joue) -> None:
    voulue = {nom: f"MRK-{nom}" for nom in ("organisme", "service", "besoin")}
    faite = demandes.deposer(c.compte(), profil="", **voulue)
    demandes.decider(faite, acceptee=True, reponse=REPONSE, par="c0")


def _cumul(_: Joue) -> None:
    compte = c.compte()
    c.appartenance(compte, c.groupe(nom="Équipe MRK-equipe"))
    c.mandat(compte, "budget")
    assert cumuls.annoncer() == 1


def _rattachement(_: Joue) -> None:
    faits = [Rattachement.objects.create(compte=c.particulier(), siren=jeux.SIREN) for _ in range(2)]
    rattachements.changer(faits[0], "valider", par="c0")
    rattachements.changer(faits[1], "refuser", motif=REPONSE, par="c0")
    rattachements.changer(faits[0], "finir", motif=REPONSE, par="c0")


def _signalement(_: Joue) -> None:
    elle = c.particulier()
    Rattachement.objects.create(compte=elle, siren=jeux.SIREN, etat="valide")
    c.mandat(c.compte(), "depot", "dgfip")
    fait = signalements.signaler(
        elle, jeux.SIREN, rubrique="finances", source="dgfip-chiffre-affaires", texte="MRK-ce-qui-est-faux"
    )
    signalements.prendre_en_charge(fait, version=1, par="c0")
    signalements.repondre(fait, GesteSignalement.CLASSER, reponse=REPONSE, version=2, par="c0")


def _message(_: Joue) -> None:
    """Answered to an account, and to a reader who gave his address."""
    for compte, courriel in ((c.compte(), ""), (None, "personne@exemple.fr")):
        fait = contact.deposer_demande(compte, sujet="question", texte="MRK-question posée", courriel=courriel)
        contact.repondre_a_la_demande(fait, reponse=REPONSE, version=1, par="c0")


def _nouveaute(_: Joue) -> None:
    nouvelles.modifier_abonnement(c.compte(), True)
    ecrite = nouvelles.ecrire_nouveaute(None, titre="MRK-titre", contenu="MRK-contenu", par="c0")
    nouvelles.publier_nouveaute(ecrite, annoncee=True, par="c0")


def _session_suspecte(joue: Joue) -> None:
    ailleurs = Client(HTTP_USER_AGENT="Mozilla/5.0 (Windows NT 10.0) Chrome/120.0 Safari/537.36")
    ailleurs.cookies = joue.client.cookies
    ailleurs.get(f"/entreprise/{jeux.SIREN}")


def _alertes(_: Joue) -> None:
    assert alertes.surveiller(timezone.now())


def _rapport_d_import(_: Joue) -> None:
    importation = Import(
        source="bodacc", statut="refuse", lues=2, chargees=1, ecartees=1, avertissements=["MRK-avertissement"],
        motifs=["La base refuse une valeur du fichier : MRK-valeur"],
        rejets=[{"colonne": "nom", "nombre": 1, "motif": "valeur illisible"}],
    )  # fmt: skip
    rapporter(rapports.sujet("bodacc", importation), rapports.recit(importation))


def _operation(_: Joue) -> None:
    mene, invite, tiers = (operations.service(nom) for nom in ("Équipe 1", "Équipe 2", "Équipe 3"))
    siret = f.siret_no(jeux.SIREN)
    menee = operations.operation(mene, invite, sirets=[siret])
    ouvrir_aux_croisements(mene.lecteur(), menee.pk, True, 1)
    croisements.annoncer(operations.visite(tiers, siret, menee.jour))
    assert len(operations.relever()) == 2


def _operation_oubliee(_: Joue) -> None:
    """Long past, and closed by nobody: its coordinator is warned."""
    mene = operations.service("Équipe 1")
    operations.operation(mene, sirets=[f.siret_no(jeux.SIREN)])
    echeances.clore_les_laissees(timezone.now() + timedelta(days=400))
    (travail,) = ProcrastinateJob.objects.filter(task_name=TACHE_SERVICE)
    ecrire_a_un_service(**travail.args)


def _croisement(_: Joue) -> None:
    """A visit that crosses another one, whose service is answered, with a reason."""
    mene, autre = operations.service("Équipe 1"), operations.service("Équipe 2", "ccrf")
    siret = f.siret_no(jeux.SIREN)
    sienne = operations.visite(autre, siret, timezone.localdate(), objet="MRK-objet")
    cles = [f"visite-{sienne.pk}"]
    reponses.annoncer_et_repondre(
        mene.lecteur(), mene.pk, jeux.SIREN, [siret], Quand(Precision.SEMAINE, timezone.localdate()),
        Teneur(objet="MRK-objet"), reponses.Reponse(Reaction.MAINTIEN, "MRK-motif du maintien"), cles,
    )  # fmt: skip
    (travail,) = ProcrastinateJob.objects.filter(task_name=TACHE_SERVICE)
    assert set(travail.args) == {"service", "page", "phrase", "visite"}
    ecrire_a_un_service(**travail.args)


def _visite_passee(_: Joue) -> None:
    """A visit handed over to a colleague."""
    elle = operations.service("Équipe 1")
    collegue = c.compte(siret=elle.compte.siret)
    c.appartenance(collegue, elle.groupe)
    siret = f.siret_no(jeux.SIREN)
    visite = operations.visite(elle, siret, timezone.localdate(), objet="MRK-objet")
    visites.passer(elle.lecteur(), visite, visite.version, collegue.pk)


def _passage(_: Joue) -> None:
    """A contact where another service announced a visit."""
    elle, autre = operations.service("Équipe 1"), operations.service("Équipe 2", "ccrf")
    siret, jour = f.siret_no(jeux.SIREN), timezone.localdate()
    operations.visite(autre, siret, jour + timedelta(days=7), objet="MRK-objet")
    contact = Interaction.objects.create(
        service=elle.groupe, siren=jeux.SIREN, genre="visite", jour=jour, note="MRK-note", auteur="c1"
    )
    contact.lieux.create(siret=siret)
    assert passages.prevenir(contact.pk, timezone.now()) == 1
    for travail in ProcrastinateJob.objects.filter(task_name=TACHE_SERVICE):
        ecrire_a_un_service(**travail.args)


def _demande_entre_services(_: Joue) -> None:
    """A question with a marker in each of its texts, through all that a mail tells."""
    elle, autre = (demandes_.service(f"Équipe {n}") for n in (1, 2))
    siret = f.siret_no(jeux.SIREN)
    saisie = demandes_.saisie(autre, siret=siret, objet="MRK-objet", question="MRK-question")
    posee = demandes_services.envoyer_demande(elle.lecteur(), elle.pk, saisie)
    fil = demandes_.saisine(posee, autre)
    for qui, geste in ((autre, "ecrire"), (elle, "ecrire"), (autre, "repondre"), (elle, "rouvrir")):
        fil.refresh_from_db()
        demandes_services.ecrire(
            qui.lecteur(), posee.pk, fil.pk, GesteSaisine(geste), "MRK-message", version=fil.version
        )
    fil.refresh_from_db()
    fil.rappel_le = timezone.localdate()
    fil.save()
    envoyer_les_rappels(timezone.now() + timedelta(days=20))
    demandes_services.decliner(autre.lecteur(), posee.pk, fil.pk, fil.version, "procedure", "MRK-refus")
    assert len(demandes_.relever()) >= 6


def _suivis(joue: Joue) -> None:
    """An alert of a reserved source, counted by a mail; the job itself is run as the worker does."""
    elle = Compte.objects.get(pk=joue.acteur.identifiant[1:])
    suivis_services.ajouter_suivi(elle, UniteVisee(jeux.SIREN, jeux.NOM))
    ecrire_alertes("rupco-procedures", "import-1", [FaitSuivi(jeux.SIREN, "", "pse", None)])
    assert preparer_les_courriels(timezone.now() + timedelta(days=8)) == 1
    (travail,) = ProcrastinateJob.objects.filter(task_name=TACHE_ALERTES)
    assert set(travail.args) == {"compte", "lot"}
    ecrire_les_alertes(**travail.args)


def _avis_au_financeur(_: Joue) -> None:
    c.mandat(c.compte(), "budget")
    engagee = conventions.convention(titre="MRK-convention", delegant="MRK-delegant")
    assert suivi.preparer_avis(engagee.fin)


ENVOIS: dict[str, Callable[[Joue], None]] = {
    "fce/service/convention/suivi.py": _avis_au_financeur,
    "fce/droits/habilitations/dossiers/courriels.py": _habilitations,
    "fce/droits/habilitations/dossiers/services.py": _habilitations,
    "fce/droits/habilitations/dossiers/echeances.py": _habilitations,
    "fce/droits/habilitations/dossiers/sollicitations.py": _sollicitation,
    "fce/droits/comptes/appartenances.py": _invitation,
    "fce/droits/comptes/courriels.py": _demande,
    "fce/droits/comptes/demandes.py": _demande,
    "fce/droits/comptes/cumuls.py": _cumul,
    "fce/droits/comptes/navigateurs.py": _session_suspecte,
    "fce/echanges/courriels.py": _croisement,
    "fce/echanges/demandes/courriels.py": _demande_entre_services,
    "fce/echanges/envois/services.py": _fiche_envoyee,
    "fce/echanges/operations/courriels.py": _operation,
    "fce/echanges/operations/echeances.py": _operation_oubliee,
    "fce/echanges/suivis/courriels.py": _suivis,
    "fce/echanges/tasks.py": _croisement,
    "fce/echanges/visites/croisees.py": _passage,
    "fce/echanges/visites/reponses.py": _croisement,
    "fce/echanges/visites/services.py": _visite_passee,
    "fce/service/portail/dirigeant/services.py": _rattachement,
    "fce/service/portail/contact/services.py": _message,
    "fce/service/portail/nouvelles/services.py": _nouveaute,
    "fce/service/portail/signalements/services.py": _signalement,
    "fce/droits/journal/alertes.py": _alertes,
    "fce/socle/travaux/courriel.py": _rapport_d_import,
}
# What a mail must never hold: a marker, the name of the company, of its town, of anybody.
_INTERDIT = re.compile(
    rf"\bMRK|{jeux.NOM}|MINOTERIE|LILLE|Essai\d|Camille|Équipe (?:no )?\d|activite-partielle|wikit|dgfip", re.I
)


_ENVOIE = re.compile(
    r"EmailMessage\(|EmailMultiAlternatives|send_mail\(|mail_admins|\brapporter\(|courriel\.envoyer\("
    r"|courriels\.(annoncer|inviter)\(|(?<!def )(?:annoncer|envoyer)_(?:au_service|pour_une_visite)\("
)


@pytest.mark.parametrize("qui", chaque_jour([*ENVOIS], sur=2))
def test_acm_15_a_mail_names_no_company_nobody_and_no_data(
    qui: str, joue: Joue, mailoutbox: list[EmailMessage]
) -> None:
    ENVOIS[qui](joue)
    relever()
    assert mailoutbox
    for message in mailoutbox:
        texte = f"{message.subject}\n{message.body}"
        assert not _INTERDIT.findall(texte), texte
        assert not message.attachments
        assert not getattr(message, "alternatives", None)
        assert all(lien.startswith("https://fce.example/") for lien in re.findall(r"\w+://\S+", texte))
        assert len(message.to) == 1
        assert not message.cc
        assert not message.bcc


def test_acm_15_every_place_that_sends_a_mail_is_tried_here() -> None:
    envoient = {
        f"fce/{fichier.relative_to(RACINE)}" for fichier in RACINE.rglob("*.py") if _ENVOIE.search(fichier.read_text())
    }
    # Reports of the worker: all written by ``travaux.courriel`` or in its words, tried in
    # tests/donnees/imports/travaux.
    rapports_ = {f"fce/donnees/imports/travaux/{nom}.py" for nom in ("releve", "surveillance", "taches")}
    assert envoient == set(ENVOIS) | rapports_


def test_acm_15_whoever_has_lost_his_right_receives_nothing(joue: Joue, mailoutbox: list[EmailMessage]) -> None:
    gestionnaire, groupe = c.compte(), c.groupe()
    lien = c.appartenance(gestionnaire, groupe, gestionnaire=True)
    dossier = acteurs.dossier(groupe, "inspection-travail", ("59",))
    lien.fin = timezone.now()
    lien.save()
    tasks.prevenir(dossier=dossier.pk, objet=courriels.RAPPEL, compte=gestionnaire.pk)
    assert mailoutbox == []
