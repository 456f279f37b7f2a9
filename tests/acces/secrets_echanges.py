"""One company of the Nord about which the exchanges hold a secret in each place where one may be: each is a marker."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.utils import timezone

from fce.donnees.entreprises.repertoire import COURANTS
from fce.donnees.imports.selectors import generations
from fce.droits.habilitations.finalites import Droit
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.droits.habilitations.models import Dossier
from fce.droits.habilitations.selectors import acteur_de
from fce.echanges.demandes import services as demandes
from fce.echanges.demandes.genre import GesteSaisine
from fce.echanges.demandes.saisies import SaisieDemande
from fce.echanges.models import Demande, EntreeAnnuaire, Interaction, OperationConjointe, PieceJointe, VisiteAnnoncee
from fce.echanges.objets import CONTACT
from fce.echanges.operations import services as operations
from fce.echanges.operations.saisies import Cadre
from fce.echanges.visites import services as visites
from fce.echanges.visites.services import Quand, Teneur
from fce.echanges.vocabulaire import Precision, Theme
from fce.ensembles.listes import services as listes
from fce.ensembles.listes.models import EtatLigne, ListeDeTravail
from fce.ensembles.rapprochement.models import TableauRapproche
from fce.ensembles.territoires.models import FichierDeTerritoire
from fce.sources.onglets import ONGLETS, TOUT
from tests.acces.acteurs import ACTEURS, Joue, _connecter as connecter, dossier, habilite
from tests.acces.jeux import NOM, SIREN, SIRET
from tests.acces.surfaces import lu
from tests.donnees.entreprises import fabrique as f
from tests.droits.comptes import fabrique as c
from tests.droits.comptes.routes import routes
from tests.echanges.interactions import fabrique as e

NIVEAU_1, VISITEUR, CACHE = "MRK-NIVEAU1", "MRK-VISITEUR", "MRK-CACHE"
"""Services: of a contact, of an announced visit, of a visit of a hidden operation."""
DE_LA_NOTE = ("MRK-NOTE", "MRK-SUITE", "MRK-PIECE", Theme.ENVIRONNEMENT.label)
DE_LA_VISITE = ("MRK-OBJET",)
DE_L_OPERATION = ("MRK-OPERATION", "MRK-CONSIGNES", "MRK-PREPARATION", "MRK-ROLES", "MRK-CARNET", "MRK-CONSTAT")
DE_LA_DEMANDE = ("MRK-DEMANDE", "MRK-QUESTION", "MRK-PRECISION", "MRK-ANSWER")
DE_LA_LISTE = ("MRK-LISTE", "MRK-LIGNE", "MRK-ETIQUETTE", "MRK-FICHIER")
DU_TABLEAU = ("MRK-TABLEAU", "MRK-RANGEE")
DU_TERRITOIRE = ("MRK-NORD",)
INTERNE = "MRK-INTERNE"
"""A note of the service that is asked."""
SECRETS = (
    *(*DE_LA_NOTE, *DE_LA_VISITE, *DE_L_OPERATION, *DE_LA_DEMANDE, *DE_LA_LISTE, *DU_TABLEAU, *DU_TERRITOIRE),
    *(INTERNE, "MRK-MOTIF"),
)
"""What no actor of ``ACTEURS`` may ever read."""
# They name the services that may be invited, or may read; the themes that may be ticked.
LISTENT_LES_SERVICES = re.compile(
    r"/contacts/(nouveau|choisir/services|[a-z2-7]{32}/modifier)|/operations/creer|/operation/nouvelle"
)
SEMAINE_DANS = timedelta(days=21)
_VARIABLE = re.compile(r'value="\w{64}"|[0-9a-f]{16}|\b\d{1,2} ?[h:] ?\d{2}\b|^(X-Request-ID|Content-Length):.*$', re.M)
"""What changes from one answer to the next, whatever is read: tokens, numbers of requests, the time."""
_PROPRES = re.compile(r"/journal|/demonstration/|/healthz|/readyz|/deconnexion|/connexion")
"""Addresses of oneself, or of the process: they change by themselves."""


def sans_contacts() -> Joue:
    """An inspector whose habilitation holds all of his profile but the contacts."""
    joue = habilite("inspection-travail")
    tenu = Dossier.objects.order_by("-pk")[0]
    tenu.groupes_de_donnees = ["emploi", "travail"]
    tenu.save()
    compte = tenu.groupe.appartenances.get().compte
    return replace(joue, acteur=acteur_de(compte, mfa=True))


JOUEURS = {**ACTEURS, "sans-contacts": sans_contacts}


def peupler() -> None:
    """The company and its only establishment."""
    f.unites(f.unite(SIREN, denomination=NOM))
    f.lieux(f.lieu(SIREN, **e.adresse("59350")))


def services() -> tuple[e.Service, e.Service, e.Service]:
    """Those that write, who have written nothing yet."""
    return service(NIVEAU_1), service(VISITEUR), service(CACHE)


class Secrets:
    """All that the exchanges hold of it, written as services write."""

    def __init__(self, note: e.Service, visiteur: e.Service, cache: e.Service) -> None:
        self.note, self.visiteur, self.cache = note, visiteur, cache
        self.contact = self._noter()
        self.piece = PieceJointe.objects.get().pk
        self.visite = self.annoncer(self.visiteur)
        self.operation = preparer(self.cache)
        self.demande = self._demander()
        self.liste = self._lister()
        self.tableau = self._rapprocher()
        self.du_nord = FichierDeTerritoire.objects.create(**self._ecrit("MRK-NORD"), genre="departement", code="59")

    def _noter(self) -> Interaction:
        pieces = [e.image("MRK-PIECE.png")]
        envoi = {
            "service": self.note.groupe.pk, "genre": "visite", "jour": e.hier().isoformat(), "sirets": [SIRET],
            "themes": [Theme.ENVIRONNEMENT], "suite": "MRK-SUITE", "note": "MRK-NOTE", "pieces": pieces,
            "partages": [self.visiteur.groupe.pk],
        }  # fmt: skip
        assert self.note.client.post(f"/entreprise/{SIREN}/contacts/nouveau", envoi).status_code == 302
        return Interaction.objects.get()

    def _demander(self) -> Demande:
        """A question to the visitor, who answers it and keeps a note. The directory tells every agent who is in it: the
        entry is there only while it is sent."""
        numero = self.visiteur.groupe.pk
        EntreeAnnuaire.objects.create(
            service=self.visiteur.groupe, nature="uc", territoire=["59"], departements=["59"], champs=["Quoi"], par="c0"
        )
        saisie = SaisieDemande(
            SIREN, "MRK-DEMANDE", "MRK-QUESTION", (numero,), SIRET, precisions={(numero, "Quoi"): "MRK-PRECISION"}
        )
        demande = demandes.envoyer_demande(self.note.lecteur(), self.note.groupe.pk, saisie)
        EntreeAnnuaire.objects.all().delete()
        self.saisine = demande.saisines.get()
        for geste, texte in ((GesteSaisine.NOTER, INTERNE), (GesteSaisine.ECRIRE, "MRK-ANSWER")):
            demandes.ecrire(self.visiteur.lecteur(), demande.pk, self.saisine.pk, geste, texte)
        return demande

    def _lister(self) -> ListeDeTravail:
        lecteur = self.note.lecteur()
        liste = listes.creer(
            lecteur, "MRK-LISTE", self.note.groupe.pk, [SIRET, SIREN], note="MRK-LISTE", etiquettes=["MRK-ETIQUETTE"]
        )
        listes.annoter(lecteur, liste.pk, liste.lignes.get(numero=SIREN).pk, EtatLigne.VU, "MRK-LIGNE", 1)
        liste.fichiers.create(**self._ecrit())
        return liste

    def _rapprocher(self) -> TableauRapproche:
        tableau = TableauRapproche.objects.create(compte=self.note.compte, nom="MRK-TABLEAU", total=1, faites=1)
        tableau.lignes.create(rang=1, nom="MRK-RANGEE", issue="trouve", numero=SIRET, saisi=SIRET)
        tableau.fichiers.create(**self._ecrit())
        return tableau

    def _ecrit(self, contenu: str = "MRK-FICHIER") -> dict[str, Any]:
        """A file that the worker has written."""
        return {
            "auteur": self.note.compte.identifiant, "format": "csv", "motif": "MRK-MOTIF", "total": 1,
            "fini_le": timezone.now(), "contenu": contenu.encode(), "sirene": generations(COURANTS),
        }  # fmt: skip

    def annoncer(self, de: e.Service) -> VisiteAnnoncee:
        """A visit in three weeks."""
        lecteur = de.lecteur()
        quand = Quand(Precision.SEMAINE, lecteur.aujourd_hui + SEMAINE_DANS)
        return visites.annoncer(lecteur, de.groupe.pk, SIREN, [SIRET], quand, Teneur(objet="MRK-OBJET"))


def preparer(de: e.Service, *, ouverte: bool = True) -> OperationConjointe:
    """A hidden operation on the establishment, whose visit is hidden with it; a secret in each of its texts."""
    lecteur = de.lecteur()
    cadre = Cadre("MRK-OPERATION", lecteur.aujourd_hui + SEMAINE_DANS, "MRK-CONSIGNES")
    operation = operations.creer(lecteur, de.groupe.pk, cadre, sirets=[SIRET])
    if ouverte:
        operations.ouvrir_aux_croisements(lecteur, operation.pk, True, operation.version)
    cible = operation.cibles.get()
    operations.ecrire_preparation(lecteur, operation.pk, cible.pk, 1, preparation="MRK-PREPARATION", roles="MRK-ROLES")
    operations.ajouter_note(lecteur, operation.pk, de.groupe.pk, "MRK-CARNET")
    le_jour = replace(lecteur, maintenant=lecteur.maintenant + SEMAINE_DANS)
    operations.ecrire_constat(le_jour, operation.pk, cible.pk, de.groupe.pk, 0, texte="MRK-CONSTAT", partage=False)
    quand = Quand(Precision.SEMAINE, operation.jour)
    cachee = visites.annoncer(lecteur, de.groupe.pk, SIREN, [SIRET], quand, Teneur(objet="MRK-OBJET"))
    VisiteAnnoncee.objects.filter(pk=cachee.pk).update(operation=operation)
    return operation


def service(nom: str) -> e.Service:
    """A service of that very name, in an administration of its own."""
    rang = {NIVEAU_1: 401, VISITEUR: 402, CACHE: 403}[nom]
    numero = c.siret(rang)
    groupe = c.groupe(
        organisation=c.organisation(numero=numero, nom=f"Administration {rang}"), nom=nom, courriel=f"b{rang}@s.example"
    )
    agent = c.compte(siret=numero)
    c.appartenance(agent, groupe)
    dossier(groupe, "inspection-travail", ("59",))
    joue = connecter(agent, finalite="controle-travail")
    return e.Service(groupe, agent, joue.client, "controle-travail")


def lecteur_de(joue: Joue) -> LecteurDeDonnees:
    return LecteurDeDonnees(joue.acteur, finalite=joue.finalite, usuelle=True)


def lit_les_contacts(joue: Joue) -> bool:
    """Whether level 1 is for this reader, by the policy."""
    return bool(lecteur_de(joue).decider(CONTACT, SIREN)) and joue.mfa


def services_de(joue: Joue) -> list[int]:
    return sorted(lecteur_de(joue).services(CONTACT, Droit.MESSAGE)) or [1]


def fixes() -> list[str]:
    """Every address of the site that is read and names nothing, but those that change by themselves."""
    lues = [r.adresse for r in routes() if r.politique and "GET" in r.politique.methodes]
    return sorted(a for a in set(lues) if not re.search(r"exemple|/\d|\|", a) and not _PROPRES.match(a))


def de_l_unite() -> list[str]:
    """All that is read of the company: sheets, tabs, lists, files, API, search."""
    fiches = [f"/entreprise/{SIREN}", f"/etablissement/{SIRET}"]
    onglets = [f"{fiche}/{cle}" for fiche in fiches for cle in (*ONGLETS, TOUT.cle)]
    suites = ("", "/chronologie", "/note", "/note.pdf", "/export.xlsx", "/wikit-controles", "/wikit-controles.csv")
    return [
        *(f"{fiche}{suite}" for fiche in fiches for suite in suites),
        *(a for a in onglets if a != f"/etablissement/{SIRET}/etablissements"),
        f"/api/v1/entreprises/{SIREN}?finalite=controle-travail&reference=2026-0117",
        f"/api/v1/etablissements/{SIRET}?finalite=controle-travail&reference=2026-0117",
        *(f"/{quoi}?q={q}" for quoi in ("recherche", "recherche/suggestions", "api/v1/recherche",
                                        "recherche/export.csv", "recherche/export.xlsx") for q in ("minoterie", "MRK")),
    ]  # fmt: skip


def formulaires() -> list[str]:
    """The forms of the exchanges about the company."""
    return [
        *(
            f"/{u}/{n}/{quoi}/{suite}"
            for u, n in (("entreprise", SIREN), ("etablissement", SIRET))
            for quoi, suite in (("contacts", "nouveau"), ("visites", "nouvelle"))
        ),
        *(f"/{u}/{n}/demande" for u, n in (("entreprise", SIREN), ("etablissement", SIRET))),
        "/demandes/choisir/services?texte_services=MRK",
        f"/contacts/choisir/{SIREN}?texte=MRK",
        "/contacts/choisir/services?texte_services=MRK",
    ]


def numerotees(s: Secrets) -> dict[str, list[str]]:
    """{method: addresses} that name a thing of the exchanges."""
    une, cible = f"/operations/{s.operation.reference}", s.operation.cibles.get().reference
    liste, ligne = f"/listes/{s.liste.reference}", s.liste.lignes.get(numero=SIREN).reference
    tableau, rangee = f"/rapprochements/{s.tableau.reference}", s.tableau.lignes.get().reference
    fichiers = [
        *(f"{quoi}/fichiers/{de.fichiers.get().reference}" for quoi, de in ((liste, s.liste), (tableau, s.tableau))),
        f"/territoire/departement/59/fichiers/{s.du_nord.reference}",
    ]
    contact, visite = f"/contacts/{s.contact.reference}", f"/visites/{s.visite.reference}"
    return {
        "GET": [
            *(contact, f"{contact}/modifier", f"/pieces/{s.piece}", visite, f"/calendrier/fcecal_{'x' * 43}.ics"),
            *(une, f"{une}.ics", f"{une}/impression", f"{une}/modifier", f"{une}/clore", f"{une}/cibles/{cible}"),
            f"/demandes/{s.demande.reference}",
            *(liste, f"{liste}.csv", f"{liste}.xlsx", f"{liste}/lignes/{ligne}"),
            *(f"{liste}/{geste}" for geste in ("modifier", "ajouter", "alertes", "operation", "operation/nouvelle")),
            f"/listes/operation/{s.operation.reference}",
            *(f"{tableau}{suite}" for suite in ("", "/avancement", "/export.csv", "/liste", "/fichiers")),
            *(f"{fichier}{suite}" for fichier in fichiers for suite in ("", "/avancement", "/contenu")),
            f"{liste}/fichiers",
        ],
        "POST": [
            *(f"{liste}/{g}" for g in ("modifier", "garder", "supprimer", "ajouter", "lignes", "suivre", "operation")),
            f"{liste}/lignes/{ligne}",
            f"{liste}/fichiers",
            *(f"{tableau}/{geste}" for geste in (f"lignes/{rangee}", "liste", "fichiers", "supprimer")),
            f"{tableau}/reprendre",
            *(f"{contact}/{geste}" for geste in ("modifier", "retirer", f"pieces/{s.piece}/retirer")),
            *(f"{visite}/{g}" for g in ("renoncer", "reporter", "modifier", "repondre", "tenue", "non-tenue", "autre")),
            *(f"{une}/{g}" for g in ("modifier", "clore", "annuler", "croisements", "services", "notes", "cibles")),
            *(f"{une}/cibles/{cible}{g}" for g in ("", "/retirer", "/constat")),
            f"{une}/services/{s.cache.groupe.pk}/retirer",
            *(
                f"/demandes/{s.demande.reference}/saisines/{s.saisine.reference}/{geste}"
                for geste in (*GesteSaisine, "autre")
            ),
        ],
    }


def verdicts(joue: Joue) -> list[tuple[str, dict[str, Any]]]:
    """What one is told before announcing: the fragment, then the whole page."""
    jour = lecteur_de(joue).aujourd_hui + SEMAINE_DANS
    choix = {"service": services_de(joue)[0], "sirets": [SIRET], "precision": "semaine", "jour": jour.isoformat()}
    return [
        (f"/etablissement/{SIRET}/visites/verdict", choix),
        (f"/entreprise/{SIREN}/visites/nouvelle", choix | {"geste": "voir", "genre": "visite"}),
    ]


def reponses_de(joue: Joue, adresses: list[str]) -> dict[str, str]:
    """{address: what is answered, without what changes by itself}."""
    joue.client.post("/fiches-lues/oublier", **joue.api)  # what he read himself is on his home
    return {a: nue(joue.client.get(a, **joue.api), a) for a in adresses}


def nue(reponse: Any, adresse: str = "") -> str:
    texte = lu(reponse)
    return _VARIABLE.sub("", texte.replace(adresse, "") if len(adresse) > 1 else texte)
