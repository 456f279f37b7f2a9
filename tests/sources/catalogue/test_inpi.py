"""INPI: what is read of the RNE and of the accounts, and above all what is not."""

import json
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, strategies as st

from fce.demo import personnages
from fce.socle.erreurs import ImportRefuse
from fce.sources import registre
from fce.sources.catalogue.inpi import formalites
from fce.sources.catalogue.inpi.comptes import est_publique, lire_consolides, lire_propres
from fce.sources.catalogue.inpi.ratios_financiers.regles import chiffre_affaires, cinq_ans
from fce.sources.catalogue.inpi.rne import lecture as rne
from fce.sources.catalogue.inpi.rne_dirigeants import lecture as dirigeants
from fce.sources.catalogue.inpi.rne_dirigeants.regles import par_personne
from fce.sources.catalogue.inpi.rne_observations import lecture as observations
from fce.sources.declaration import Lecteur
from fce.sources.lecture.lecteur import lire
from tests.partage import partage

AUJOURDHUI = date(2026, 6, 1)
SIREN = personnages.GROUPE.siren


def formalite(**contenu: Any) -> dict[str, Any]:
    return {"siren": SIREN, "formality": {"siren": SIREN, "diffusionINSEE": "O", "content": contenu}}


def ecrire(dossier: Path, *formalites: Any) -> Path:
    chemin = dossier / "rne.json"
    chemin.write_text(json.dumps(list(formalites)))
    return chemin


def individu(nom: str, **description: Any) -> dict[str, Any]:
    return {
        "roleEntreprise": "73",
        "individu": {"descriptionPersonne": {"nom": nom, "prenoms": ["Ada"], **description}},
    }


def test_neither_the_day_of_birth_nor_the_home_address_is_read(tmp_path: Path) -> None:
    pouvoir = individu("DALVERCOURT", dateDeNaissance="1961-04-17", lieuDeNaissance="VALSDORAC")
    pouvoir["individu"]["adresseDomicile"] = {"voie": "IMPASSE DU SECRET"}
    chemin = ecrire(tmp_path, formalite(personneMorale={"composition": {"pouvoirs": [pouvoir]}}))
    ((_, ligne),) = dirigeants.lire(chemin)
    assert ligne["dateDeNaissance"] == "1961-04"
    assert not {"17", "SECRET"} & set(" ".join(v or "" for v in ligne.values()).replace("-", " ").split())
    assert "VALSDORAC" not in str(ligne)


def test_a_person_keeps_her_own_first_names_and_one_line_for_all_her_roles() -> None:
    commun = {"siren": SIREN, "denomination": None, "siren_dirigeant": None}
    lignes = [
        {**commun, "rang": 1, "qualite": "Président", "nom": "DALVERCOURT", "prenoms": "Irène", "naissance": "1961-04"},
        {**commun, "rang": 2, "qualite": "Membre", "nom": "BRISMONTEL", "prenoms": "Paul", "naissance": "1968-10"},
        {**commun, "rang": 3, "qualite": "Membre", "nom": "Dalvercourt", "prenoms": "Irene", "naissance": "1961-04"},
        {**commun, "rang": 4, "qualite": "Membre", "nom": "DALVERCOURT", "prenoms": "Irène", "naissance": "1990-01"},
    ]
    folded = par_personne(lignes, AUJOURDHUI)
    assert [(x["nom"], x["prenoms"], x["qualite"]) for x in folded] == [
        ("DALVERCOURT", "Irène", "Président, Membre"),
        ("BRISMONTEL", "Paul", "Membre"),
        ("DALVERCOURT", "Irène", "Membre"),
    ]


