"""The rooms that an operator may close: the setting of each, the addresses that are its own, the tests that are too."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.urls import ResolverMatch


def _depots(trouve: ResolverMatch) -> bool:
    nom = trouve.url_name or ""
    if trouve.namespace == "api-v1":
        return trouve.route.startswith("api/v1/depots")
    return (
        trouve.namespace == "portail"
        and nom.startswith("depot")
        and not nom.startswith(("depot-signalement", "depot-contradiction"))
    )


@dataclass(frozen=True, slots=True)
class Salle:
    """``sienne``: whether an address is of this room; ``tests``: folders, files and beginnings of tests that need it
    open, below tests/."""

    reglage: str
    sienne: Callable[[ResolverMatch], bool]
    tests: tuple[str, ...]


SALLES: Final = (
    Salle(
        "FCE_ECHANGES",
        lambda trouve: trouve.namespace == "echanges",
        (
            *("echanges", "acces/test_echanges.py", "demo/test_echanges.py", "e2e/gestes/test_echanges.py"),
            *("e2e/test_questions.py", "accessibilite/test_scenes.py"),
            *(
                "service/statistiques/test_demandes.py",
                "service/statistiques/test_gestes.py",
                "e2e/gestes/test_rejoindre.py",
            ),
            *("service/portail/test_e9_agenda.py", "service/portail/test_e9_taches.py", "acces/test_qui_a_lu.py"),
            "fiche/test_absences.py::test_e9_without_habilitation_no_gesture_that_would_be_refused",
            "fiche/test_ce_qui_est_dit.py::test_v4_contacts_are_dated_by_the_sources_that_told_them",
            "fiche/test_etablissements.py::test_e2_a_contact_told_by_a_service_is_one_on_the_page_and_never_leaves_in_a_file",
            "fiche/test_telephone.py::test_p12_the_bar_holds_only_what_the_reader_may_do",
            "socle/web/test_fil.py::test_every_page_that_is_ranged_exists_and_holds_what_the_one_above_needs",
            "droits/comptes/test_entrees.py::test_auth_08_the_entries_are_those_that_the_decision_names",
            "ensembles/listes/test_origines.py::test_the_targets_of_an_operation_go_to_a_list_of_a_service_that_takes_part",
            "ensembles/listes/test_suites.py",
            "ensembles/territoires/test_gestes.py::test_only_open_filters_are_followed",
            "ensembles/territoires/test_preparation.py::test_v21_a_contact_written_since_the_preparation_counts_at_once_and_goes_at_once",
            "acces/test_courriels.py::test_acm_15_a_mail_names_no_company_nobody_and_no_data[fce/echanges",
            "socle/web/test_parcours.py::test_the_end_of_a_journey_shows_its_button[demande",
            "socle/web/test_parcours.py::test_the_end_of_a_journey_shows_its_button[visite",
        ),
    ),
    Salle(
        "FCE_CONVENTION",
        lambda trouve: trouve.namespace == "convention",
        (
            *("service/convention", "accessibilite/test_scenes.py", "demo/test_convention.py"),
            "test_suite.py::test_a_page_that_is_slow_to_come_asks_no_more_questions",
            "acces/test_courriels.py::test_acm_15_a_mail_names_no_company_nobody_and_no_data[fce/service/convention",
        ),
    ),
    Salle(
        "FCE_STATISTIQUES",
        lambda trouve: trouve.namespace == "statistiques",
        (
            *("service/statistiques", "accessibilite/test_stats.py", "demo/test_usages.py"),
            "donnees/imports/depots/test_depots.py::test_a_publication_by_a_program_is_counted_once_and_nobody_did_it",
            "service/portail/test_pages.py::test_former_and_guessed_addresses_lead_to_their_page[/statistics",
        ),
    ),
    Salle(
        "FCE_DEPOTS",
        _depots,
        (
            *(
                "donnees/imports/depots",
                "api/test_depots.py",
                "service/portail/test_depot_bornes.py",
                "service/portail/test_depot_ecrans.py",
            ),
            *(
                "e2e/gestes/test_depot_dirigeant.py",
                "e2e/gestes/test_rejoindre.py",
                "donnees/imports/travaux/test_surveillance.py",
                "donnees/imports/travaux/test_worker.py::test_a_source_is_followed_and_a_deposit_taken_then_the_worker_stops",
                "acces/test_second_facteur.py::test_s8_the_exemptions_are_few_named_reasoned_and_none_is_a_mandate_s",
                "droits/comptes/test_entrees.py::test_auth_08_the_entries_are_those_that_the_decision_names",
                "droits/comptes/test_entrees.py::test_auth_09_a_token_is_read_only_in_its_header",
                "droits/comptes/test_entrees.py::test_auth_09_a_revoked_token_serves_no_more_at_the_next_request",
                "api/test_refus.py::test_v11_the_sheets_and_the_deposits_refuse_alike",
                "config/test_debit_comptes.py::test_a5_a_token_has_its_own_count_once_the_api_accepted_it",
                "config/test_pont.py::test_a4_a_deposit_is_asked_twice_and_holds_no_thread_between",
                "config/test_pont.py::test_a4_deposits_beyond_their_number_cost_no_thread",
                "socle/web/test_parcours.py::test_the_end_of_a_journey_shows_its_button[depot",
                "config/test_debit.py::test_s14_trying_tokens_does_not_open_a_count_for_each",
                "config/test_debit_api.py::test_neighbours_who_try_tokens_do_not_close_the_address_to_a_token_that_was_accepted",
            ),
        ),
    ),
)
OUVERTES: Final = (
    *("salles", "accessibilite/test_toutes_les_pages.py", "config/test_dossiers.py"),
    "e2e/test_pages_du_service.py::test_the_addresses_that_a_public_service_owes_answer_in_the_demonstration",
)
"""Tests that look at the whole service, all its rooms open."""
