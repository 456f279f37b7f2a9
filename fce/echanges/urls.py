"""URLs of the exchanges, only when the room is open (``FCE_ECHANGES``)."""

from __future__ import annotations

from typing import Final

from django.urls import path, register_converter

from fce.echanges.anciennes import ancienne_adresse
from fce.echanges.annuaire import views as annuaire
from fce.echanges.bilan import views as bilan
from fce.echanges.calendrier import views as calendrier
from fce.echanges.demandes import views as demandes, views_envoi as demandes_envoi, views_gestes as demandes_gestes
from fce.echanges.envois import views as envois
from fce.echanges.interactions import views as interactions, views_service as interactions_service
from fce.echanges.models import Cible, Demande, Interaction, OperationConjointe, Saisine, Suivi, VisiteAnnoncee
from fce.echanges.operations import (
    views as operations,
    views_gestes as operations_gestes,
    views_traces as operations_traces,
)
from fce.echanges.pieces import views as pieces
from fce.echanges.suivis import views as suivis
from fce.echanges.visites import views as visites, views_gestes as visites_gestes
from fce.socle.web.references import convertisseur

app_name = "echanges"
for _nom, _modele in {
    "visite": VisiteAnnoncee,
    "operation": OperationConjointe,
    "cible": Cible,
    "demande": Demande,
    "saisine": Saisine,
    "contact": Interaction,
    "suivi": Suivi,
}.items():
    register_converter(convertisseur(_modele), _nom)
