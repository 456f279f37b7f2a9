"""Differences with the version in place, in each load mode: equal to what two sets of rows say."""

import pytest
from hypothesis import HealthCheck, Phase, given, settings, strategies as st

from fce.donnees.imports.depots import services
from fce.sources.champs import NOM, Code, Entier, Siren, Texte
from fce.sources.declaration import TOUS, Cumule, Fait, Fusionne, ParPeriode, Remplace, Seuils
from tests.donnees.imports.chargement.outils import declarer_seules, lignes
from tests.sources.fabrique import declarer

from .outils import PRODUCTEUR, jeton, oublier, siren, verifie


class FaitDeMode(Fait):
    """A company, a year, a name that may be empty, a number."""

    siren = Siren("SIREN", "siren", obligatoire=True)
    annee = Entier("Année", "annee", obligatoire=True)
    nom = Texte("Nom", "nom", masque=NOM)
    code = Code("Code", "code")


TOUT = Seuils(quarantaine=1, baisse=0, hausse=1e9)
CAS = {
    "remplace": {"cle": ("siren", "annee")},
    "periode": {"cle": ("siren",), "mode": ParPeriode("annee")},
    "fusion": {"cle": ("siren", "annee"), "mode": Fusionne()},
    "cumul": {"cle": ("siren", "annee", "code"), "mode": Cumule()},
    "tous": {"cle": ("siren",), "doublons": TOUS},
    "cle-vide": {"cle": ("siren", "code"), "mode": Remplace()},
}
RANGS = st.dictionaries(
    st.tuples(st.integers(1, 4), st.sampled_from([2024, 2025])),
    st.tuples(st.sampled_from(["", "A", "B"]), st.sampled_from(["", "x"])),
    min_size=1,
    max_size=6,
)


@pytest.fixture(params=CAS)
def source(request, transactional_db, monkeypatch):
    declaree = declarer(
        f"essai-mode-{request.param}", FaitDeMode, producteur=PRODUCTEUR, seuils=TOUT, **CAS[request.param]
    )
    declarer_seules(monkeypatch, declaree)
    return declaree


def csv(rangs) -> bytes:
    corps = [f"{siren(n)};{annee};{nom};{code}" for (n, annee), (nom, code) in sorted(rangs.items())]
    return "\n".join(["siren;annee;nom;code", *corps, ""]).encode()


# Shrinking would take minutes: an example is short already.
SANS_REDUIRE = settings(
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@settings(SANS_REDUIRE, max_examples=3)
@given(avant=RANGS, apres=RANGS)
def test_the_counts_are_those_of_the_rows_that_readers_see(source, avant, apres):
    verifier(source, avant, apres)


@pytest.mark.epreuve
@settings(SANS_REDUIRE, max_examples=20)
@given(avant=RANGS, apres=RANGS)
def test_the_counts_are_those_of_twenty_changes(source, avant, apres):
    verifier(source, avant, apres)


def verifier(source, avant, apres):
    moi, _ = jeton()
    services.publier(verifie(moi, source, csv(avant)).pk)
    vues_avant = lues(source)
    depot = verifie(moi, source, csv(apres))
    services.publier(depot.pk)
    vues_apres = lues(source)
    d = depot.rapport["differences"]
    if depot.rapport["inchange"]:
        assert vues_avant == vues_apres
    elif d["modifiees"] is None:
        assert d["ajoutees"] == sum(max(0, n - vues_avant.count(r)) for r, n in compter(vues_apres))
        assert d["retirees"] == sum(max(0, n - vues_apres.count(r)) for r, n in compter(vues_avant))
    else:
        cles = slice(0, 3 if source.nom.endswith("cumul") else 2)
        un, deux = ({tuple(r[cles]): r for r in vues} for vues in (vues_avant, vues_apres))
        assert d["ajoutees"] == len(deux.keys() - un.keys())
        assert d["retirees"] == len(un.keys() - deux.keys())
        modifiees = [(un[c], deux[c]) for c in un.keys() & deux.keys() if un[c] != deux[c]]
        assert d["modifiees"] == len(modifiees)
        assert d["colonnes"].get("nom", 0) == sum(a[-1] != b[-1] for a, b in modifiees)
        assert d["identiques"] == len(un.keys() & deux.keys()) - len(modifiees)
    assert depot.rapport["lignes_de_la_version"] == len(vues_apres)
    oublier(source)


def lues(source):
    return [tuple(r) for r in lignes(source, ("siren", "annee", "code", "nom"), tri="1, 2, 3, 4")]


def compter(vues):
    return [(r, vues.count(r)) for r in dict.fromkeys(vues)]
