"""ACM-03: a number of someone else's answers 404, word for word as a number that nobody has.

Each numbered address is in the table below: a new one fails until it is.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings as reglages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from fce.droits.comptes import appartenances
from fce.droits.comptes.demandes import deposer
from fce.droits.comptes.models import EvenementCompte, Rattachement, Session
from fce.droits.habilitations import cles, jetons
from fce.droits.habilitations.finalites import Droit
from fce.droits.habilitations.models import EvenementDossier
from fce.echanges.models import (
    Demande,
    FicheEnvoyee,
    Interaction,
    OperationConjointe,
    PieceJointe,
    Saisine,
    Suivi,
    VisiteAnnoncee,
)
from fce.ensembles.listes.models import ListeDeTravail
from fce.ensembles.listes.services import DUREE as UN_AN
from fce.service.portail.models import DemandeAssistance, Signalement
from fce.socle.web.routes import LECTURE, Qui
from tests.acces import acteurs
from tests.donnees.entreprises import fabrique as f
from tests.droits.comptes import fabrique as c
from tests.droits.comptes.routes import routes

pytestmark = pytest.mark.django_db
ABSENT = 987654
SANS_PIECE = uuid.UUID(int=987654)
SIREN, SIREN_ABSENT = f.siren_no(1), f.siren_no(2)
# Addresses that name something by a number: arguments when it is somebody else's, and when it does not exist.
NUMEROTEES: dict[str, Callable[[Any], tuple[list[Any], list[Any]]]] = {
    "comptes:finir-session": lambda a: ([a.session], ["0123456789abcdef"]),
    **{
        f"droits:{nom}": lambda a: ([a.dossier], [ABSENT])
        for nom in ("dossier", "modifier", "soumettre", "noter-revue", "jetons")
    },
    **{
        f"droits:{nom}": lambda a: ([a.groupe], [ABSENT])
        for nom in ("demande", "solliciter", "membres", "ajouter", "charger", "revue", "revue-csv", "journal-service")
    },
    "droits:membre": lambda a: ([a.groupe, a.membre, "retirer"], [ABSENT, ABSENT, "retirer"]),
    "droits:annuler-invitation": lambda a: ([a.groupe, a.invitation], [ABSENT, ABSENT]),
    "droits:journal-detail": lambda a: ([a.groupe, a.agent], [ABSENT, ABSENT]),
    **{f"droits:{nom}": lambda a: ([a.dossier, a.jeton], [ABSENT, ABSENT]) for nom in ("jeton", "jeton-revoquer")},
    **{f"droits:{nom}": lambda a: ([a.cle], [ABSENT]) for nom in ("cle", "cle-revoquer")},
    **{
        f"echanges:operation{nom}": lambda a: ([a.operation], [ABSENT])
        for nom in (
            "",
            "-impression",
            "-modification",
            "-bilan",
            "-annulation",
            "-ouverture",
            "-services",
            "-notes",
            "-cibles",
        )
    },
    **{
        f"echanges:operation-{nom}": lambda a: ([a.operation, a.cible], [ABSENT, a.cible])
        for nom in ("cible", "retrait", "constat")
    },
    **{
        f"echanges:{nom}-contact" if nom else "echanges:contact": lambda a: ([a.contact], [ABSENT])
        for nom in ("", "modifier", "retirer")
    },
    "echanges:retirer-piece": lambda a: ([a.contact, a.piece], [ABSENT, SANS_PIECE]),
    "echanges:piece": lambda a: ([a.piece], [SANS_PIECE]),
    "echanges:fiche-envoyee": lambda a: ([a.fiche_envoyee], [SANS_PIECE]),
    "echanges:visite": lambda a: ([a.visite], [ABSENT]),
    "echanges:visite-agenda": lambda a: ([a.visite], [ABSENT]),
    "echanges:operation-pieces": lambda a: ([a.operation], [ABSENT]),
    "echanges:operation-piece-retrait": lambda a: ([a.operation, a.piece], [ABSENT, a.piece]),
    "echanges:operation-visites": lambda a: ([a.operation, a.groupe], [ABSENT, a.groupe]),
    "echanges:changer-visite": lambda a: ([a.visite, "renoncer"], [ABSENT, "renoncer"]),
    "echanges:demande": lambda a: ([a.demande_secrete], [ABSENT]),
    "echanges:changer-demande": lambda a: ([a.demande_secrete, a.saisine, "prendre"], [ABSENT, a.saisine, "prendre"]),
    "echanges:operation-agenda": lambda a: ([a.operation], [ABSENT]),
    "echanges:operation-sortie": lambda a: ([a.operation, a.groupe], [ABSENT, a.groupe]),
    "echanges:absence": lambda a: ([a.groupe], [ABSENT]),
    "echanges:modifier-service": lambda a: ([a.groupe], [ABSENT]),
    "echanges:bilan": lambda a: ([a.groupe], [ABSENT]),
    "echanges:retirer-suivi": lambda a: ([a.suivi], [ABSENT]),
    **{
        f"listes:{nom}": lambda a: ([a.liste], [ABSENT])
        for nom in (
            *("partage", "oublier", "lecture"),
            *("liste", "modification", "garder", "suppression", "ajout", "lignes", "csv", "xlsx", "alertes"),
            *("operation", "nouvelle-operation", "suivre", "demande-de-fichier"),
        )
    },
    "listes:ligne": lambda a: ([a.liste, a.ligne], [ABSENT, a.ligne]),
    **{
        f"listes:{nom}": lambda a: ([a.liste, a.fichier], [ABSENT, a.fichier])
        for nom in ("fichier", "fichier-avancement", "fichier-contenu")
    },
    "listes:depuis-operation": lambda a: ([a.operation], [ABSENT]),
    "portail:rattachement-fin": lambda a: ([a.rattachement], [ABSENT]),
    "portail:consultations": lambda a: ([SIREN], [SIREN_ABSENT]),
}
# Not by a number that can be guessed, or of nobody in particular.
AUTREMENT = {
    "comptes:invitation": "a secret of 256 bits, sent to one address (tests/droits/comptes/test_appartenances.py)",
    **{
        f"echanges:{nom}": "a form on a company, which is public; what it says of others: test_echanges.py"
        for nom in (
            *("noter-entreprise", "noter-etablissement", "choisir-etablissements"),
            *("nouvelle-visite", "nouvelle-visite-lieu", "verdict", "verdict-lieu"),
            *("envoyer-entreprise", "envoyer-etablissement"),
            *("demander-entreprise", "demander-etablissement"),
            *("suivre-entreprise", "suivre-etablissement"),
        )
    },
    "echanges:service": "a service, which every agent may know (tests/echanges/annuaire/test_pages.py)",
    **{
        f"echanges:ancienne-adresse-{liste}": "to a list, whatever the number (tests/echanges/test_references.py)"
        for liste in ("contacts", "visites", "operations", "demandes")
    },
    "echanges:services-competents": "the place of an establishment, which is public (tests/echanges/annuaire)",
    "listes:depuis-entreprise": "a company, which is public (tests/ensembles/listes/test_origines.py)",
    "listes:depuis-groupe": "the group of a company, which is public (tests/ensembles/listes/test_origines.py)",
    "listes:depuis-etablissement": "an establishment, which is public (tests/ensembles/listes/test_origines.py)",
    **{
        f"rapprochement:{nom}": "a table of one's own (tests/ensembles/rapprochement/test_pages.py)"
        for nom in ("tableau", "lecture", "avancement", "correction", "liste", "export", "reprise", "suppression")
    },
    **{
        f"territoires:{nom}": "a territory, which is public; its facts obey the rights (tests/ensembles/territoires)"
        for nom in ("territoire", "etablissements", "alarmes", "chiffres", "liste", "export", "demande-de-fichier")
    },
    **{
        f"territoires:{nom}": "a file of one's own, of a territory (tests/ensembles/territoires/test_fichiers.py)"
        for nom in ("fichier", "fichier-avancement", "fichier-contenu")
    },
    **{
        f"rapprochement:{nom}": "a file of one's own table (tests/ensembles/rapprochement/test_fichiers.py)"
        for nom in ("demande-de-fichier", "fichier", "fichier-avancement", "fichier-contenu")
    },
    "fiche:note": "the sheet of a company, which is public (tests/fiche/test_note.py)",
    "fiche:note-pdf": "the sheet of a company, which is public (tests/fiche/test_note.py)",
    "droits:rejoindre": "a group of one's own administration, whose name its agents read (test_e9_acces.py)",
    "portail:marquer-fiche-lue": "one's own reading of a sheet, which is public (tests/fiche/test_chronologie.py)",
    "portail:essai-source": "a schema, public; what is tried is kept nowhere (tests/service/portail/test_essai.py)",
    "portail:corriger": "the name of a company, which is public (tests/service/portail/test_votre_entreprise.py)",
    "portail:signaler": "the sheet of a company, which is public (tests/service/portail/test_signalements.py)",
}
DES_ECHANGES = {f"listes:{nom}" for nom in ("depuis-operation", "operation", "nouvelle-operation", "suivre")}
if not reglages.FCE_ECHANGES:
    for table in (NUMEROTEES, AUTREMENT):
        for nom in [nom for nom in table if nom.startswith("echanges:") or nom in DES_ECHANGES]:
            del table[nom]
PERSONNELLES = frozenset({Qui.CONNECTE, Qui.AGENT, Qui.PARTICULIER})
_D_UNE_CHOSE = r"exemple|/1(/|\.|$)|00000000-|/[a-z2-7]{32}"
_VARIABLE = re.compile(r'value="\w{64}"|[0-9a-f]{16}')


class Autrui:
    """Everything of an administration that is not the reader's, and of a private person who is not he."""

    def __init__(self) -> None:
        gestionnaire, membre = c.compte(siret=c.AUTRE_SERVICE), c.compte(siret=c.AUTRE_SERVICE)
        groupe = c.groupe(organisation=c.organisation(numero=c.AUTRE_SERVICE, nom="Secrète DDETS"))
        c.appartenance(gestionnaire, groupe, gestionnaire=True)
        sienne = c.appartenance(membre, groupe)
        dossier = acteurs.dossier(groupe, "inspection-travail", ("75",), droits=(Droit.CONSULTER, Droit.API))
        jeton, self.secret = jetons.creer(dossier, gestionnaire, mfa=True, libelle="secret", jours=30)
        invitation = appartenances.inviter(groupe, "attendu@travail.example", gestionnaire.identifiant)
        c.connecter(Client(), gestionnaire)
        self.session = Session.objects.get(compte=gestionnaire).empreinte[:16]
        self.groupe, self.dossier, self.membre, self.agent = groupe.pk, dossier.pk, sienne.pk, membre.pk
        self.jeton, self.invitation = jeton.pk, invitation.pk
        self.cle = cles.creer(gestionnaire, libelle="Secrète", jours=30)[0].pk
        self.demande = deposer(gestionnaire, organisme="Secrète", service="S", profil="", besoin="Besoin secret").pk
        menee = OperationConjointe.objects.create(
            coordinateur=groupe, nom="Opération secrète", jour=timezone.localdate(), auteur=gestionnaire.identifiant
        )
        menee.participations.create(service=groupe, par=gestionnaire.identifiant)
        self.operation = menee.pk
        self.cible = menee.cibles.create(siren=SIREN, siret=f.siret_no(SIREN)).pk
        # Withdrawn: to the other services it is no more. What they may read of one that stands is in test_echanges.py.
        retire = Interaction.objects.create(
            service=groupe, siren=SIREN, genre="visite", jour=timezone.localdate(), note="Note secrète",
            auteur=gestionnaire.identifiant, retiree_le=timezone.now(),
        )  # fmt: skip
        self.contact = retire.pk
        self.piece = retire.pieces.create(service=groupe, nom="Pièce secrète.pdf", octets=1, par="c0").pk
        self.visite = VisiteAnnoncee.objects.create(
            service=groupe, siren=SIREN, debut=timezone.localdate(), fin=timezone.localdate(), objet="Visite secrète",
            auteur=gestionnaire.identifiant,
        ).pk  # fmt: skip
        posee = Demande.objects.create(
            service=groupe, auteur=gestionnaire.identifiant, siren=SIREN, objet="Demande secrète", question="Secrète ?"
        )
        self.demande_secrete = posee.pk
        self.saisine = posee.saisines.create(demandeur=groupe, service=groupe).pk
        self.suivi = Suivi.objects.create(compte=gestionnaire, recherche="q=secrete", nom="Recherche secrète").pk
        liste = ListeDeTravail.objects.create(
            service=groupe, nom="Liste secrète", auteur=gestionnaire.identifiant, expire_le=timezone.now() + UN_AN
        )
        self.liste, self.ligne = liste.pk, liste.lignes.create(numero=SIREN, note="Ligne secrète", par="c0").pk
        self.fichier = liste.fichiers.create(
            auteur=gestionnaire.identifiant, format="csv", motif="Motif secret", total=1, fini_le=timezone.now(),
            contenu="Ligne secrète".encode(),
        ).pk  # fmt: skip
        self.fiche_envoyee = FicheEnvoyee.objects.create(de=membre, a=gestionnaire, numero=SIREN, mot="Mot secret").pk
        elle = c.particulier()
        self.rattachement = Rattachement.objects.create(compte=elle, siren=SIREN, etat="valide").pk
        self.signalement = Signalement.objects.create(
            siren=SIREN, rubrique="identite", texte="Erreur secrète", auteur=elle.identifiant
        ).pk
        self.message = DemandeAssistance.objects.create(
            sujet="question", texte="Question secrète", auteur=elle.identifiant
        ).pk


