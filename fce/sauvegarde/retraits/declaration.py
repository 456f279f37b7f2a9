"""Withdrawals, table by table. Triggers record them, whatever writes the table: page, job or command.

A table about people that is in neither list fails a test.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class FormeDeRetrait(NamedTuple):
    """``si``: SQL condition on OLD and NEW, true when an update closes something; ``colonnes``: what it leaves, written
    again by a restore. Deleted rows are recorded too."""

    si: str = ""
    colonnes: tuple[str, ...] = ()


def _pose(colonne: str, *autres: str) -> FormeDeRetrait:
    """Closed when a date is set."""
    return FormeDeRetrait(f"OLD.{colonne} IS NULL AND NEW.{colonne} IS NOT NULL", (colonne, *autres))


RETRAITS: Final[dict[str, FormeDeRetrait]] = {
    # A sign-in from another administration takes away what the former one opened.
    "comptes_compte": FormeDeRetrait(
        "OLD.desactive_le IS NULL AND NEW.desactive_le IS NOT NULL OR OLD.siret <> NEW.siret", ("desactive_le", "siret")
    ),
    "comptes_organisation": _pose("fermee_le"),
    "comptes_groupe": _pose("ferme_le"),
    "comptes_appartenance": FormeDeRetrait(
        "OLD.fin IS NULL AND NEW.fin IS NOT NULL OR OLD.suspendue_le IS NULL AND NEW.suspendue_le IS NOT NULL OR "
        "OLD.gestionnaire AND NOT NEW.gestionnaire",
        ("fin", "suspendue_le", "gestionnaire"),
    ),
    "comptes_invitation": FormeDeRetrait(
        "OLD.acceptee_le IS NULL AND NEW.acceptee_le IS NOT NULL OR OLD.annulee_le IS NULL AND NEW.annulee_le IS NOT "
        "NULL",
        ("acceptee_le", "annulee_le"),
    ),
    "comptes_mandat": _pose("fin"),
    "comptes_rattachement": FormeDeRetrait(
        "OLD.etat <> NEW.etat AND NEW.etat IN ('refuse', 'termine')", ("etat", "decide_le")
    ),
    "comptes_demandeouverture": FormeDeRetrait(),
    "droits_dossier": FormeDeRetrait(
        "OLD.etat <> NEW.etat AND NEW.etat IN ('refuse', 'suspendu', 'expire', 'revoque')", ("etat", "fin", "clos_le")
    ),
    "droits_evenementdossier": FormeDeRetrait(),
    "droits_sollicitation": FormeDeRetrait(),
    "droits_jetonapi": _pose("revoque_le"),
    "sources_jetondepot": _pose("revoque"),
    "sources_depot": FormeDeRetrait(),
    "echanges_adressecalendrier": _pose("revoquee_le"),
    "echanges_interaction": _pose("retiree_le"),
    **{
        f"echanges_{table}": FormeDeRetrait()
        for table in (
            "absence", "cible", "constatoperation", "demande", "evenementsaisine", "evenementvisite", "ficheenvoyee",
            "lieuinteraction", "lieuvisite", "messagedemande", "noteoperation", "operationconjointe", "participation",
            "piecejointe", "rendezvous", "reponsecroisement", "rythmealertes", "saisine", "suivi", "unitesuivie",
            "visitecommune", "courrieldevisite",
            "versioninteraction", "visiteannoncee",
        )
    },
    "listes_lignedeliste": FormeDeRetrait(),
    "listes_listedetravail": FormeDeRetrait(),
    "portail_abonnementnouvelles": FormeDeRetrait(),
    "portail_demandeassistance": FormeDeRetrait(),
    "portail_retourutilisateur": FormeDeRetrait(),
    "portail_signalement": FormeDeRetrait(),
    "portail_volontairerecherche": FormeDeRetrait(),
    "rapprochement_lignerapprochee": FormeDeRetrait(),
    "rapprochement_tableaurapproche": FormeDeRetrait(),
}  # fmt: skip
"""{table: what an update withdraws}."""

SANS_OBJET: Final[dict[str, str]] = {
    "comptes_session": "No session is restored.",
    "comptes_evenementcompte": "Append-only; erased by its age, by the purge that a restore runs.",
    "sources_quarantaine": "Erased by its age, or with the import that a newer one replaces.",
    "sources_reponsedirecte": "Never restored.",
    "sources_echectravail": "Erased by its age.",
    "echanges_alertesuivi": "What an agent was told; goes with the account, or by its age.",
    "portail_ficherecente": "What an agent read last; goes with the account, or by its age.",
    "changements_changementdentreprise": "Names of fields, without values; a restore breaks the feed.",
    "listes_fichierdeliste": "Written once; its content is refused after a day, the rest goes by its age.",
    "rapprochement_fichierdetableau": "Written once; its content is refused after a day, the rest goes by its age.",
    "territoires_fichierdeterritoire": "Written once; its content is refused after a day, the rest goes by its age.",
    "contradictions_contradictionrelevee": "Counted again every night.",
    "territoires_alarmepreparee": "Prepared again from the files in place, every night and at each switch.",
    "territoires_lieuprepare": "Prepared again from the files in place, every night and at each switch.",
    "droits_usagedejeton": "Counts; erased by their age, or with the token.",
    "statistiques_evenementdusage": "Nobody can be named; erased by its age.",
    "statistiques_cledepseudonyme": "Erased on its date.",
    "convention_formalite": "Kept ten years.",
    "convention_comite": "Kept ten years.",
    '"journal"."consultation"': "Erased by sealed days, by their age.",
    '"journal"."refus"': "Erased with the sealed days.",
    '"journal"."lecture_du_journal"': "Erased with the sealed days.",
    '"journal"."alerte"': "Erased with the sealed days.",
}
"""Tables about people without withdrawals, and why."""

NUMEROS_MASQUES: Final = {"sirene-unites-legales": "siren", "sirene-etablissements": "siret"}
"""Data sets whose units may become partly diffusible, and the number that names one: an import, not an update."""
