"""Reads of contacts: one contact at its reader's level, the list of a service, the query of the sheet."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Final, NamedTuple

from django.db.models import QuerySet

from fce.donnees.entreprises import selectors as sirene
from fce.donnees.entreprises.contenu import EtablissementVu
from fce.droits.comptes.models import Groupe
from fce.droits.habilitations.finalites import Droit, Finalite
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.droits.habilitations.politique import Permis
from fce.echanges.finalite import finalites_offertes
from fce.echanges.models import Interaction, PieceJointe, VersionInteraction
from fce.echanges.objets import CONTACT, CONTENU
from fce.echanges.vocabulaire import Theme
from fce.socle.base.branches import Branche
from fce.socle.erreurs import Introuvable
from fce.socle.texte.identifiants import est_siret
from fce.socle.web import liens

PAR_PAGE: Final = 25
BRANCHE: Final = "echanges_contacts"
BRANCHE_MAX: Final = 200
COLONNES_BRANCHE: Final = (
    "id", "service", "courriel", "corps", "jour", "genre", "siret", "cree_le", "themes", "niveau_2", "sien",
)  # fmt: skip
_INTROUVABLE: Final = "Aucun contact n’a cette adresse parmi ceux que vous pouvez lire."
_LIBELLES_THEMES: Final = dict(Theme.choices)


class ContactVu(NamedTuple):
    """A contact as the reader sees it. ``contenu``: level 2 is readable; ``sien``: he may write in its service's name;
    ``themes``: labels visible to him; ``lieux``: {SIRET: establishment, None when unknown}.

    ``a_confirmer``: purposes of which confirming one would open level 2 to him.
    """

    interaction: Interaction
    lieux: Mapping[str, EtablissementVu | None]
    nom: str
    themes: tuple[str, ...]
    contenu: bool
    sien: bool
    a_confirmer: tuple[Finalite, ...]
    partages: tuple[Groupe, ...] = ()
    pieces: tuple[PieceJointe, ...] = ()
    versions: tuple[VersionInteraction, ...] = ()


def lire_contact(lecteur: LecteurDeDonnees, numero: int) -> ContactVu:
    """A contact at its reader's level, journalled before it is returned.

    Raises Introuvable, identical for a missing one and a forbidden one; JournalIndisponible, VolumeDepasse.
    """
    interaction, permis, du_contenu = trouver_contact(lecteur, numero)
    consultations = [(CONTACT, permis, interaction.siren, 1)]
    if du_contenu is not None:
        consultations.append((CONTENU, du_contenu, interaction.siren, 1))
    lecteur.consigner_tout(consultations)
    sirets = [lieu.siret for lieu in interaction.lieux.all()]
    connus = sirene.etablissements(sirets)
    partages = tuple(interaction.partages.select_related("organisation"))
    lisants = {interaction.service_id, *(groupe.pk for groupe in partages)}
    contenu = du_contenu is not None
    return ContactVu(
        interaction=interaction,
        lieux={siret: connus.get(siret) for siret in sirets},
        nom=liens.noms([interaction.siren]).get(interaction.siren, ""),
        themes=nommer_themes(interaction.themes) if contenu or interaction.themes_partages else (),
        contenu=contenu,
        sien=interaction.service_id in lecteur.services(CONTACT),
        a_confirmer=() if contenu else finalites_offertes(lecteur.au_nom_de(lisants), CONTENU),
        partages=partages if contenu else (),
        pieces=tuple(interaction.pieces.all()) if contenu else (),
        versions=tuple(interaction.versions.all()) if contenu else (),
    )


def trouver_contact(lecteur: LecteurDeDonnees, numero: int) -> tuple[Interaction, Permis, Permis | None]:
    """(contact, permission of level 1, permission of level 2 or None); not journalled yet.

    Its author reads level 2 without confirming a purpose: the journal has the usual one of his habilitation. A
    withdrawn contact only exists for its own service. Raises Introuvable, identical for all that is not readable.
    """
    interaction = Interaction.objects.select_related("service__organisation").filter(pk=numero).first()
    decision = lecteur.decider(CONTACT, interaction.siren if interaction else None)
    if interaction is None or not isinstance(decision, Permis):
        raise Introuvable(_INTROUVABLE)
    if interaction.retiree_le is not None and interaction.service_id not in lecteur.services(CONTACT, Droit.CONSULTER):
        raise Introuvable(_INTROUVABLE)
    lisants = {interaction.service_id, *interaction.partages.values_list("pk", flat=True)}
    if interaction.retiree_le is not None:
        lisants = {interaction.service_id}
    # Only by a habilitation of these services; those of his other services open nothing here.
    du_contenu = lecteur.au_nom_de(lisants).decider(CONTENU, interaction.siren)
    if not du_contenu and interaction.auteur == lecteur.acteur.identifiant:
        sien = lecteur.au_nom_de([interaction.service_id])
        du_contenu = replace(sien, finalite=sien.pour(CONTENU)[0]).decider(CONTENU, interaction.siren)
    return interaction, decision, du_contenu if isinstance(du_contenu, Permis) else None


def lire_piece(lecteur: LecteurDeDonnees, cle: uuid.UUID) -> PieceJointe:
    """An attachment of a contact whose content he may read, journalled before it is returned.

    Raises Introuvable, identical for a missing one and a forbidden one; JournalIndisponible, VolumeDepasse.
    """
    piece = PieceJointe.objects.filter(pk=cle).exclude(interaction=None).first()
    du_contenu = None
    if piece is not None and piece.interaction_id is not None:
        with suppress(Introuvable):
            interaction, _, du_contenu = trouver_contact(lecteur, piece.interaction_id)
    if piece is None or du_contenu is None:
        raise Introuvable("Aucune pièce n’a cette adresse parmi celles que vous pouvez lire.")
    lecteur.consigner(CONTENU, du_contenu, interaction.siren, 1)
    return piece


def nommer_themes(codes: Iterable[str]) -> tuple[str, ...]:
    """Labels of themes, in the order of the vocabulary."""
    voulus = set(codes)
    return tuple(libelle for code, libelle in _LIBELLES_THEMES.items() if code in voulus)


def contacts_de(
    service_id: int,
    *,
    depuis: datetime.date | None = None,
    jusqu_a: datetime.date | None = None,
    genre: str = "",
    numero: str = "",
) -> QuerySet[Interaction]:
    """Contacts of one service, withdrawn ones included, latest first. The caller has checked access. ``numero``: SIREN,
    SIRET, or "" for all."""
    lieu = numero if est_siret(numero) else ""
    voulus = {"jour__gte": depuis, "jour__lte": jusqu_a, "genre": genre, "siren": numero[:9], "lieux__siret": lieu}
    dits = {colonne: valeur for colonne, valeur in voulus.items() if valeur}
    return Interaction.objects.filter(service=service_id, **dits).prefetch_related("lieux")


def branche(numero: str, services_du_contenu: Collection[int], services: Collection[int] = ()) -> Branche:
    """Query of level 1 of the contacts of a company (SIREN) or establishment (SIRET), for the sheet: one row per
    establishment, at most ``BRANCHE_MAX``, latest first; withdrawn ones excluded.

    Rows {id, service, courriel, corps, jour (ISO), genre, siret, cree_le (ISO), themes (codes, only if shared),
    niveau_2, sien}. ``niveau_2``: a service of ``services_du_contenu`` may read the content; ``sien``: one of
    ``services`` told it.
    """
    ou, valeur = (
        ("l.siret = %s AND i.siren = left(%s, 9)", (numero, numero))
        if est_siret(numero)
        else ("i.siren = %s", (numero,))
    )
    lisants = sorted(services_du_contenu)
    sql = (
        "SELECT i.id, g.nom AS service, g.courriel, i.corps, i.jour, i.genre, l.siret, i.cree_le, "  # noqa: S608 – own columns
        "CASE WHEN i.themes_partages THEN i.themes ELSE '{}' END AS themes, "
        "(i.service_id = ANY(%s::bigint[]) OR EXISTS (SELECT 1 FROM echanges_interaction_partages p "
        "WHERE p.interaction_id = i.id AND p.groupe_id = ANY(%s::bigint[]))) AS niveau_2, "
        "i.service_id = ANY(%s::bigint[]) AS sien "
        "FROM echanges_interaction i JOIN echanges_lieuinteraction l ON l.interaction_id = i.id "
        "JOIN comptes_groupe g ON g.id = i.service_id "
        f"WHERE {ou} AND i.retiree_le IS NULL ORDER BY i.jour DESC, i.id DESC, l.siret LIMIT {BRANCHE_MAX}"
    )
    return Branche(BRANCHE, sql, (lisants, lisants, sorted(services), *valeur), colonnes=COLONNES_BRANCHE)
