"""Addresses of habilitations and rights."""

from django.urls import path

from fce.droits.habilitations import (
    views,
    views_acces,
    views_cles,
    views_droits,
    views_instruction,
    views_jetons,
    views_journal,
    views_membres,
)

app_name = "droits"
urlpatterns = [
    path("habilitations", views.habilitations, name="habilitations"),
    path("habilitations/acces", views_acces.demander, name="acces"),
    path("habilitations/file", views_instruction.file, name="file"),
    path("habilitations/file/<int:numero>", views_instruction.instruction, name="instruction"),
    path("habilitations/<int:numero>", views.dossier, name="dossier"),
    path("habilitations/<int:numero>/modifier", views.modifier, name="modifier"),
    path("habilitations/<int:numero>/soumettre", views.soumettre, name="soumettre"),
    path("habilitations/<int:numero>/revue", views.noter_revue, name="noter-revue"),
    path("habilitations/groupes/<int:groupe>/demande", views.demande, name="demande"),
    path("habilitations/groupes/<int:groupe>/solliciter", views.solliciter, name="solliciter"),
    path("habilitations/groupes/<int:groupe>/rejoindre", views_acces.rejoindre, name="rejoindre"),
    path("habilitations/groupes/<int:groupe>/membres", views_membres.membres, name="membres"),
    path("habilitations/groupes/<int:groupe>/membres/ajouter", views_membres.ajouter, name="ajouter"),
    path("habilitations/groupes/<int:groupe>/membres/charger", views_membres.charger, name="charger"),
    path("habilitations/groupes/<int:groupe>/membres/<int:numero>/<slug:geste>", views_membres.changer, name="membre"),
    path(
        "habilitations/groupes/<int:groupe>/invitations/<int:numero>/annuler",
        views_membres.annuler,
        name="annuler-invitation",
    ),
    path("habilitations/groupes/<int:groupe>/revue", views_membres.revue, name="revue"),
    path("habilitations/groupes/<int:groupe>/revue/csv", views_membres.exporter, name="revue-csv"),
    path("habilitations/groupes/<int:groupe>/consultations", views_journal.service, name="journal-service"),
    path("habilitations/groupes/<int:groupe>/consultations/<int:numero>", views_journal.detail, name="journal-detail"),
    path("habilitations/<int:numero>/jetons", views_jetons.liste, name="jetons"),
    path("habilitations/<int:numero>/jetons/<int:jeton>/revoquer", views_jetons.revoquer, name="jeton-revoquer"),
    path("habilitations/<int:numero>/jetons/<int:jeton>", views_cles.usage_de_jeton, name="jeton"),
    path("compte/cles", views_cles.liste, name="cles"),
    path("compte/cles/<int:numero>", views_cles.usage, name="cle"),
    path("compte/cles/<int:numero>/revoquer", views_cles.revoquer, name="cle-revoquer"),
    path("journal", views_journal.mien, name="journal"),
    path("journal/recherche", views_journal.recherche, name="journal-recherche"),
    path("droits", views_droits.droits, name="droits"),
    path("droits/<slug:identifiant>", views_droits.droits_de, name="droits-de"),
]
