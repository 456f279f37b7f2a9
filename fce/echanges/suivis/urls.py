"""Addresses of what one follows."""

from django.urls import path

from fce.echanges.suivis import views

urlpatterns = [
    path("suivis", views.suivis, name="suivis"),
    path("suivis/rythme", views.rythme, name="rythme-alertes"),
    path("suivis/lues", views.lues, name="alertes-lues"),
    path("suivis/recherche", views.ajouter_recherche, name="suivre-recherche"),
    path("suivis/arret/<str:secret>", views.arret, name="arret"),
    path("suivis/<int:numero>/retirer", views.retirer, name="retirer-suivi"),
    path("entreprise/<str:numero>/suivre", views.ajouter, name="suivre-entreprise"),
    path("etablissement/<str:numero>/suivre", views.ajouter, name="suivre-etablissement"),
]
