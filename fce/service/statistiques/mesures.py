"""The monthly measures as data: which events each counts, and how."""

from __future__ import annotations

from typing import Final, NamedTuple


class Mesure(NamedTuple):
    """A figure of the open data.

    - ``evenements``: events counted; empty for a number of agents, which has its own query;
    - ``entre``: only events whose value is within these bounds;
    - ``somme``: add the values rather than count the events;
    - ``anonyme``: visitors contribute too, so it is published even when no agent does.
    """

    code: str
    libelle: str
    unite: str
    evenements: tuple[str, ...] = ()
    entre: tuple[int, int] | None = None
    somme: bool = False
    anonyme: bool = False


DELAI_JOURS: Final = 3
"""Working days to take a request."""
_CHANGEES: Final = ("croisement_reporte", "croisement_commun", "croisement_abandonne")
_AUTRES_GESTES: Final = ("visite_annoncee", "contact_note", "depot_publie", "erreur_signalee", "habilitation_obtenue")
_DEMANDES: Final = ("demande_envoyee", "demande_prise", "demande_repondue", "demande_utile", "demande_inutile")
_M = Mesure
COMPTEES: Final[tuple[Mesure, ...]] = (
    _M("visites_changees", "Visites reportées, communes ou abandonnées après un croisement", "visites", _CHANGEES),
    _M("visites_reportees", "Visites reportées après un croisement", "visites", ("croisement_reporte",)),
    _M("visites_communes", "Visites communes proposées après un croisement", "visites", ("croisement_commun",)),
    _M("visites_abandonnees", "Visites abandonnées après un croisement", "visites", ("croisement_abandonne",)),
    _M("visites_maintenues", "Visites maintenues malgré un croisement", "visites", ("croisement_maintenu",)),
    _M("croisements_repondus", "Croisements répondus", "réponses", (*_CHANGEES, "croisement_maintenu")),
    _M("croisements_dits", "Croisements dits avant une visite", "croisements", ("croisement_dit",), somme=True),
    _M("transactions", "Gestes faits dans le service", "gestes",
       (*_CHANGEES, "croisement_maintenu", *_AUTRES_GESTES, *_DEMANDES)),
    _M("autres_gestes", "Contacts, annonces, dépôts, signalements, habilitations", "gestes", _AUTRES_GESTES),
    _M("gestes_des_demandes", "Gestes faits sur des demandes", "gestes", _DEMANDES),
    _M("fiches_lues", "Fiches lues, robots déclarés non compris", "fiches", ("fiche_lue",), anonyme=True),
    _M("recherches", "Recherches, robots déclarés non compris", "recherches", ("recherche",), anonyme=True),
    _M("visites_du_site", "Visites du site, sans session, robots déclarés non compris", "visites",
       ("visite_du_site",), anonyme=True),
    _M("demandes_envoyees", "Demandes envoyées", "demandes", ("demande_envoyee",)),
    _M("demandes_prises", "Demandes prises en charge", "demandes", ("demande_prise",)),
    _M("demandes_prises_a_temps", f"Demandes prises en charge en {DELAI_JOURS} jours ouvrés au plus", "demandes",
       ("demande_prise",), entre=(0, DELAI_JOURS)),
    _M("jours_avant_prise", "Jours ouvrés avant la prise en charge, en tout", "jours", ("demande_prise",), somme=True),
    _M("demandes_repondues", "Demandes répondues", "demandes", ("demande_repondue",)),
    _M("jours_avant_reponse", "Jours ouvrés avant la réponse, en tout", "jours", ("demande_repondue",), somme=True),
    _M("reponses_jugees", "Réponses jugées, utiles ou non", "réponses", ("demande_utile", "demande_inutile")),
    _M("reponses_utiles", "Réponses jugées utiles", "réponses", ("demande_utile",)),
    _M("avis", "Avis donnés", "avis", ("avis_aide", "avis_aide_en_partie", "avis_aide_pas")),
    _M("avis_aides", "Avis : la page a aidé", "avis", ("avis_aide",)),
    _M("avis_aides_en_partie", "Avis : la page a aidé en partie", "avis", ("avis_aide_en_partie",)),
    _M("avis_non_aides", "Avis : la page n’a pas aidé", "avis", ("avis_aide_pas",)),
    _M("notes", "Notes de recommandation", "notes", ("avis_note",)),
    _M("somme_des_notes", "Notes de recommandation, de 0 à 10, en tout", "points", ("avis_note",), somme=True),
)  # fmt: skip
"""Measures that count events."""
DE_PERSONNES: Final[tuple[Mesure, ...]] = (
    _M("agents_actifs", "Agents actifs", "agents"),
    _M("agents_habilites", "Agents actifs et habilités", "agents"),
    _M("agents_lecteurs", "Agents qui ont lu des données réservées", "agents"),
    _M("agents_revenus", "Agents actifs ce mois et le mois d’avant", "agents"),
    _M("lecteurs_revenus", "Agents qui avaient lu des données réservées le mois d’avant, actifs ce mois", "agents"),
)
"""Measures that count distinct agents."""
MESURES: Final = {mesure.code: mesure for mesure in (*COMPTEES, *DE_PERSONNES)}

HABILITES: Final = ("connexion_habilitee", "habilitation_obtenue")
LECTEURS: Final = ("fiche_reservee_lue",)
