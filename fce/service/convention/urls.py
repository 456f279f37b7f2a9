"""URLs of the room, included only when it is open (``FCE_CONVENTION``)."""

from django.urls import path

from fce.service.convention import views, views_comites, views_livre, views_suivi

app_name = "convention"
_UNE = "convention/<int:numero>"
urlpatterns = [
    path("budget", views.budget, name="budget"),
    path("budget.csv", views.budget_csv, name="budget-csv"),
    path("convention", views.liste, name="liste"),
    path("convention/nouvelle", views.nouvelle, name="nouvelle"),
    path(_UNE, views.convention, name="convention"),
    path(f"{_UNE}/modifier", views.modifier, name="modifier"),
    path(f"{_UNE}/fin", views.denoncer, name="fin"),
    path(f"{_UNE}/etat", views.etat, name="etat"),
    path(f"{_UNE}/etat.csv", views.etat_csv, name="etat-csv"),
    path(f"{_UNE}/livre", views_livre.livre, name="livre"),
    path(f"{_UNE}/livre/<int:ligne>/annulation", views_livre.annuler, name="annulation"),
    path(f"{_UNE}/livre/<slug:genre>", views_livre.nouvelle_ecriture, name="ecriture"),
    path(f"{_UNE}/marches", views_livre.marches, name="marches"),
    path(f"{_UNE}/avenants", views_livre.avenants, name="avenants"),
    path(f"{_UNE}/previsions", views_livre.previsions, name="previsions"),
    path(f"{_UNE}/formalites", views_suivi.formalites, name="formalites"),
    path(f"{_UNE}/avancement", views_suivi.avancement, name="avancement"),
    path(f"{_UNE}/avis/<int:avis>", views_suivi.avis, name="avis"),
    path(f"{_UNE}/comites", views_comites.comites, name="comites"),
    path(f"{_UNE}/comites/<int:comite>", views_comites.comite, name="comite"),
    path(f"{_UNE}/comites/<int:comite>/dossier", views_comites.dossier, name="dossier"),
    path(f"{_UNE}/decisions", views_comites.question, name="question"),
    path(f"{_UNE}/decisions/<int:decision>", views_comites.noter_decision, name="decision"),
]
