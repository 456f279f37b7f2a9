"""The prepared table: what each column says of the sources in place, when it is done again, what it never holds."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from fce.donnees.imports.selectors import generations
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.droits.habilitations.selectors import acteur_de
from fce.echanges.models import Interaction, LieuInteraction
from fce.echanges.vocabulaire import GenreInteraction
from fce.ensembles.territoires import preparation
from fce.ensembles.territoires.mesures import contacts, contacts_du_metier, jours_de_contact, relation, releves
from fce.ensembles.territoires.models import LieuPrepare, Preparation
from fce.ensembles.territoires.tasks import preparer_les_territoires
from fce.socle.base import lectures
from fce.socle.texte import paris
from fce.sources import registre
from tests.donnees.entreprises import fabrique as f
from tests.echanges.operations.fabrique import ServiceJoue
from tests.ensembles.territoires import fabrique as t

pytestmark = pytest.mark.django_db


def du(siren: str) -> LieuPrepare:
    return LieuPrepare.objects.get(siren=siren)


def controle(jours: int) -> dict[str, str]:
    return {"wikit-controles": t.il_y_a(jours).isoformat()}


def vus(de: str | ServiceJoue = "inspection-travail") -> dict[str, tuple[date | None, date | None]]:
    """{SIREN: (last contact of the reader's service, last contact of all)}. ``de``: he, or his profile."""
    qui = t.agent("59", profil=de) if isinstance(de, str) else de
    lecteur = LecteurDeDonnees(acteur_de(qui.compte, mfa=True), usuelle=True)
    lues = lectures.rangees(f"SELECT siren, controle, contact FROM {relation(lecteur)} t")
    return {siren: (siens, tous) for siren, siens, tous in lues}


def test_each_column_says_what_the_sources_say() -> None:
    t.peupler()
    grande, moyenne, petite = du(t.GRANDE), du(t.MOYENNE), du(t.PETITE)
    assert (grande.departement, grande.commune, grande.section, grande.naf) == ("59", t.LILLE, "J", "62.01Z")
    assert (grande.effectif, grande.effectif_avant, grande.pse) == (400, 500, t.il_y_a(100))
    assert (grande.contacts, grande.unite, grande.rang) == (controle(1200), "059U01", 10)
    assert (moyenne.heures, moyenne.decision, moyenne.contacts) == (1500, t.il_y_a(30), controle(40))
    # Decisions older than twelve months, other procedures than a PSE, and no death are no fact.
    assert (petite.heures, petite.decision, petite.pse, petite.mortels) == (None, None, None, 1)
    assert (grande.mortels, grande.accidents) == (None, 8)


def test_closed_foreign_and_masked_establishments_have_no_row() -> None:
    t.peupler()
    s = f.siren_no(9)
    f.unites(f.unite(s), f.unite(t.MASQUEE, categorie_juridique="1000", statut_diffusion="P"))
    f.lieux(
        f.lieu(s, code_commune=t.LILLE),
        f.lieu(s, 2, code_commune=t.LILLE, etat_administratif="F"),
        f.lieu(s, 3),
        f.lieu(s, 4, code_commune=t.LILLE, statut_diffusion="P"),
        f.lieu(t.MASQUEE, code_commune=t.LILLE, statut_diffusion="P"),
        f.lieu(t.MASQUEE, 2, code_commune=t.LILLE),
    )
    assert preparation.preparer(paris.aujourd_hui()) == 2
    # A masked establishment of a legal person keeps its commune, which it may show.
    assert set(LieuPrepare.objects.values_list("siret", flat=True)) == {f.siret_no(s), f.siret_no(s, 4)}


def test_an_exception_may_name_what_has_a_fact_and_all_of_its_company_and_nothing_else() -> None:
    seul, alarmee, grand = f.siren_no(21), f.siren_no(22), f.siren_no(23)
    f.unites(f.unite(seul), f.unite(alarmee), f.unite(grand))
    f.lieux(
        f.lieu(seul, code_commune=t.LILLE, tranche_effectifs="12"),
        f.lieu(alarmee, code_commune=t.LILLE),
        f.lieu(alarmee, 2, code_commune=t.LILLE),
        f.lieu(grand, code_commune=t.LILLE, tranche_effectifs="21"),
    )
    f.charger("accidents-travail", [{"siret": f.siret_no(alarmee, 2), "total": 1, "mortels": 1}])
    preparation.preparer(paris.aujourd_hui())
    dits = LieuPrepare.objects.filter(siren__in=[seul, alarmee, grand]).order_by("siret")
    assert [lieu.exceptionnel for lieu in dits] == [False, True, True, True]


def test_v21_a_contact_written_since_the_preparation_counts_at_once_and_goes_at_once() -> None:
    t.peupler()
    service = t.agent("59")
    jour = t.il_y_a(2)
    ecrit = Interaction.objects.create(
        service=service.groupe, siren=t.PETITE, genre=GenreInteraction.VISITE, jour=jour, auteur="c1", corps="dgccrf"
    )
    LieuInteraction.objects.create(interaction=ecrit, siret=t.siret(t.PETITE))
    assert vus()[t.PETITE] == (None, jour)
    # What another service of the same body wrote is not of one's own.
    assert vus("ccrf")[t.PETITE] == (None, jour)
    assert vus(service)[t.PETITE] == (jour, jour)
    Interaction.objects.update(retiree_le=timezone.now())
    assert vus()[t.PETITE] == (None, None)


def test_it_is_done_again_for_a_new_version_and_a_new_day_only() -> None:
    t.peupler()
    jour = paris.aujourd_hui()
    assert not preparation.perimee(jour)
    assert preparation.perimee(jour + timedelta(days=1))
    f.charger("accidents-travail", [{"siret": t.siret(t.PETITE), "total": 1, "mortels": 3}])
    assert preparation.perimee(jour)
    preparer_les_territoires()
    assert du(t.PETITE).mortels == 3
    faite = Preparation.objects.get()
    assert faite.imports == generations(preparation.sources_preparees())
    preparer_les_territoires()
    assert Preparation.objects.get().pk == faite.pk


def test_a_source_that_leaves_takes_its_facts_with_it() -> None:
    t.peupler()
    f.charger("accidents-travail", [])
    t.preparer(paris.aujourd_hui())
    assert not LieuPrepare.objects.exclude(mortels=None).exists()


def test_without_sirene_nothing_is_prepared() -> None:
    assert not preparation.perimee(paris.aujourd_hui())
    assert preparation.preparer(paris.aujourd_hui()) == 0


def test_contacts_come_from_the_sources_that_every_control_body_may_read() -> None:
    assert set(contacts()) == {"wikit-controles", "sora-controles", "mdf-controles", "sparc-metrologie", "eos-visites"}
    assert set(contacts_du_metier({"dgt"})) == {"wikit-controles"}
    assert all(colonne in preparation.COLONNES for releve in releves() for colonne in releve.colonnes)


@pytest.mark.parametrize("nom", sorted(contacts()))
def test_sql_keeps_the_days_of_a_contact_that_the_rule_of_its_source_keeps(nom: str) -> None:
    source, trait = registre.source(nom), contacts()[nom]
    jours = [date(2023, 1, 1) + timedelta(days=n) for n in range(365)]
    relation = "(SELECT '' AS siret, jour::date AS date FROM unnest(%s::text[]) AS j(jour)) f"
    lus = lectures.rangees(jours_de_contact(trait, relation), [[jour.isoformat() for jour in jours]])
    lignes = [{**dict.fromkeys(source.champs), trait.date: jour} for jour in jours]
    gardees = source.selection(lignes, jours[-1]) if source.selection else lignes
    assert sorted(jour for _, jour in lus) == sorted(ligne[trait.date] for ligne in gardees)


def test_v21_each_service_reads_its_own_contacts_and_eos_has_no_unknown_day() -> None:
    """EOS writes 31 December for a visit of an unknown day: it is none."""
    dernier = max(jour for jour in (t.il_y_a(n) for n in range(3, 800)) if (jour.month, jour.day) == (12, 31))
    t.peupler(
        mdf_controles=[{"numero": "M1", "siren": t.PETITE, "siret": t.siret(t.PETITE), "date": t.il_y_a(9)}],
        eos_visites=[
            {"siret": t.siret(t.MOYENNE), "date": t.il_y_a(400)},
            {"siret": t.siret(t.GRANDE), "date": dernier},
            {"siret": t.siret(t.GRANDE), "date": t.il_y_a(-20)},
        ],
    )
    de_l_inspection, de_l_economie = vus(), vus("dreets-3e")
    assert de_l_inspection[t.PETITE] == (None, t.il_y_a(9))
    assert de_l_inspection[t.MOYENNE] == (t.il_y_a(40), t.il_y_a(40))
    assert de_l_inspection[t.GRANDE] == (t.il_y_a(1200), t.il_y_a(1200))
    assert de_l_economie[t.MOYENNE] == (t.il_y_a(400), t.il_y_a(40))
    assert de_l_economie[t.GRANDE] == (None, t.il_y_a(1200))
