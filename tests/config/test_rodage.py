"""A web process reads its pages and plans its sheets before it takes its port."""

import threading
from collections import Counter
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.template import engines

from fce.config.requetes import Application
from fce.config.serveur import rodage
from fce.config.serveur.voies import Voies, repartir
from fce.recherche import services
from fce.statistiques.models import EvenementDUsage
from tests.entreprises import fabrique as f
from tests.pannes import lever

CONNEXIONS = 5


@pytest.mark.django_db(transaction=True)
def test_each_connection_of_the_pages_has_its_plans_and_nothing_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    f.unites(f.unite(f.siren_no(1)))
    f.lieux(f.lieu(f.siren_no(1), 1))
    lues: Counter[tuple[str, int]] = Counter()
    pages = ("fiche_entreprise", "fiche_etablissement")
    for nom in pages:
        lire: Any = getattr(rodage.fiches, nom)

        def compter(*args: Any, nom: str = nom, lire: Any = lire, **options: Any) -> Any:
            if threading.current_thread().name.startswith("pages"):
                lues[nom, connection.connection.info.backend_pid] += 1
            return lire(*args, **options)

        monkeypatch.setattr(rodage.fiches, nom, compter)
    rodage.roder(Application(), Voies(CONNEXIONS))
    fils, _ = repartir(CONNEXIONS)
    for nom in pages:
        assert [n for (lu, _), n in lues.items() if lu == nom] == [rodage.LECTURES] * fils
    chargeur: Any = engines["django"]
    (cache,) = chargeur.engine.template_loaders
    assert {"fiche/fiche.html", "recherche/resultats.html"} <= {
        cle.partition("-")[0] for cle in cache.get_template_cache
    }
    assert not EvenementDUsage.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_pages_and_answers_of_both_apis_are_read_in_advance_and_answer() -> None:
    f.unites(f.unite(f.siren_no(1)))
    f.lieux(f.lieu(f.siren_no(1), 1))
    services.indexer(forcer=True)
    servie, dits = Application(), {}

    def application(environ: dict[str, Any], commencer: Any) -> Any:
        def noter(statut: str, *autres: Any) -> Any:
            dits[environ["PATH_INFO"]] = statut[:3]
            return commencer(statut, *autres)

        return servie(environ, noter)

    rodage.roder(application, Voies(CONNEXIONS))
    assert set(dits.values()) <= {"200", "302"}
    assert {"/recherche", "/api/v1/recherche", "/api/recherche-entreprises/search"} <= set(dits)
    assert {f"/entreprise/{f.siren_no(1)}", f"/api/v1/entreprises/{f.siren_no(1)}"} <= set(dits)


@pytest.mark.django_db
def test_a_database_that_is_down_delays_nothing(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(rodage.entreprises, "temoin", lever(OperationalError("secret")))
    rodage.roder(lever(AssertionError()), Voies(CONNEXIONS))
    assert "rodage_abrege" in caplog.text
    assert "secret" not in caplog.text
