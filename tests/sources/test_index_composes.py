"""Attributes searched together have one index."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from fce.sources import registre
from tests.fiche import jeux


def test_i3_officers_are_searched_by_name_and_month_of_birth() -> None:
    index = registre.source("rne-dirigeants").index
    assert ("nom", "naissance") in index
    assert ("siren_dirigeant",) in index


def test_i3_an_index_on_an_unknown_attribute_is_refused() -> None:
    with pytest.raises(ImproperlyConfigured, match="« absent » n'existe pas"):
        jeux.declarer("labels-indexes", jeux.Label, "agrements-labels", index_composes=(("siret", "absent"),))