_OPERATION: Final = "operations/<operation:numero>"
urlpatterns = [
    path("entreprise/<str:numero>/contacts/nouveau", interactions.noter, name="noter-entreprise"),
    path("etablissement/<str:numero>/contacts/nouveau", interactions.noter, name="noter-etablissement"),
    path("contacts", interactions_service.contacts, name="contacts"),
    path("contacts/importer", interactions_service.importer, name="importer"),
    path("contacts/importer/confirmer", interactions_service.confirmer, name="confirmer-import"),
    path("contacts/importer/modele.csv", interactions_service.modele, name="modele-import"),
    path("contacts/choisir/services", interactions.choisir_services, name="choisir-services"),
    path("contacts/choisir/<str:numero>", interactions.choisir_etablissements, name="choisir-etablissements"),
    path("contacts/<contact:numero>", interactions.contact, name="contact"),
    path("contacts/<contact:numero>/modifier", interactions.modifier, name="modifier-contact"),
    path("contacts/<contact:numero>/retirer", interactions.retirer, name="retirer-contact"),
    path("contacts/<contact:numero>/pieces/<uuid:cle>/retirer", interactions.retirer_piece, name="retirer-piece"),
    path("pieces/<uuid:cle>", pieces.piece, name="piece"),
    path("entreprise/<str:numero>/visites/nouvelle", visites.nouvelle, name="nouvelle-visite"),
    path("etablissement/<str:numero>/visites/nouvelle", visites.nouvelle, name="nouvelle-visite-lieu"),
    path("entreprise/<str:numero>/visites/verdict", visites.verdict, name="verdict"),
    path("etablissement/<str:numero>/visites/verdict", visites.verdict, name="verdict-lieu"),
    path("visites", visites.visites, name="visites"),
    path("visites/<visite:numero>", visites.visite, name="visite"),
    path("visites/<visite:numero>.ics", visites.agenda, name="visite-agenda"),
    path("visites/<visite:numero>/<slug:geste>", visites_gestes.geste_de_visite, name="changer-visite"),
    *(
        path(f"{liste}/<int:numero>", ancienne_adresse, {"liste": liste}, name=f"ancienne-adresse-{liste}")
        for liste in ("contacts", "visites", "operations", "demandes")
    ),
    path("calendrier", calendrier.calendrier, name="calendrier"),
    path("calendrier/revoquer", calendrier.revoquer, name="revoquer-calendrier"),
    path("calendrier/<str:secret>.ics", calendrier.fichier, name="calendrier-ics"),
    path("operations", operations.operations, name="operations"),
    path("operations/creer", operations.creer, name="operation-creation"),
    path(f"{_OPERATION}.ics", operations.agenda, name="operation-agenda"),
    path(_OPERATION, operations.operation, name="operation"),
    path(f"{_OPERATION}/impression", operations.impression, name="operation-impression"),
    path(f"{_OPERATION}/modifier", operations_gestes.modifier, name="operation-modification"),
    path(f"{_OPERATION}/clore", operations_gestes.bilan, name="operation-bilan"),
    path(f"{_OPERATION}/annuler", operations_gestes.annuler, name="operation-annulation"),
    path(f"{_OPERATION}/croisements", operations_gestes.croisements, name="operation-ouverture"),
    path(f"{_OPERATION}/services", operations_gestes.ajouter_service, name="operation-services"),
    path(f"{_OPERATION}/services/<int:service>/retirer", operations_gestes.retirer_service, name="operation-sortie"),
    path(f"{_OPERATION}/notes", operations_gestes.ajouter_note, name="operation-notes"),
    path(f"{_OPERATION}/pieces", operations_traces.joindre, name="operation-pieces"),
    path(f"{_OPERATION}/pieces/<uuid:cle>/retirer", operations_traces.retirer_piece, name="operation-piece-retrait"),
    path(f"{_OPERATION}/visites/<int:service>", operations_traces.noter_les_visites, name="operation-visites"),
    path(f"{_OPERATION}/cibles", operations_gestes.ajouter_cibles, name="operation-cibles"),
    path(f"{_OPERATION}/cibles/<cible:cible>", operations_gestes.cible, name="operation-cible"),
    path(f"{_OPERATION}/cibles/<cible:cible>/retirer", operations_gestes.retirer_cible, name="operation-retrait"),
    path(f"{_OPERATION}/cibles/<cible:cible>/constat", operations_gestes.ecrire_constat, name="operation-constat"),
    path("entreprise/<str:numero>/demande", demandes_envoi.question, name="demander-entreprise"),
    path("etablissement/<str:numero>/demande", demandes_envoi.question, name="demander-etablissement"),
    path("demandes", demandes.demandes, name="demandes"),
    path("demandes/en-attente", demandes.en_attente, name="demandes-en-attente"),
    path("demandes/choisir/services", demandes_envoi.choisir_destinataires, name="choisir-destinataires"),
    path("demandes/<demande:numero>", demandes.demande, name="demande"),
    path(
        "demandes/<demande:numero>/saisines/<saisine:saisine>/<slug:geste>",
        demandes_gestes.geste_de_demande,
        name="changer-demande",
    ),
    path("services", annuaire.services_de_l_annuaire, name="annuaire"),
    path("services/<int:numero>", annuaire.service, name="service"),
    path("services/<int:numero>/modifier", annuaire.modifier, name="modifier-service"),
    path("services/<int:numero>/absence", annuaire.noter_absence, name="absence"),
    path("etablissement/<str:numero>/services", annuaire.competents, name="services-competents"),
    path("entreprise/<str:numero>/envoyer", envois.envoyer, name="envoyer-entreprise"),
    path("etablissement/<str:numero>/envoyer", envois.envoyer, name="envoyer-etablissement"),
    path("fiches-envoyees/<uuid:cle>", envois.fiche_envoyee, name="fiche-envoyee"),
    path("mon-service", bilan.mon_service, name="mon-service"),
    path("services/<int:numero>/bilan", bilan.bilan, name="bilan"),
    path("suivis", suivis.suivis, name="suivis"),
    path("suivis/rythme", suivis.choisir_rythme, name="rythme-alertes"),
    path("suivis/lues", suivis.noter_vues, name="alertes-lues"),
    path("suivis/recherche", suivis.ajouter_recherche, name="suivre-recherche"),
    path("suivis/arret/<str:secret>", suivis.arreter, name="arret"),
    path("suivis/<suivi:numero>/retirer", suivis.retirer, name="retirer-suivi"),
    path("entreprise/<str:numero>/suivre", suivis.ajouter, name="suivre-entreprise"),
    path("etablissement/<str:numero>/suivre", suivis.ajouter, name="suivre-etablissement"),
]
