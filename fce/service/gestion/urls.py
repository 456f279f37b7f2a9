"""URLs under ``/gestion``."""

from django.urls import path

from fce.service.gestion import (
    views,
    views_comptes,
    views_messages,
    views_nouvelles,
    views_organisations,
    views_pages,
    views_raccordements,
    views_rattachements,
    views_signalements,
)

app_name = "gestion"
_OBJETS = ("organisation", "groupe")
urlpatterns = [
    path("gestion", views.accueil, name="accueil"),
    path("gestion/organisations", views_organisations.organisations, name="organisations"),
    path("gestion/organisations/<int:numero>", views_organisations.organisation, name="organisation"),
    path("gestion/organisations/<int:numero>/agents", views_organisations.noter_effectif, name="organisation-agents"),
    path("gestion/groupes/<int:numero>", views_organisations.groupe, name="groupe"),
    *(
        path(f"gestion/{genre}s/<int:numero>/{geste}", vue, {"genre": genre}, name=f"{genre}-{geste}")
        for genre in _OBJETS
        for geste, vue in (
            ("nom", views_organisations.renommer),
            ("fermeture", views_organisations.fermer),
            ("reouverture", views_organisations.rouvrir),
        )
    ),
    path("gestion/comptes", views_comptes.chercher, name="comptes"),
    path("gestion/comptes/<int:numero>", views_comptes.compte, name="compte"),
    path("gestion/comptes/<int:numero>/desactiver", views_comptes.desactiver, name="desactiver"),
    path("gestion/comptes/<int:numero>/reactiver", views_comptes.reactiver, name="reactiver"),
    path("gestion/comptes/<int:numero>/sessions", views_comptes.finir_sessions, name="finir-sessions"),
    path("gestion/comptes/<int:numero>/mandats", views_comptes.donner_mandat, name="donner-mandat"),
    path("gestion/comptes/<int:numero>/mandats/<int:mandat>", views_comptes.retirer_mandat, name="retirer-mandat"),
    path("gestion/demandes", views.demandes, name="demandes"),
    path("gestion/demandes/<int:numero>", views.demande, name="demande"),
    path("gestion/habilitations", views.habilitations, name="habilitations"),
    path("gestion/travaux", views.travaux, name="travaux"),
    path("gestion/travaux/<int:numero>", views.relancer, name="relancer"),
    path("gestion/textes", views_pages.textes, name="textes"),
    path("gestion/bandeaux", views_pages.bandeaux, name="bandeaux"),
    path("gestion/bandeaux/<int:numero>", views_pages.retirer_bandeau, name="retirer-bandeau"),
    path("gestion/avis", views_pages.avis, name="avis"),
    path("gestion/avis/<int:numero>", views_pages.noter_lecture, name="lire-avis"),
    path("gestion/sessions", views.sessions, name="sessions"),
    path("gestion/evenements", views.evenements, name="evenements"),
    path("gestion/rattachements", views_rattachements.file, name="rattachements"),
    path("gestion/rattachements/<int:numero>", views_rattachements.decider, name="rattachement"),
    path("gestion/signalements", views_signalements.file, name="signalements-recus"),
    path("gestion/signalements/<int:numero>", views_signalements.repondre, name="signalement"),
    path("gestion/versions/<slug:objet>", views_pages.versions, name="versions"),
    path("gestion/messages", views_messages.file, name="messages"),
    path("gestion/messages/<int:numero>", views_messages.repondre, name="message"),
    path("gestion/raccordements", views_raccordements.liste, name="raccordements"),
    path("gestion/raccordements/<int:numero>", views_raccordements.raccordement, name="raccordement"),
    path("gestion/nouveautes", views_nouvelles.nouveautes, name="nouveautes"),
    path("gestion/nouveautes/<int:numero>", views_nouvelles.nouveaute, name="nouveaute"),
    path("gestion/feuille-de-route", views_nouvelles.feuille_de_route, name="feuille-de-route"),
    path("gestion/feuille-de-route/<int:numero>", views_nouvelles.point, name="point"),
    path("gestion/panel", views_nouvelles.panel, name="panel"),
]