@pytest.fixture
def autrui() -> Autrui:
    f.unites(f.unite(SIREN, denomination="VERGERS INVENTES"), f.unite(SIREN_ABSENT, denomination="COMPTOIR"))
    f.lieux(f.lieu(SIREN), f.lieu(SIREN_ABSENT))
    return Autrui()


@pytest.fixture
def gestionnaire() -> Client:
    """Manages a group of his own administration, and has all that the other one has."""
    compte, groupe = c.membre(gestionnaire=True)
    acteurs.dossier(groupe, "inspection-travail", ("59",))
    return c.client_de(compte, finalite="controle-travail")


@pytest.fixture
def particulier() -> Client:
    return c.client_de(c.particulier())


def _ouverte(adresse: str) -> bool:
    """Whether the room of an address is open (``tests/salles``)."""
    return any(r.adresse == adresse.partition("?")[0] for r in routes())


def corps(reponse: Any, adresse: str) -> str:
    texte = b"".join(reponse) if reponse.streaming else reponse.content
    return _VARIABLE.sub("", texte.decode().replace(adresse, ""))


def test_acm_03_the_table_holds_every_numbered_address() -> None:
    propres = {
        r.nom
        for r in routes()
        if r.politique and r.politique.qui in PERSONNELLES and re.search(_D_UNE_CHOSE, r.adresse)
    } - {"comptes:commencer"}
    assert propres == set(NUMEROTEES) | set(AUTREMENT)


