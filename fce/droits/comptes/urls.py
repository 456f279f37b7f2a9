"""URLs of sign-in and of the account."""

from django.urls import path

from fce.droits.comptes import views, views_compte

app_name = "comptes"
urlpatterns = [
    path("connexion", views.connexion, name="connexion"),
    path("connexion/<slug:cle>", views.commencer, name="commencer"),
    path("connexion/<slug:cle>/retour", views.retour, name="retour"),
    path("deconnexion", views.deconnecter, name="deconnexion"),
    path("deconnexion/retour", views.deconnecte, name="deconnecte"),
    path("compte", views_compte.compte, name="compte"),
    path("compte/attentes", views_compte.attentes, name="attentes"),
    path("compte/sessions/fin", views_compte.finir_les_autres, name="finir-les-autres"),
    path("compte/sessions/<slug:numero>/fin", views_compte.finir_session, name="finir-session"),
    path("compte/demande", views_compte.demande, name="demande"),
    path("invitation/<str:secret>", views_compte.invitation, name="invitation"),
]
