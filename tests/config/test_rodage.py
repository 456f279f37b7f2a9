"""A web process reads its pages before it takes its port: its first reader waits no longer than the next ones."""

from typing import Any

import pytest
from django.db import OperationalError
from django.template import engines

from fce.config.requetes import Application
from fce.exploitation.serveur import rodage
from fce.recherche import services
from fce.service.statistiques.models import EvenementDUsage
from tests.donnees.entreprises import fabrique as f
from tests.pannes import lever


@pytest.mark.django_db(transaction=True)
def test_pages_and_answers_of_both_apis_are_read_in_advance_and_nothing_is_counted() -> None:
    f.unites(f.unite(f.siren_no(1)))
    f.lieux(f.lieu(f.siren_no(1), 1))
    services.indexer(forcer=True)
    servie, dits = Application(), {}

    def application(environ: dict[str, Any], commencer: Any) -> Any:
        def noter(statut: str, *autres: Any) -> Any:
            dits[environ["PATH_INFO"]] = statut[:3]
            return commencer(statut, *autres)

        return servie(environ, noter)

    rodage.roder(application)
    assert set(dits.values()) <= {"200", "302"}
    assert {"/recherche", "/api/v1/recherche", "/api/recherche-entreprises/search"} <= set(dits)
    assert {f"/entreprise/{f.siren_no(1)}", f"/api/v1/entreprises/{f.siren_no(1)}"} <= set(dits)
    chargeur: Any = engines["django"]
    (cache,) = chargeur.engine.template_loaders
    assert {"fiche/fiche.html", "recherche/resultats.html"} <= {
        cle.partition("-")[0] for cle in cache.get_template_cache
    }
    assert not EvenementDUsage.objects.exists()


@pytest.mark.django_db
def test_a_database_that_is_down_delays_nothing(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(rodage.entreprises, "temoin", lever(OperationalError("secret")))
    rodage.roder(lever(AssertionError()))
    assert "rodage_abrege" in caplog.text
    assert "secret" not in caplog.text
