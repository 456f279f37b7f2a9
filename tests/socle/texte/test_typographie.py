"""How producers' texts read: the cases seen, and what holds of any text."""

import pytest
from hypothesis import example, given, strategies as st

from fce.socle.texte import formats, typographie
from fce.sources import champs, registre

REGLES = (
    typographie.prenoms,
    typographie.nom_de_famille,
    typographie.fonction,
    typographie.juridiction,
    typographie.sans_consigne,
    typographie.chiffres,
)


@pytest.mark.parametrize(
    ("regle", "ecrit", "lu"),
    [
        (typographie.prenoms, "JEAN-PIERRE", "Jean-Pierre"),
        (typographie.prenoms, "ÉLODIE ROSE", "Élodie Rose"),
        (typographie.prenoms, "valérie", "Valérie"),
        (typographie.prenoms, "Valerie", "Valerie"),
        (typographie.prenoms, "ŉ", "ŉ"),
        (typographie.prenoms, "Marie-France d'Arc", "Marie-France d'Arc"),
        (typographie.nom_de_famille, "dupont", "DUPONT"),
        (typographie.nom_de_famille, "de La Tour", "de La Tour"),
        (typographie.fonction, "directeur Général", "Directeur général"),
        (typographie.fonction, "DIRECTEUR GENERAL", "Directeur général"),
        (typographie.fonction, "Président du conseil d'Administration", "Président du conseil d'administration"),
        (typographie.fonction, "Président de SAS", "Président de SAS"),
        (typographie.fonction, "Directeur Général, Membre du Directoire", "Directeur général, membre du directoire"),
        (typographie.fonction, "Maire de Lunery", "Maire de Lunery"),
        (typographie.juridiction, "Tribunal de Commerce de Le Havre", "Tribunal de commerce du Havre"),
        (typographie.juridiction, "Greffe du Tribunal de Commerce de Auch", "Greffe du tribunal de commerce d’Auch"),
        (typographie.juridiction, "Tribunal de Commerce de Les Andelys", "Tribunal de commerce des Andelys"),
        (typographie.juridiction, "TRIBUNAL DE COMMERCE DE LA ROCHELLE", "Tribunal de commerce de La Rochelle"),
        (typographie.juridiction, "TRIBUNAL DES ACTIVITES DE LE MANS", "Tribunal des activités du Mans"),
        (typographie.juridiction, "Tribunal judiciaire de Paris", "Tribunal judiciaire de Paris"),
        (typographie.juridiction, "Cour d'Appel de Douai", "Cour d'appel de Douai"),
        (typographie.sans_consigne, "Autres, précisez", "Autres"),
        (typographie.sans_consigne, "GPEC ; Autres, précisez ; Formation", "GPEC ; Autres ; Formation"),
        (typographie.sans_consigne, "Autre (à préciser)", "Autre"),
        (typographie.sans_consigne, "Autres, préciser) (à précisez", "Autres"),
        (typographie.sans_consigne, "Avenant précisant les horaires", "Avenant précisant les horaires"),
        (typographie.chiffres, "16031907221", "16\u202f031\u202f907\u202f221"),
        (typographie.chiffres, "20251231", "20251231"),
        (typographie.chiffres, "059000", "059000"),
        (typographie.chiffres, "12,5 %", "12,5 %"),
    ],
)
def test_what_was_seen_reads_well(regle, ecrit, lu):
    assert regle(ecrit) == lu


@pytest.mark.parametrize("regle", REGLES)
@given(texte=st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Zs")), max_size=60))
@example("Tribunal de Commerce de Le Havre 2")
@example("de de Le le A")
@example("Autres, précisez, précisez")
@example("DE LE LES DE A")
@example("A0AA")
@example("\u0840İA")
def test_a_rule_says_the_same_twice_and_keeps_every_digit(regle, texte):
    lu = regle(texte)
    assert regle(lu) == lu
    assert [c for c in lu if c.isdigit()] == [c for c in texte if c.isdigit()]


_MOTS = st.sampled_from([
    "TRIBUNAL", "Tribunal", "de", "DE", "Commerce", "COMMERCE", "Le", "LE", "Les", "la", "Havre", "AUCH", "Auch", "A",
    "directeur", "Général", "GENERAL", "l'Eure", "Autres,", "précisez", "précisez,", "(à", "préciser)", ";", "12",
])  # fmt: skip


@pytest.mark.parametrize("regle", REGLES)
@given(mots=st.lists(_MOTS, max_size=8))
def test_so_it_is_of_the_words_that_rules_know(regle, mots):
    test_a_rule_says_the_same_twice_and_keeps_every_digit.hypothesis.inner_test(regle, " ".join(mots))


def test_a_person_is_named_as_accounts_are():
    assert typographie.personne("JEAN-PIERRE", "DUPONT") == "Jean-Pierre DUPONT"
    assert typographie.personne(None, "DUPONT") == "DUPONT"
    assert typographie.personne("Valerie", None) == "Valerie"


def test_numbers_that_identify_are_never_read_as_figures():
    """A column of figures gets thousands apart: a number of file or of person is declared a code."""
    mots = ("n°", "numéro", "identifiant", "siren", "siret")
    fautifs = [
        (source.nom, attribut)
        for source in registre.toutes()
        for attribut, champ in source.champs.items()
        if isinstance(champ, champs.Entier | champs.Decimal)
        and champ.libelle.lower().startswith(mots)
        and not champ.libelle.startswith("N° de modification")
    ]
    assert fautifs == []


@pytest.mark.parametrize(
    ("valeur", "lu"),
    [
        (13_400_000_000, "13,4 Md€"),
        (13_049_999_999, "13 Md€"),
        (999_960_000, "1 Md€"),
        (134_200_000, "134 M€"),
        (-2_550_000, "−2,6 M€"),
        (845_300, "845 k€"),
        (9_500, "9 500 €"),
        (9_999.6, "10 k€"),
        (0, "0 €"),
        (None, ""),
    ],
)
def test_an_amount_is_read_at_a_glance(valeur, lu):
    assert formats.montant(valeur).replace("\u202f", " ").replace("\u00a0", " ") == lu