def test_a_capacity_that_holds_a_comma_is_told_once() -> None:
    exploitant = {
        "siren": SIREN, "nom": "DALVERCOURT", "prenoms": "Irène", "naissance": "1961-04",
        "qualite": "Personne physique, exploitant en commun", "denomination": None, "siren_dirigeant": None,
    }  # fmt: skip
    for mandats in ([{**exploitant, "rang": 1}], [{**exploitant, "rang": 1}, {**exploitant, "rang": 2}]):
        (seule,) = par_personne(mandats, AUJOURDHUI)
        assert seule["qualite"] == "Personne physique, exploitant en commun"


def test_foreign_companies_without_siren_do_not_become_one() -> None:
    commun = {"siren": SIREN, "nom": None, "prenoms": None, "siren_dirigeant": None, "qualite": "Membre"}
    lignes = [
        {**commun, "rang": 1, "denomination": "ALPHA GMBH"},
        {**commun, "rang": 2, "denomination": "BETA SPA"},
        {**commun, "rang": 3, "denomination": None},
        {**commun, "rang": 4, "denomination": None},
    ]
    assert len(par_personne(lignes, AUJOURDHUI)) == 4


def test_former_directors_are_left_out(tmp_path: Path) -> None:
    pouvoirs = [individu("ANCIENNE") | {"actif": False}, individu("ACTUELLE")]
    chemin = ecrire(tmp_path, formalite(personneMorale={"composition": {"pouvoirs": pouvoirs}}))
    assert [ligne["nom"] for _, ligne in dirigeants.lire(chemin)] == ["ACTUELLE"]


def test_a_person_in_partial_diffusion_is_not_named(tmp_path: Path) -> None:
    personne = {
        "identite": {"entrepreneur": {"descriptionPersonne": {"nom": "NOMTU", "prenoms": ["Tu"]}}},
        "composition": {"pouvoirs": [individu("NOMTU")]},
    }
    masquee = formalite(personnePhysique=personne, inscriptionsOffices=[{"observationComplementaire": "NOMTU Tu"}])
    masquee["formality"]["diffusionINSEE"] = "N"
    chemin = ecrire(tmp_path, masquee)
    lues = [*rne.lire(chemin), *dirigeants.lire(chemin), *observations.lire(chemin)]
    assert "NOMTU" not in str(lues)


@pytest.mark.parametrize(
    ("creation", "duree", "fin"),
    [
        ("2020-01-15", "99", "2119-01-14"),
        ("2004-03-01", "1", "2005-02-28"),
        ("2001-03-01", "3", "2004-02-29"),
        ("2004-02-29", "1", "2005-02-28"),
        ("2004-02-29", "4", "2008-02-28"),
        ("2020-01-15", None, None),
        (None, "99", None),
        ("2020-01-15", "99999", None),
    ],
)
def test_a_company_ends_the_eve_of_its_last_anniversary(
    creation: str | None, duree: str | None, fin: str | None
) -> None:
    assert rne.fin_existence(creation, duree) == fin


def test_one_object_one_per_line_an_array_or_a_zip_read_the_same(tmp_path: Path) -> None:
    une = formalite(personneMorale={"identite": {"entreprise": {"denomination": "VALSDORAC"}}})
    texte = json.dumps(une)
    formes = {"a.json": texte, "b.json": f"{texte}\n{texte}\n", "c.json": f"[{texte},\n{texte}]"}
    for nom, contenu in formes.items():
        (tmp_path / nom).write_text(contenu)
    with zipfile.ZipFile(tmp_path / "d.zip", "w") as archive:
        archive.writestr("stock_1.json", formes["c.json"])
        archive.writestr("lisezmoi.txt", "rien")
    lus = {x.name: [ligne["denomination"] for _, ligne in rne.lire(x)] for x in sorted(tmp_path.iterdir())}
    assert lus == {"a.json": ["VALSDORAC"], **dict.fromkeys(["b.json", "c.json", "d.zip"], ["VALSDORAC"] * 2)}


ABSENT = object()
FEUILLES: st.SearchStrategy[Any] = st.sampled_from(
    [None, True, False, 0, 1, 51, 2.5, "", " ", "O", "N", "30", "DALVERCOURT", "1961-04-17", [], {}]
)
N_IMPORTE_QUOI = st.one_of(FEUILLES, st.lists(FEUILLES, max_size=2), st.dictionaries(st.just("x"), FEUILLES))


