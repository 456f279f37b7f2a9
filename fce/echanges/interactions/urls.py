"""Addresses of the contacts."""

from django.urls import path

from fce.echanges.interactions import views, views_service

urlpatterns = [
    path("entreprise/<str:numero>/contacts/nouveau", views.noter, name="noter-entreprise"),
    path("etablissement/<str:numero>/contacts/nouveau", views.noter, name="noter-etablissement"),
    path("contacts", views_service.contacts, name="contacts"),
    path("contacts/importer", views_service.importer, name="importer"),
    path("contacts/importer/confirmer", views_service.confirmation, name="confirmer-import"),
    path("contacts/importer/modele.csv", views_service.modele, name="modele-import"),
    path("contacts/choisir/services", views.choisir_services, name="choisir-services"),
    path("contacts/choisir/<str:numero>", views.choisir_etablissements, name="choisir-etablissements"),
    path("contacts/<int:numero>", views.contact, name="contact"),
    path("contacts/<int:numero>/modifier", views.modifier, name="modifier-contact"),
    path("contacts/<int:numero>/retirer", views.retirer, name="retirer-contact"),
    path("contacts/<int:numero>/pieces/<uuid:cle>/retirer", views.retirer_piece, name="retirer-piece"),
]
