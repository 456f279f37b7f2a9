"""The indicators of the service as data, the North Star first: meaning, formula, reference before the service, target.
Includes those required of State services (matrice d’impact of beta.gouv.fr)."""

from __future__ import annotations

from typing import Final, NamedTuple

from fce.service.statistiques.mesures import DELAI_JOURS


class Indicateur(NamedTuple):
    """A figure of the page: ``numerateur`` divided by ``denominateur`` (two measures), times ``facteur``; without a
    denominator, the monthly mean.

    ``reference``: value before the service, None if not measured. ``etat``: known for today only, without monthly
    values.
    """

    code: str
    titre: str
    definition: str
    formule: str
    unite: str
    numerateur: str
    denominateur: str = ""
    facteur: float = 1.0
    decimales: int = 0
    reference: float | None = None
    cible: float | None = None
    etat: bool = False
    evenements: tuple[str, ...] = ()


_I = Indicateur
EN_TETE: Final = ("visites-changees", "agents-actifs", "jeux-connectes")
"""Codes of the indicators that the page shows first."""
INDICATEURS: Final[tuple[Indicateur, ...]] = (
    _I("visites-changees", "Visites changées par un avertissement",
       "Visites reportées, faites ensemble ou abandonnées par un service à qui l’on a dit qu’un autre y allait : la "
       "réponse que l’agent a enregistrée.",
       "Réponses « je reporte », « visite commune » et « je renonce », par mois.",
       "visites par mois", "visites_changees", reference=0, cible=100,
       evenements=("croisement_reporte", "croisement_commun", "croisement_abandonne")),
    _I("impact", "Impact",
       "Part des croisements répondus qui ont changé une visite.",
       "Visites changées ÷ réponses à un croisement.", "%", "visites_changees", "croisements_repondus", 100,
       reference=0, cible=40,
       evenements=("croisement_reporte", "croisement_commun", "croisement_abandonne", "croisement_maintenu")),
    _I("agents-actifs", "Agents actifs",
       "Comptes d’agents qui ont fait quelque chose dans le mois : se connecter, chercher, lire ou écrire. Aucun n’est "
       "compté deux fois dans un mois.",
       "Pseudonymes distincts du mois.", "agents par mois", "agents_actifs", reference=0, cible=900,
       evenements=("connexion", "fiche_lue", "recherche")),
    _I("transactions", "Gestes faits dans le service",
       "Visites annoncées, réponses à un croisement, contacts, demandes, dépôts, signalements, habilitations obtenues.",
       "Nombre de ces événements, par mois.", "gestes par mois", "transactions", reference=0, cible=5000,
       evenements=("visite_annoncee", "contact_note", "depot_publie", "erreur_signalee", "demande_envoyee")),
    _I("penetration", "Taux de pénétration",
       "Part des agents déclarés par chaque organisation qui sont actifs, parmi les organisations dont les deux "
       "nombres se publient.",
       "Agents actifs ÷ agents déclarés.", "%", "actifs_des_declarantes", "agents_declares", 100, cible=50,
       evenements=("connexion",)),
    _I("recommandation", "Note de recommandation",
       "Moyenne des notes de 0 à 10 données à la question « Recommanderiez-vous ce service à un collègue ? ».",
       "Somme des notes ÷ nombre de notes.", "sur 10", "somme_des_notes", "notes", decimales=1, cible=8,
       evenements=("avis_note",)),
    _I("satisfaction", "Satisfaction (utilité)",
       "Part des réponses « oui » à « Cette page vous a-t-elle aidé ? ».",
       "Avis « oui » ÷ avis donnés.", "%", "avis_aides", "avis", 100, cible=80,
       evenements=("avis_aide", "avis_aide_en_partie", "avis_aide_pas")),
    _I("cout-par-actif", "Coût par agent actif",
       "Ce que le service a coûté, d’après les comptes de la convention, par agent actif.",
       "Dépenses du mois ÷ agents actifs du mois.", "€ par agent", "cout", "agents_actifs", decimales=2, cible=20),
    _I("retour", "Taux de retour",
       "Part des agents actifs un mois qui le sont encore le mois suivant.",
       "Agents actifs deux mois de suite ÷ agents actifs le premier mois.", "%",
       "agents_revenus", "agents_du_mois_d_avant", 100, cible=60, evenements=("connexion",)),
    _I("demandes-a-temps", "Demandes prises à temps",
       f"Part des demandes entre services prises en charge en {DELAI_JOURS} jours ouvrés au plus.",
       f"Demandes prises en {DELAI_JOURS} jours ÷ demandes prises.", "%", "demandes_prises_a_temps", "demandes_prises",
       100, cible=80, evenements=("demande_prise",)),
    _I("jours-avant-prise", "Délai de prise en charge",
       "Jours ouvrés entre une demande et sa prise en charge, en moyenne.",
       "Jours ÷ demandes prises.", "jours ouvrés", "jours_avant_prise", "demandes_prises", decimales=1, cible=3,
       evenements=("demande_prise",)),
    _I("jours-avant-reponse", "Délai de réponse",
       "Jours ouvrés entre une demande et sa réponse, en moyenne.",
       "Jours ÷ demandes répondues.", "jours ouvrés", "jours_avant_reponse", "demandes_repondues", decimales=1,
       cible=10, evenements=("demande_repondue",)),
    _I("utilite-des-reponses", "Réponses utiles",
       "Part des réponses que le service demandeur a jugées utiles.",
       "Réponses utiles ÷ réponses jugées.", "%", "reponses_utiles", "reponses_jugees", 100, cible=80,
       evenements=("demande_utile", "demande_inutile")),
    _I("jeux-a-jour", "Jeux de données à jour",
       "Part des jeux de données connectés dont le fichier n’est pas en retard sur sa fréquence.",
       "Jeux à jour ÷ jeux connectés, aujourd’hui.", "%", "jeux_a_jour", "jeux_connectes", 100, cible=90, etat=True),
    _I("jeux-connectes", "Jeux de données connectés",
       "Jeux de données dont un fichier est en place, ou qui répondent en direct.",
       "Nombre de jeux, aujourd’hui.", "jeux", "jeux_connectes", reference=0, cible=80, etat=True),
    _I("institutions", "Institutions connectées",
       "Organisations ouvertes dont une habilitation est en cours.",
       "Nombre d’organisations, aujourd’hui.", "organisations", "institutions_connectees", reference=0, cible=10,
       etat=True),
)  # fmt: skip
ENTONNOIR: Final = (
    ("visites_du_site", "Visites du site, sans session (des visites, non des personnes)"),
    ("agents_actifs", "Agents connectés"),
    ("agents_habilites", "Agents habilités"),
    ("agents_lecteurs", "Agents qui ont lu des données réservées"),
    ("lecteurs_revenus_apres", "Ceux-là, revenus le mois suivant"),
)
"""Steps of a month's funnel: (measure, label)."""
