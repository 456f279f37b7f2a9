"""What every answer tells browsers to refuse: what is unsafe, plain http, another host, a sensor."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings as reglages
from django.test import Client

PAGES = ("/mentions-legales", "/accessibilite", "/nulle-part", "/healthz")
SOURCES = frozenset({"'none'", "'self'", "data:"})


@pytest.mark.django_db
@pytest.mark.parametrize("page", PAGES)
def test_the_policy_names_this_host_alone_and_nothing_unsafe(client: Client, page: str) -> None:
    politique = {d.split()[0]: d.split()[1:] for d in client.get(page)["Content-Security-Policy"].split(";")}
    assert politique["default-src"] == politique["base-uri"] == politique["frame-ancestors"] == ["'none'"]
    assert {source for sources in politique.values() for source in sources} <= SOURCES
    # What may be written in an address never runs, nor dresses the page.
    assert "data:" not in politique["script-src"] + politique["style-src"] + politique["connect-src"]


@pytest.mark.django_db
@pytest.mark.parametrize("page", PAGES)
def test_a_service_in_https_is_asked_for_in_https_for_two_years(client: Client, settings: Any, page: str) -> None:
    assert "Strict-Transport-Security" not in client.get(page)
    settings.FCE_ADRESSE_PUBLIQUE = "https://fce.exemple.gouv.fr"
    assert client.get(page)["Strict-Transport-Security"] == "max-age=63072000"


@pytest.mark.django_db
@pytest.mark.parametrize("page", PAGES)
def test_no_other_site_shares_its_window_or_its_files_and_no_page_asks_for_a_sensor(client: Client, page: str) -> None:
    reponse = client.get(page)
    assert reponse["Cross-Origin-Opener-Policy"] == reponse["Cross-Origin-Resource-Policy"] == "same-origin"
    permises = dict(p.strip().split("=") for p in reponse["Permissions-Policy"].split(","))
    assert {"camera", "geolocation", "microphone", "payment", "usb"} <= permises.keys()
    assert set(permises.values()) == {"()"}


def test_the_form_of_a_sign_in_is_the_only_one_that_may_lead_elsewhere() -> None:
    assert reglages.CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"] == ["'self'"]
