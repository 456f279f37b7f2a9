"""The documents: what they hold of a company, and never of a masked person."""

from random import Random
from typing import Any

import pytest

from fce.donnees.entreprises.contenu import DocumentEntreprise, Ligne, LigneEntreprise, LigneEtablissement
from fce.recherche.engines.champs import CHAMPS, Document
from fce.recherche.engines.colonnes import un_par_un
from fce.recherche.index.documents import documents
from fce.recherche.index.documents.rangs import rang_d_une_entreprise


def unite(**champs: Any) -> Ligne:
    vide = dict.fromkeys(LigneEntreprise._fields)
    return LigneEntreprise(
        **{
            **vide,
            "siren": "900000001",
            "etat_administratif": "A",
            "personne_physique": False,
            "masque": False,
            **champs,
        }
    )


def lieu(n: int = 1, **champs: Any) -> Ligne:
    vide = dict.fromkeys(LigneEtablissement._fields)
    return LigneEtablissement(
        **{
            **vide, "siren": "900000001", "siret": f"900000001{n:05d}", "etablissement_siege": n == 1,
            "etat_administratif": "A", "masque": False, "code_commune": "59350", "libelle_commune": "LILLE",
            "code_postal": "59000", **champs,
        }
    )  # fmt: skip


def faits(entreprise: Ligne, *lieux: Ligne) -> tuple[list[Document], list[Document]]:
    """Documents of one company, and of its establishments."""
    lus = documents([DocumentEntreprise(entreprise, [*lieux])])
    return [*un_par_un(lus.entreprises)], [*un_par_un(lus.etablissements)]


def test_a_document_holds_only_declared_fields() -> None:
    source = DocumentEntreprise(
        unite(denomination="ALPHA", identifiant_association="W1", date_creation="2001-01-01", tranche_effectifs="11"),
        [lieu(1, enseigne_1="CHEZ A"), lieu(2, code_commune="29019", libelle_commune="BREST", code_postal="29200")],
    )
    lus = documents([source])
    assert [*lus.etats_des_entreprises] == ["actif"]
    assert {*lus.entreprises.columns, *lus.etablissements.columns} <= CHAMPS.keys()
    (entreprise,) = un_par_un(lus.entreprises)
    assert {"d:59", "d:29", "r:32", "r:53", "siege:non", "sd:59", "nd:29"} <= set(entreprise["codes"])
    assert "nd:59" not in entreprise["codes"]
    filtres = entreprise["filtres"].split()
    assert {"sc:59350", "nc:29019", "c:59350", "c:29019", "w:W1"} <= set(filtres)
    assert "brest" in entreprise["lieux"].split()


def test_a_municipal_district_counts_for_its_town() -> None:
    (entreprise,), _ = faits(unite(denomination="A"), lieu(1, code_commune="75111"))
    assert {"c:75111", "c:75056"} <= set(entreprise["filtres"].split())


@pytest.mark.parametrize("forme", ["1000", "2110", None])
def test_masked_persons_have_no_document(forme: str | None) -> None:
    """Nor who is not known to be a legal person."""
    personne: dict[str, Any] = {"personne_physique": forme == "1000", "categorie_juridique": forme, "nom": "X"}
    assert faits(unite(masque=True, **personne), lieu()) == ([], [])
    entreprise, lieux = faits(unite(**personne), lieu(1, masque=True), lieu(2))
    assert len(entreprise) == 1
    assert [d["siret"] for d in lieux] == [90000000100002]


def test_companies_written_together_are_written_as_each_would_be_alone() -> None:
    """What a lot shares (values worked out once, joins) never passes from one company to another."""
    alea = Random(11)
    sources = [source_au_hasard(alea, n) for n in range(60)]
    ensemble = documents(sources)
    seuls = [documents([source]) for source in sources]
    for genre in (0, 1):
        attendus = [document for lus in seuls for document in un_par_un(lus[genre])]
        assert [*un_par_un(ensemble[genre])] == attendus
        assert [*ensemble[genre + 2]] == [etat for lus in seuls for etat in lus[genre + 2]]
    assert sum(map(len, ensemble[:2])) > 100


def source_au_hasard(alea: Random, n: int) -> DocumentEntreprise:
    """A company of few values, masked or not, with none to three establishments: the same values come back."""
    siren, physique = f"{900000001 + n}", alea.random() < 0.3
    noms: dict[str, Any] = (
        {"nom": alea.choice(("MARTIN", "DURAND")), "prenom_1": "ANNE", "prenom_usuel": "ANNE"}
        if physique
        else {"denomination": alea.choice(("ALPHA ET FILS", 'L\'ÉTOILE "DU NORD"', "S N C F", None)), "sigle": "A.B."}
    )
    ligne = unite(
        siren=siren, nic_siege=alea.choice(("00001", None)), personne_physique=physique, masque=alea.random() < 0.2,
        etat_administratif=alea.choice("AAC"), tranche_effectifs=alea.choice((None, "NN", "11")),
        caractere_employeur=alea.choice((None, True)), categorie_entreprise=alea.choice((None, "ETI")),
        categorie_juridique="1000" if physique else alea.choice(("5710", None)),
        activite_principale=alea.choice((None, "10.71C")), nomenclature_activite_principale="NAFRev2",
        date_creation=alea.choice((None, "1999-12-31")), identifiant_association=alea.choice((None, "W1")),
        **noms,
    )  # fmt: skip
    lieux = [
        lieu(
            k, siren=siren, siret=f"{siren}{k:05d}", etat_administratif=alea.choice("AAF"), masque=alea.random() < 0.2,
            enseigne_1=alea.choice((None, None, "CHEZ \\ ANNE")), denomination_usuelle=alea.choice((None, "LES LILAS")),
            numero_voie=alea.choice((None, "12", "12B")), indice_repetition=alea.choice((None, None, "B")),
            type_voie=alea.choice((None, "RUE", "PL")), libelle_voie=alea.choice((None, "DUPIN", "A BRIAND")),
            complement_adresse=alea.choice((None, "BAT 2")), code_cedex=alea.choice((None, None, "59777")),
            code_commune=alea.choice(("59350", "75111", None)), tranche_effectifs=alea.choice((None, "11")),
        )
        for k in range(1, alea.randrange(1, 5))
    ]  # fmt: skip
    return DocumentEntreprise(ligne, lieux)


def test_rank_grows_with_life_size_and_establishments() -> None:
    rangs = [
        rang_d_une_entreprise("C", "53", "GE", employeur=None, ouverts=0),
        rang_d_une_entreprise("A", None, None, employeur=None, ouverts=1),
        rang_d_une_entreprise("A", "01", None, employeur=True, ouverts=1),
        rang_d_une_entreprise("A", "21", "PME", employeur=True, ouverts=1),
        rang_d_une_entreprise("A", "21", "PME", employeur=True, ouverts=40),
        rang_d_une_entreprise("A", "53", "GE", employeur=True, ouverts=10_000),
    ]
    assert rangs == sorted(set(rangs))
    assert rangs[0] == 0
    assert rangs[-1] < 100
