"""One page of each address, as someone who may read it is given it: run as a program, it prints {route: HTML}.

``python -m tests.accessibilite.toutes`` in the environment of a data folder; what it writes is undone.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any

VISITEURS = (
    *("inspectrice-59", "gestionnaire-59", "dreets-3e", "producteur-dgfip", "approbatrice", "budget", "equipe"),
    *("chef-entreprise", "inconnu"),
)
"""People of the demonstration who, together, are given every page that links lead to."""


def pages() -> dict[str, str]:
    """What links lead to from the home of each person of the demonstration, then what only a scene shows."""
    from django.conf import settings

    from fce.demo.personnages import GROUPE
    from tests import visite
    from tests.droits.comptes import fabrique as c

    settings.FCE_TRANSPARENCE = settings.FCE_DEMONSTRATION = True
    settings.FCE_ADRESSE_PUBLIQUE = "http://testserver"
    settings.FCE_PROCONNECT_ISSUER = "https://fournisseur.example"
    settings.FCE_PROCONNECT_CLIENT_ID = settings.FCE_PROCONNECT_CLIENT_SECRET = "essai"
    fiche, lieu = f"/entreprise/{GROUPE.siren}", f"/etablissement/{GROUPE.siren}00010"
    departs = ["/", *visite.sans_numero(), f"{fiche}/tout", f"{fiche}/chronologie", lieu, f"{lieu}/chronologie"]
    # Before the same address without a number, which leads elsewhere.
    departs.insert(0, f"/territoires/comparer?n={GROUPE.siren}00077&n={GROUPE.siren}00101")
    clients = visite.clients()
    # Who confirmed a purpose reads what services say to one another.
    c.connecter(clients["inspectrice-59"], c.Compte.objects.get(sub="inspectrice-59"), finalite="controle-travail")
    lues: dict[str, str] = {}
    for qui in VISITEURS:
        lues = {route: vue.texte for route, vue in visite.parcourir(qui, clients[qui], departs)} | lues
    for qui, client, adresses in scenes():
        lues = {route: vue.texte for route, vue in visite.parcourir(qui, client, adresses, suivre=False)} | lues
    return lues


def signee(compte: Any, **donnees: Any) -> Any:
    """The browser of somebody who has signed in."""

    from tests.droits.comptes import fabrique as c

    return c.client_de(compte, **donnees)


def mandatee(mandat: str, perimetre: str = "") -> Any:
    """That of somebody who has a function in the service."""
    from tests.droits.comptes import fabrique as c

    compte = c.mandataire(mandat, perimetre)
    return signee(compte)


def _tableau_recu(compte: Any) -> str:
    """Address of a table worked by the worker; its second row is as one whose name several companies bear."""
    from fce.demo.personnages import GROUPE
    from fce.ensembles.rapprochement import services
    from fce.ensembles.rapprochement.contenu import LigneARapprocher
    from tests.ensembles.rapprochement.fabrique import deposer

    # Numbers alone need no index.
    lignes = [LigneARapprocher(numero=GROUPE.siren), LigneARapprocher(numero="12", commune="Lille")]
    recu = deposer(compte, "Clients reçus", lignes, siret_voulu=False)
    services.traiter(recu.pk)
    recu.lignes.filter(rang=2).update(issue="ambigu", candidats=[[GROUPE.siren, "", 0.9, ["nom approchant"]]])
    return f"/rapprochements/{recu.reference}"


def _tableau_a_lire(compte: Any) -> str:
    """Address of a table whose author has not yet agreed with how it is read."""
    from fce.demo.personnages import GROUPE
    from fce.ensembles.rapprochement import services
    from fce.ensembles.rapprochement.contenu import FeuilleDeTableau

    rangees = [
        (1, ["Tournée"]),
        (3, ["N°", "Siren", "Note"]),
        (4, ["1", GROUPE.siren, "vu"]),
        (5, ["2", "12", "à revoir"]),
    ]
    feuilles = [
        FeuilleDeTableau("Lisez-moi", False, [(1, ["Mode d’emploi"])]),
        FeuilleDeTableau("Tournée", False, rangees),
    ]
    return f"/rapprochements/{services.deposer(compte, 'Tournée', feuilles, siret_voulu=False).reference}"


def _tableau_arrete(compte: Any) -> str:
    """Address of a table that a failure stopped."""
    from fce.ensembles.rapprochement import services
    from fce.ensembles.rapprochement.contenu import LigneARapprocher
    from fce.ensembles.rapprochement.models import ARRETE
    from tests.ensembles.rapprochement.fabrique import deposer

    recu = deposer(compte, "Clients perdus", [LigneARapprocher("Le groupe")], siret_voulu=False)
    services.noter_une_panne(recu.pk, ARRETE)
    return f"/rapprochements/{recu.reference}"


def _de_l_organisatrice() -> tuple[Any, list[str]]:
    """Her browser, and what she works: an operation kept as a list, a list, a table, their files."""
    from fce.demo.personnages import GROUPE
    from fce.ensembles.listes import services as listes
    from tests.echanges.operations import fabrique as operations

    mene = operations.service("Unite")
    operation = operations.operation(mene, operations.service("Brigade"), sirets=[f"{GROUPE.siren}00010"])
    tableau = _tableau_recu(mene.compte)
    liste = listes.creer(mene.lecteur(), "À visiter", None, [GROUPE.siren])
    return mene.client(), [
        f"/listes/operation/{operation.reference}",
        *(tableau, _tableau_arrete(mene.compte), _tableau_a_lire(mene.compte)),
        f"{tableau}/liste",
        *(f"/listes/{liste.reference}/{page}" for page in ("alertes", "operation", "operation/nouvelle")),
        *_fichiers_demandes(mene, liste, tableau),
    ]


def _fichiers_demandes(mene: Any, liste: Any, tableau: str) -> list[str]:
    """Addresses of the file of a list, which is being written, of that of a table, which is, and of a territory."""
    from django.utils import timezone

    from fce.ensembles.rapprochement.models import TableauRapproche
    from fce.ensembles.territoires.models import FichierDeTerritoire
    from fce.socle.web.references import numero_de

    recu = TableauRapproche.objects.get(pk=numero_de(TableauRapproche, tableau.rpartition("/")[2]))
    demande = {"auteur": mene.compte.identifiant, "format": "csv", "total": 2, "faites": 1}
    une = liste.fichiers.create(**demande)
    autre = recu.fichiers.create(**demande, fini_le=timezone.now(), contenu=b"siren")
    nord = FichierDeTerritoire.objects.create(**demande, genre="departement", code="59")
    return [
        *(f"/listes/{liste.reference}/fichiers", f"/listes/{liste.reference}/fichiers/{une.reference}"),
        *(f"{tableau}/fichiers", f"{tableau}/fichiers/{autre.reference}"),
        *("/territoire/departement/59/fichiers?pse=oui", f"/territoire/departement/59/fichiers/{nord.reference}"),
    ]


def _des_programmes(gestionnaire: Any, habilitation: Any) -> list[str]:
    """Pages of a token and of a key."""
    from fce.droits.habilitations import cles, jetons
    from fce.droits.habilitations.models import UsageDeJeton
    from fce.socle.texte import paris

    jeton, _ = jetons.creer(habilitation, gestionnaire, mfa=True, libelle="Outil", jours=30)
    cle, _ = cles.creer(gestionnaire, libelle="Outil ouvert", jours=30)
    UsageDeJeton.objects.create(jeton=cle, jour=paris.aujourd_hui(), operation="GET /api/v1/recherche", demandes=3)
    siens = f"/habilitations/{habilitation.pk}/jetons"
    return [siens, f"{siens}/{jeton.pk}", "/compte/cles", f"/compte/cles/{cle.pk}"]


def scenes() -> Iterator[tuple[str, Any, list[str]]]:
    """(who, her browser, addresses) of what the demonstration has no example of."""
    from django.conf import settings
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.test import Client

    from fce.demo.personnages import GROUPE
    from fce.droits.comptes import appartenances, demandes
    from fce.droits.comptes.models import Rattachement
    from fce.droits.habilitations.finalites import Droit
    from fce.echanges.models import FicheEnvoyee, Interaction
    from fce.service.portail.contact import services as contact
    from fce.service.portail.nouvelles import services as nouvelles
    from tests.droits.comptes import fabrique as c
    from tests.droits.habilitations.dossiers import fabrique as d

    scene = d.scene()
    elle, attendue = c.particulier(), c.compte(courriel="attendue@travail.example")

    invitation = appartenances.inviter(scene.groupe, attendue.courriel, scene.gestionnaire.identifiant)
    yield "invitée", signee(attendue), [f"/invitation/{appartenances.creer_lien(invitation)}"]
    validee = scene.validee(droits=(Droit.CONSULTER, Droit.API))
    soumise = scene.soumise(finalites=("activite-partielle",))
    yield "approbatrice", signee(scene.approbateur), [
        f"/habilitations/file/{soumise.pk}", f"/droits/{scene.membre.identifiant}",
    ]  # fmt: skip
    yield "gestionnaire", signee(scene.gestionnaire), [
        *_des_programmes(scene.gestionnaire, validee), f"/habilitations/{scene.brouillon().pk}/modifier",
    ]  # fmt: skip
    # Whoever wrote a contact changes it, once she has said why she reads.
    for auteur in sorted(set(Interaction.objects.values_list("auteur", flat=True))):
        siens = Interaction.objects.filter(auteur=auteur, retiree_le=None)
        compte = c.Compte.objects.get(pk=int(auteur.removeprefix("c")))
        adresses = [f"/contacts/{un.reference}/modifier" for un in siens]
        yield auteur, signee(compte, finalite="controle-travail"), adresses
    if settings.FCE_ECHANGES:
        envoi = FicheEnvoyee.objects.create(de=scene.gestionnaire, a=scene.membre, numero=GROUPE.siren, mot="À lire.")
        yield "collègue", signee(scene.membre), [f"/fiches-envoyees/{envoi.cle}"]
        yield "organisatrice", *_de_l_organisatrice()
    yield "auditrice", mandatee("auditeur"), ["/journal/recherche"]
    depositaire, siennes = mandatee("depot", "dgfip"), ["/producteurs/dgfip/usages"]
    if settings.FCE_DEPOTS:
        fichier = SimpleUploadedFile("essai.csv", b"siren;annee\n1;2\n")
        siennes.append(depositaire.post("/depot/dgfip-chiffre-affaires", {"fichier": fichier})["Location"])
    yield "dépositaire", depositaire, siennes
    demande = demandes.deposer(scene.membre, organisme="Essais", service="Service", profil="", besoin="Suivre.")
    rattachement = Rattachement.objects.create(compte=elle, siren=GROUPE.siren, etat="demande")
    yield "équipe", mandatee("equipe"), [
        f"/gestion/demandes/{demande.pk}", f"/gestion/rattachements/{rattachement.pk}",
    ]  # fmt: skip
    Rattachement.objects.filter(pk=rattachement.pk).update(etat="valide")
    message = contact.deposer_demande(None, sujet="question", texte="Où ?", courriel="elle@exemple.fr")
    yield "inconnu", Client(), [
        f"/contact/suivi/{contact.jeton_de_suivi(message)}", f"/nouveautes/arret/{nouvelles.jeton_d_arret(elle)}",
    ]  # fmt: skip
    yield "cheffe", signee(elle), [
        f"/mes-entreprises/{GROUPE.siren}/consultations", f"/mes-entreprises/{GROUPE.siren}/corriger",
    ]  # fmt: skip


if __name__ == "__main__":
    from tests.rendues import rendre

    sys.stdout.write(json.dumps(rendre(pages)))
