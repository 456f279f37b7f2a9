"""URLs of the sheets. ``path`` rather than ``str``, so that a malformed number gets an explanatory page, not a plain
404."""

from django.urls import path, re_path

from fce.fiche import views, views_directes, views_finalite, views_gravite, views_groupe, views_note
from fce.sources.onglets import ONGLETS, TOUT

app_name = "fiche"
urlpatterns = [
    path("finalite", views_finalite.finalite, name="finalite"),
    path("gravite", views_gravite.gravite, name="gravite"),
    path("entreprise/<path:numero>", views.entreprise, name="entreprise"),
    path("etablissement/<path:numero>", views.etablissement, name="etablissement"),
]
# Pages attached to a sheet; the view checks the number, as for the sheet.
for _prefixe in (r"^entreprise/(?P<numero>[0-9]{9})", r"^etablissement/(?P<numero>[0-9]{14})"):
    urlpatterns[:0] = [
        re_path(rf"{_prefixe}/(?P<cle>{'|'.join([*ONGLETS, TOUT.cle])})$", views.onglet),
        re_path(rf"{_prefixe}/export\.xlsx$", views.classeur),
        re_path(rf"{_prefixe}/chronologie$", views.chronologie),
        re_path(rf"{_prefixe}/direct/(?P<nom>[a-z0-9-]{{1,45}})$", views_directes.direct),
        re_path(rf"{_prefixe}/(?P<nom>[a-z0-9-]{{1,45}})\.csv$", views.donnees),
        re_path(rf"{_prefixe}/(?P<nom>[a-z0-9-]{{1,45}})$", views.liste),
    ]
# Before the lists of sources: no source has this name.
urlpatterns[:0] = [
    re_path(r"^entreprise/(?P<numero>[0-9]{9})/etablissements\.csv$", views.etablissements_csv),
    re_path(r"^entreprise/(?P<numero>[0-9]{9})\.jsonld$", views.jsonld, name="jsonld"),
    re_path(r"^entreprise/(?P<numero>[0-9]{9})/groupe\.csv$", views_groupe.csv),
    re_path(r"^entreprise/(?P<numero>[0-9]{9})/groupe\.xlsx$", views_groupe.xlsx),
    path("entreprise/<str:numero>/note", views_note.note, name="note"),
    path("entreprise/<str:numero>/note.pdf", views_note.pdf, name="note-pdf"),
    path("etablissement/<str:numero>/note", views_note.note, name="note"),
    path("etablissement/<str:numero>/note.pdf", views_note.pdf, name="note-pdf"),
]