@pytest.mark.parametrize("nom", NUMEROTEES)
def test_acm_03_of_someone_else_is_as_if_it_did_not_exist(
    nom: str, autrui: Autrui, gestionnaire: Client, particulier: Client, settings: Any
) -> None:
    settings.FCE_TRANSPARENCE = True
    (route,) = (r for r in routes() if r.nom == nom)
    assert route.politique
    client = particulier if route.politique.qui is Qui.PARTICULIER else gestionnaire
    avant = EvenementCompte.objects.count(), EvenementDossier.objects.count()
    for methode in sorted(route.politique.methodes):
        reponses = []
        for arguments in NUMEROTEES[nom](autrui):
            adresse = reverse(nom, args=arguments)
            reponse = client.generic(methode, adresse)
            assert reponse.status_code == 404, (methode, adresse)
            reponses.append((corps(reponse, adresse), sorted(set(reponse.headers) - {"X-Request-ID"})))
        assert reponses[0] == reponses[1], methode
        if methode in LECTURE - {"HEAD"}:
            assert "ecrète" not in reponses[0][0]
    assert (EvenementCompte.objects.count(), EvenementDossier.objects.count()) == avant
    assert Session.objects.filter(empreinte__startswith=autrui.session).exists()
    assert Saisine.objects.get().etat == "envoyee"
    assert (PieceJointe.objects.count(), VisiteAnnoncee.objects.get().etat) == (1, "annoncee")
    assert Rattachement.objects.get(pk=autrui.rattachement).etat == "valide"


