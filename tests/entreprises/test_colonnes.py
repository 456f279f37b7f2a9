"""Lines written by columns: the same JSON as value by value, whatever the texts hold."""

from typing import Any

import msgspec
from hypothesis import example, given
from hypothesis import strategies as st

from fce.entreprises.colonnes import lieux_en_colonnes, lignes_des_lieux
from fce.entreprises.contenu import LigneEtablissement
from fce.entreprises.lignes import GUILLEMET

VIDE: dict[str, Any] = dict.fromkeys(LigneEtablissement._fields)
# No NUL, no half of a surrogate pair: PostgreSQL keeps neither.
TEXTES = st.none() | st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8) | st.sampled_from(
    ['L\'ÉTOILE "DU NORD"', 'A,"1":B', '{"0":', "\x7f", "\\", "\n\t\x1f", ""]
)  # fmt: skip


@example([(None, None, None, None)] * 2)
@given(st.lists(st.tuples(TEXTES, TEXTES, st.none() | st.booleans(), st.none() | st.integers(1900, 2100)), min_size=1))
def test_a_line_is_the_json_of_its_values(tires: list[tuple[Any, ...]]) -> None:
    champs = ("nic", "libelle_voie", "employeur", "annee_effectifs")
    propres = {**VIDE, "siren": "1", "siret": "1"}
    lieux = [LigneEtablissement(**{**propres, **dict(zip(champs, valeurs, strict=True))}) for valeurs in tires]
    for lieu, ligne in zip(lieux, lignes_des_lieux(lieux_en_colonnes(lieux)), strict=True):
        assert '"' not in ligne
        assert msgspec.json.decode(ligne.replace(GUILLEMET, '"')) == list(lieu[2:])
