"""What every page says in the same words is written once: nothing of who asks first can be in it."""

from __future__ import annotations

from typing import Any

import pytest
from django.template import engines
from django.test import RequestFactory

PAGE = (
    "{% load immuable marque %}{% immuable %}[{% if nom %}{{ nom }}{% endif %}{% if request %}{{ request.path }}"
    "{% endif %}{% marque as m %}{{ m|join:' ' }}]{% endimmuable %}{{ nom }}"
)


def test_nothing_of_the_first_reader_is_kept_for_the_next() -> None:
    gabarit = engines["django"].from_string(PAGE)
    vus = [gabarit.render({"nom": qui}, RequestFactory().get(f"/entreprise/{qui}")) for qui in ("Première", "Seconde")]
    assert [vu.partition("]")[2] for vu in vus] == ["Première", "Seconde"]
    assert vus[0].partition("]")[0] == vus[1].partition("]")[0]
    assert "Première" not in vus[1]


def test_it_holds_nothing_of_the_context_even_inside_a_loop() -> None:
    gabarit = engines["django"].from_string(
        "{% load immuable %}{% for x in tous %}"
        "{% immuable %}({% if x %}{{ x }}{% endif %}{% if forloop %}{{ forloop.counter }}{% endif %}){% endimmuable %}"
        "{{ x }}{% endfor %}"
    )
    assert gabarit.render({"tous": ["a", "b"]}) == "()a()b"


def test_a_variable_left_in_it_is_found_by_the_tests() -> None:
    """It is worth nothing there: a page that needs it would be wrong for everybody, and never for one reader only."""
    gabarit = engines["django"].from_string("{% load immuable %}{% immuable %}{{ nom }}{% endimmuable %}")
    with pytest.raises(AssertionError, match="nom"):
        gabarit.render({"nom": "Première"})


def test_a_setting_that_changes_is_told(settings: Any) -> None:
    gabarit = engines["django"].from_string(PAGE)
    settings.FCE_MARQUE = "République|Française"
    assert gabarit.render({"nom": ""}) == "[République Française]"
    settings.FCE_MARQUE = ""
    assert gabarit.render({"nom": ""}) == "[]"