def test_acm_03_one_of_my_groups_opens_no_member_invitation_or_token_of_another(autrui: Autrui) -> None:
    compte, groupe = c.membre(gestionnaire=True)
    dossier = acteurs.dossier(groupe, "inspection-travail", ("59",), droits=(Droit.CONSULTER, Droit.API))
    client = c.client_de(compte)
    for nom, siens, absents in (
        ("membre", [groupe.pk, autrui.membre, "retirer"], [groupe.pk, ABSENT, "retirer"]),
        ("annuler-invitation", [groupe.pk, autrui.invitation], [groupe.pk, ABSENT]),
        ("jeton-revoquer", [dossier.pk, autrui.jeton], [dossier.pk, ABSENT]),
        ("cle-revoquer", [autrui.cle], [ABSENT]),
        ("journal-detail", [groupe.pk, autrui.agent], [groupe.pk, ABSENT]),
    ):
        adresses = [reverse(f"droits:{nom}", args=a) for a in (siens, absents)]
        reponses = [client.post(a, {"motif": "Signalement d’un volume"}) for a in adresses]
        assert [r.status_code for r in reponses] == [404, 404], nom
        assert corps(reponses[0], adresses[0]) == corps(reponses[1], adresses[1]), nom
    renouvelle = reverse("droits:demande", args=[groupe.pk])
    for numero in (autrui.dossier, ABSENT):
        assert client.get(f"{renouvelle}?renouvelle={numero}").status_code == 404
    assert jetons.acteur_du_jeton(autrui.secret)


