"""Addresses of ``/gestion``, among those of the portal."""

from django.urls import path

from fce.portail.gestion import views, views_comptes, views_organisations, views_pages

_OBJETS = ("organisation", "groupe")
urlpatterns = [
    path("gestion", views.accueil, name="gestion"),
    path("gestion/organisations", views_organisations.organisations, name="gestion-organisations"),
    path("gestion/organisations/<int:numero>", views_organisations.organisation, name="gestion-organisation"),
    path("gestion/groupes/<int:numero>", views_organisations.groupe, name="gestion-groupe"),
    *(
        path(f"gestion/{genre}s/<int:numero>/{geste}", vue, {"genre": genre}, name=f"gestion-{genre}-{geste}")
        for genre in _OBJETS
        for geste, vue in (
            ("nom", views_organisations.renommer),
            ("fermeture", views_organisations.fermer),
            ("reouverture", views_organisations.rouvrir),
        )
    ),
    path("gestion/comptes", views_comptes.chercher, name="gestion-comptes"),
    path("gestion/comptes/<int:numero>", views_comptes.compte, name="gestion-compte"),
    path("gestion/comptes/<int:numero>/desactiver", views_comptes.desactiver, name="gestion-desactiver"),
    path("gestion/comptes/<int:numero>/reactiver", views_comptes.reactiver, name="gestion-reactiver"),
    path("gestion/comptes/<int:numero>/sessions", views_comptes.finir_sessions, name="gestion-finir-sessions"),
    path("gestion/comptes/<int:numero>/mandats", views_comptes.donner_mandat, name="gestion-donner-mandat"),
    path(
        "gestion/comptes/<int:numero>/mandats/<int:mandat>", views_comptes.retirer_mandat, name="gestion-retirer-mandat"
    ),
    path("gestion/demandes", views.demandes, name="gestion-demandes"),
    path("gestion/demandes/<int:numero>", views.demande, name="gestion-demande"),
    path("gestion/habilitations", views.habilitations, name="gestion-habilitations"),
    path("gestion/travaux", views.travaux, name="gestion-travaux"),
    path("gestion/travaux/<int:numero>", views.relancer, name="gestion-relancer"),
    path("gestion/textes", views_pages.textes, name="gestion-textes"),
    path("gestion/bandeaux", views_pages.bandeaux, name="gestion-bandeaux"),
    path("gestion/bandeaux/<int:numero>", views_pages.retirer_bandeau, name="gestion-retirer-bandeau"),
    path("gestion/avis", views_pages.avis, name="gestion-avis"),
    path("gestion/avis/<int:numero>", views_pages.lire_avis, name="gestion-lire-avis"),
    path("gestion/sessions", views.sessions, name="gestion-sessions"),
    path("gestion/evenements", views.evenements, name="gestion-evenements"),
]