def souvent(valeurs: st.SearchStrategy[Any], sinon: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.integers(0, 9).flatmap(lambda n: valeurs if n else sinon)


def objets_de(**champs: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """An object with most of these keys, or now and then anything else in its place."""
    objets = st.fixed_dictionaries({cle: souvent(valeurs, st.just(ABSENT)) for cle, valeurs in champs.items()})
    return souvent(objets.map(lambda o: {cle: v for cle, v in o.items() if v is not ABSENT}), N_IMPORTE_QUOI)


GENS = objets_de(
    descriptionPersonne=objets_de(
        nom=N_IMPORTE_QUOI, nomUsage=FEUILLES, prenoms=N_IMPORTE_QUOI, dateDeNaissance=FEUILLES, genre=FEUILLES
    )
)
POUVOIRS = st.lists(
    objets_de(
        actif=FEUILLES,
        roleEntreprise=N_IMPORTE_QUOI,
        individu=GENS,
        entreprise=objets_de(denomination=N_IMPORTE_QUOI, siren=FEUILLES, pays=FEUILLES, forme=FEUILLES),
    ),
    max_size=3,
)
PHYSIQUE = {"identite": {"entrepreneur": {"descriptionPersonne": {"nom": "DALVERCOURT"}}}}
VIDES: dict[str, Any] = {"individu": {"descriptionPersonne": {}}, "entreprise": {}}
INSCRITS = objets_de(
    identite=objets_de(entrepreneur=GENS), composition=objets_de(pouvoirs=POUVOIRS | N_IMPORTE_QUOI), autre=FEUILLES
)
FORMALITES = st.fixed_dictionaries(
    {
        "formality": st.fixed_dictionaries(
            {"content": objets_de(personneMorale=INSCRITS, personnePhysique=INSCRITS, exploitation=INSCRITS)},
            optional={"siren": FEUILLES, "diffusionINSEE": FEUILLES},
        )
    },
    optional={"siren": FEUILLES, "updatedAt": FEUILLES},
)


@given(st.lists(FORMALITES, min_size=1, max_size=3))
@example([{"formality": {"content": {"personneMorale": {}, "personnePhysique": PHYSIQUE}}}])
@example([{"formality": {"content": {"personneMorale": {"x": 1}, "personnePhysique": PHYSIQUE}}}])
@example([{"formality": {"content": {"personnePhysique": {"composition": {"pouvoirs": [VIDES]}}}}}])
@example([{"formality": {"content": {"personnePhysique": {"identite": {"entrepreneur": VIDES["individu"]}}}}}])
def test_what_is_not_written_as_inpi_does_gives_the_same_directors(
    tmp_path_factory: pytest.TempPathFactory, formalites: list[dict[str, Any]]
) -> None:
    """Cut and decoded in one go, or read as any JSON (what is only set apart by commas is): never one row apart."""
    dossier = tmp_path_factory.mktemp("formes")
    textes = [json.dumps(une) for une in formalites]
    (vite := dossier / "vite.json").write_text(f"[{','.join(textes)}]")
    (autrement := dossier / "autrement.json").write_text(",\n".join(textes) + ",")
    assert list(dirigeants.lire(vite)) == list(dirigeants.lire(autrement))


@pytest.mark.parametrize("pas", [60, 700, 4096])
@pytest.mark.parametrize("sep", [",", ",\n  ", "\n,", ",,", "\x0b,"])
def test_wherever_an_array_is_cut_it_is_read_or_refused_the_same(
    sep: str, pas: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some objects hold others that begin like them, or are written otherwise than INPI does."""
    pouvoirs = [{"siren": SIREN, **individu("DALVERCOURT")}, {"siren": SIREN, "individu": []}, individu("BRISMONTEL")]
    lues = [formalite(personneMorale={"composition": {"pouvoirs": pouvoirs[: n % 4]}}) for n in range(40)]
    (chemin := tmp_path / "rne.json").write_text(f"[{sep.join(map(json.dumps, lues))}]")

    def tout() -> list[Any] | str:
        try:
            return [*rne.lire(chemin), *dirigeants.lire(chemin)]
        except ImportRefuse as refus:
            return refus.message

    entier = tout()
    assert isinstance(entier, str) == (sep in (",,", "\x0b,"))
    monkeypatch.setattr(formalites, "PAS", pas)
    assert tout() == entier


@pytest.mark.parametrize("propre", [b'"formality"', b"VALSDORAC", b'"siren": "', b'{"siren"'])
def test_an_archive_is_damaged_before_what_comes_out_of_it_is(
    propre: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever a byte that changed makes of the JSON, the depositor is told to send the archive again."""
    monkeypatch.setattr(formalites, "PAS", 500)
    une = formalite(personneMorale={"identite": {"entreprise": {"denomination": "VALSDORAC"}}})
    with zipfile.ZipFile(chemin := tmp_path / "stock.zip", "w") as archive:
        archive.writestr("stock_1.json", json.dumps([une] * 40))
    octets = chemin.read_bytes()
    for gate in (b"\xff", b"x"):
        chemin.write_bytes(octets.replace(propre, gate + propre[1:], 3))
        for lire_un in (rne.lire, dirigeants.lire):
            with pytest.raises(ImportRefuse, match="abîmée"):
                list(lire_un(chemin))


@pytest.mark.parametrize(
    "contenu", [b"", b"[]", b'{"formality": 1}', b"[" * 100_000, b'{"formality": {}', b"PK\x03\x04"]
)
def test_what_is_not_a_formality_is_refused(tmp_path: Path, contenu: bytes) -> None:
    (chemin := tmp_path / "rne.json").write_bytes(contenu)
    with pytest.raises(ImportRefuse):
        list(rne.lire(chemin))


@pytest.mark.parametrize("nom", ["rne", "rne-dirigeants", "rne-anciens-dirigeants", "rne-observations"])
def test_every_row_of_the_recorded_answers_is_accounted_for(nom: str) -> None:
    source = registre.source(nom)
    for chemin in sorted(partage("data/rne").glob("extrait_*.json")):
        assert isinstance(source.fichier, Lecteur)
        attendues = len(list(source.fichier.fonction(chemin)))
        if not attendues:  # one answer names nobody and has no observation: a file without rows is refused as such
            with pytest.raises(ImportRefuse, match="aucune ligne"):
                list(lire(source, [chemin]))
            continue
        lots = list(lire(source, [chemin]))
        assert sum(lot.recues for lot in lots) == attendues
        # Their SIREN are invented ones, some with a wrong key: read, or set aside with the reason.
        assert sum(lot.lignes.height + len(lot.rejets) for lot in lots) == attendues


def test_v25_of_confidential_accounts_only_the_deposit_is_read(tmp_path: Path) -> None:
    assert est_publique(" Public")
    mentions = ("Partiellement confidentiel", "Confidentiel", "publication différée", "")
    assert not any(map(est_publique, (*mentions, None)))
    (chemin := tmp_path / "r.csv").write_text(
        "siren;date_cloture_exercice;Chiffre_d_affaires;type_bilan;confidentiality\n"
        + "".join(f"{SIREN};202{n}-12-31;10;C;{mention}\n" for n, mention in enumerate(mentions))
    )
    lues = [dict(ligne) for _, ligne in lire_propres(chemin)]
    assert [x["confidentiality"] for x in lues] == list(mentions[:3])
    assert {x["chiffre_d_affaires"] for x in lues} == {None}
    assert list(lire_consolides(chemin)) == []


def test_consolidated_accounts_are_kept_apart_in_any_case(tmp_path: Path) -> None:
    (chemin := tmp_path / "r.csv").write_text(
        "siren;date_cloture_exercice;Chiffre_d_affaires;type_bilan;confidentiality\n"
        f"{SIREN};2025-12-31;10;C;Public\n{SIREN};2025-12-31;99;K;Public\n{SIREN};2024-12-31;98;k;Public\n"
    )
    assert [x["chiffre_d_affaires"] for _, x in lire_propres(chemin)] == ["10"]
    assert [x["chiffre_d_affaires"] for _, x in lire_consolides(chemin)] == ["99", "98"]


def test_five_years_are_shown_and_the_complete_accounts_of_each() -> None:
    def compte(annee: int, genre: str, montant: int) -> dict[str, Any]:
        return {"date_cloture": date(annee, 12, 31), "type_bilan": genre, "chiffre_affaires": montant}

    lignes = [compte(a, "C", a) for a in range(2018, 2026)] + [compte(2025, "S", 1)]
    montrees = cinq_ans(lignes, AUJOURDHUI)
    assert [x["chiffre_affaires"] for x in montrees] == [2025, 2024, 2023, 2022, 2021]
    assert chiffre_affaires(montrees, AUJOURDHUI) == "2\u202f025 € au 31/12/2025"
    assert chiffre_affaires([compte(2025, "C", 0)], AUJOURDHUI) == "0 € au 31/12/2025"
    assert chiffre_affaires([], AUJOURDHUI) is None


def test_the_real_row_of_the_ratios_is_read_whole() -> None:
    (lot,) = lire(registre.source("ratios-financiers"), [partage("data/ratios_financiers/ratios_inpi_bce.csv")])
    (ligne,) = lot.lignes.iter_rows(named=True)
    assert lot.rejets == []
    assert (ligne["siren"], str(ligne["date_cloture"]), ligne["type_bilan"]) == ("316742980", "2024-12-31", "C")
    assert (int(ligne["chiffre_affaires"]), int(ligne["resultat_net"])) == (10418682, 34645705)
    calculs = registre.source("ratios-financiers").calcul
    assert calculs
    assert {a for a, v in ligne.items() if v is None} == {*calculs.champs}, "what FCE computes is not in the file"


def test_offices_that_ended_are_another_source_of_the_same_file_with_their_day_or_that_of_the_file(
    tmp_path: Path,
) -> None:
    def pouvoir(nom: str, **champs: Any) -> dict[str, Any]:
        return {
            "roleEntreprise": "73",
            "individu": {"descriptionPersonne": {"nom": nom, "prenoms": ["JEAN"]}},
            **champs,
        }

    autre = {"roleEntreprise": "99", "autreRoleEntreprise": "Directeur de l’eau"}
    une = formalite(
        personneMorale={
            "composition": {
                "pouvoirs": [
                    pouvoir("RESTE", actif=True, dateDebut="2019-03-01T00:00:00+01:00", **autre),
                    pouvoir("PARTI", actif=False, dateFin="2024-12-31"),
                    pouvoir("ABSENT", actif=False),
                ]
            }
        }
    )
    une["updatedAt"] = "2026-03-02T10:30:45+01:00"
    (chemin := tmp_path / "rne.json").write_text(json.dumps([une]))
    ((_, reste),) = dirigeants.lire(chemin)
    assert (reste["nom"], reste["qualite"], reste["dateDebut"]) == ("RESTE", "Directeur de l’eau", "2019-03-01")
    partis = [ligne for _, ligne in dirigeants.lire_les_anciens(chemin)]
    assert [(x["nom"], x["depart"], x["constate"]) for x in partis] == [
        ("PARTI", "parti le 31/12/2024", "2024-12-31"),
        ("ABSENT", "n’y figure plus depuis le fichier du 02/03/2026", "2026-03-02"),
    ]
    assert partis[0]["mandat"] == "Jean PARTI (Président de SAS), parti le 31/12/2024"