def test_acm_03_lists_hold_ones_own_only(autrui: Autrui, gestionnaire: Client, particulier: Client) -> None:
    for client, adresses in (
        (
            gestionnaire,
            (
                "/habilitations",
                "/compte",
                "/compte/cles",
                "/journal",
                "/droits",
                "/signalements",
                "/mes-messages",
                "/operations",
                "/listes",
                "/contacts",
                "/visites",
                "/demandes",
                "/demandes?boite=envoyees",
                "/",
            ),
        ),
        (particulier, ("/mes-entreprises", "/signalements", "/mes-messages", "/compte", "/compte/cles")),
    ):
        for adresse in adresses:
            if not _ouverte(adresse):
                continue
            page = client.get(adresse)
            assert page.status_code == 200, adresse
            texte = page.content.decode()
            assert not re.search("[Ss]ecrète|VERGERS INVENTES|attendu@|Besoin secret", texte), adresse


@pytest.mark.parametrize(
    ("nom", "quoi"),
    [
        ("gestion:groupe", "groupe"), ("gestion:compte", "agent"),
        ("gestion:demande", "demande"), ("gestion:rattachement", "rattachement"),
        ("gestion:signalement", "signalement"), ("portail:depot-signalement", "signalement"),
        ("droits:instruction", "dossier"), ("gestion:message", "message"),
    ],
)  # fmt: skip
def test_acm_03_a_page_of_a_mandate_says_nothing_more_to_others(
    nom: str, quoi: str, autrui: Autrui, gestionnaire: Client, particulier: Client
) -> None:
    for client in (gestionnaire, particulier):
        adresses = [reverse(nom, args=[n]) for n in (getattr(autrui, quoi), ABSENT)]
        reponses = [client.get(a) for a in adresses]
        assert [r.status_code for r in reponses] == [403, 403]
        assert corps(reponses[0], adresses[0]) == corps(reponses[1], adresses[1])


def test_acm_03_a_habilitation_that_exists_costs_one_query_more_at_most(autrui: Autrui, gestionnaire: Client) -> None:
    comptes = []
    for numero in (ABSENT, ABSENT, autrui.dossier):
        with CaptureQueriesContext(connection) as requetes:
            gestionnaire.get(f"/habilitations/{numero}")
        comptes.append(len(requetes))
    assert comptes[2] - comptes[1] <= 1
