"""The documents: what they hold of a company, and never of a masked person."""

from typing import Any

from fce.entreprises.contenu import DocumentEntreprise, LigneEntreprise, LigneEtablissement
from fce.recherche.champs import CHAMPS
from fce.recherche.document import documents, rang_entreprise


def unite(**champs: Any) -> LigneEntreprise:
    vide = dict.fromkeys(LigneEntreprise._fields)
    return LigneEntreprise(
        **{**vide, "siren": "900000001", "etat": "A", "personne_physique": False, "masque": False, **champs}  # type: ignore[arg-type]
    )


def lieu(n: int = 1, **champs: Any) -> LigneEtablissement:
    vide = dict.fromkeys(LigneEtablissement._fields)
    return LigneEtablissement(
        **{
            **vide, "siren": "900000001", "siret": f"900000001{n:05d}", "siege": n == 1, "etat": "A", "masque": False,
            "code_commune": "59350", "libelle_commune": "LILLE", "code_postal": "59000", **champs,
        }  # type: ignore[arg-type]
    )  # fmt: skip


def test_a_document_holds_only_declared_fields() -> None:
    source = DocumentEntreprise(
        unite(denomination="ALPHA", nom="ALPHA", rna="W1", date_creation="2001-01-01", tranche_effectifs="11"),
        [lieu(1, enseigne_1="CHEZ A"), lieu(2, code_commune="29019", libelle_commune="BREST", code_postal="29200")],
    )
    entreprise, lieux, etat = documents(source)
    assert entreprise is not None
    assert etat == "actif"
    for document in (entreprise, *(d for _, d in lieux)):
        assert document.keys() <= CHAMPS.keys()
    assert {"d:59", "d:29", "r:32", "r:53", "siege:non", "sd:59", "nd:29"} <= set(entreprise["codes"])
    assert "nd:59" not in entreprise["codes"]
    filtres = entreprise["filtres"].split()
    assert {"sc:59350", "nc:29019", "c:59350", "c:29019", "w:W1"} <= set(filtres)
    assert "brest" in entreprise["lieux"].split()


def test_a_municipal_district_counts_for_its_town() -> None:
    entreprise, _, _ = documents(DocumentEntreprise(unite(denomination="A"), [lieu(1, code_commune="75111")]))
    assert entreprise is not None
    assert {"c:75111", "c:75056"} <= set(entreprise["filtres"].split())


def test_masked_persons_have_no_document() -> None:
    personne: dict[str, Any] = {"personne_physique": True, "categorie_juridique": "1000", "nom_naissance": "X"}
    assert documents(DocumentEntreprise(unite(masque=True, **personne), [lieu()])) == (None, [], "cesse")
    entreprise, lieux, _ = documents(DocumentEntreprise(unite(**personne), [lieu(1, masque=True), lieu(2)]))
    assert entreprise is not None
    assert [d["siret"] for _, d in lieux] == [90000000100002]


def test_rank_grows_with_life_size_and_establishments() -> None:
    rangs = [
        rang_entreprise(unite(etat="C", tranche_effectifs="53", categorie="GE"), 0),
        rang_entreprise(unite(), 1),
        rang_entreprise(unite(tranche_effectifs="01", employeur=True), 1),
        rang_entreprise(unite(tranche_effectifs="21", employeur=True, categorie="PME"), 1),
        rang_entreprise(unite(tranche_effectifs="21", employeur=True, categorie="PME"), 40),
        rang_entreprise(unite(tranche_effectifs="53", employeur=True, categorie="GE"), 10_000),
    ]
    assert rangs == sorted(set(rangs))
    assert rangs[0] == 0
    assert rangs[-1] < 100
