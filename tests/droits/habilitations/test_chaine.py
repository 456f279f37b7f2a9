"""S1: once a link is cut, whichever and however many, neither a session nor a token opens anything."""

from __future__ import annotations

import pytest
from django.utils import timezone
from hypothesis import given, settings, strategies as st

from fce.droits.comptes.erreurs import AccesRefuse
from fce.droits.comptes.mandats import SANS_DONNEES, Mandats
from fce.droits.habilitations import jetons
from fce.droits.habilitations.acteurs import ANONYME, Acteur
from fce.droits.habilitations.chaine import Liens, tient
from fce.droits.habilitations.dossiers.selectors import groupe_gere
from fce.droits.habilitations.erreurs import JetonRefuse
from fce.droits.habilitations.finalites import Droit
from fce.droits.habilitations.politique import can
from fce.droits.habilitations.selectors import acteur_de
from fce.socle.erreurs import Introuvable
from fce.sources import registre
from tests.droits.comptes import fabrique as c
from tests.droits.habilitations.coupures import COUPURES, DU_JETON, TOUTES, Attache, attacher, coupe

pytestmark = pytest.mark.django_db


@given(
    administration=st.sampled_from(["", c.SERVICE, c.MEME_ADMINISTRATION, c.AUTRE_SERVICE]),
    organisation=st.sampled_from([c.SERVICE, c.SERVICE[:9], c.SERVICE[:8], ""]),
    ouverts=st.tuples(*[st.booleans()] * 4),
    mandats=st.frozensets(st.sampled_from(list(Mandats))),
)
def test_s1_it_holds_when_every_link_does_and_only_then(
    administration: str, organisation: str, ouverts: tuple[bool, ...], mandats: frozenset[str]
) -> None:
    organisation_ouverte, groupe_ouvert, membre, decideur = ouverts
    est_de = (organisation, administration) in {
        (c.SERVICE, c.SERVICE),
        (c.SERVICE[:9], c.SERVICE),
        (c.SERVICE[:9], c.MEME_ADMINISTRATION),
    }
    coupes = (
        not est_de,
        not organisation_ouverte,
        not groupe_ouvert,
        not membre,
        decideur,
        bool(mandats & SANS_DONNEES),
    )
    liens = Liens(administration, organisation, organisation_ouverte, groupe_ouvert, membre, mandats, decideur)
    assert tient(liens) is not any(coupes)


def ouvert(acteur: Acteur, action: Droit) -> bool:
    """Whether the policy lets him read a reserved data set, as every surface asks it."""
    source = registre.source("activite-partielle")
    reponse = can(
        acteur, action, source, finalite="controle-travail", departements=frozenset({"59"}), maintenant=timezone.now()
    )
    return bool(reponse)


@pytest.fixture
def a() -> Attache:
    return attacher()


def session_ouverte(a: Attache) -> bool:
    return ouvert(acteur_de(a.relu(), mfa=True), Droit.CONSULTER)


def jeton_ouvert(a: Attache) -> bool:
    try:
        return ouvert(jetons.acteur_du_jeton(a.secret), Droit.API)
    except JetonRefuse:
        return False


def test_s1_one_cut_or_many_close_sessions_and_tokens_alike(a: Attache) -> None:
    assert session_ouverte(a)
    assert jeton_ouvert(a)

    @settings(max_examples=150)
    @given(noms=st.sets(st.sampled_from(sorted(TOUTES)), min_size=1, max_size=5))
    def couper(noms: set[str]) -> None:
        with coupe(a, noms):
            assert not jeton_ouvert(a), noms
            # What ends a token alone leaves its issuer his own reading.
            assert session_ouverte(a) is noms.isdisjoint(COUPURES), noms

    couper()
    assert session_ouverte(a)
    assert jeton_ouvert(a)


@pytest.mark.parametrize("nom", list(TOUTES))
def test_s1_each_cut_alone_closes_the_token(a: Attache, nom: str) -> None:
    TOUTES[nom](a)
    assert not jeton_ouvert(a)
    assert session_ouverte(a) is (nom in DU_JETON)


def test_s1_a_disabled_account_is_nobody_and_its_programs_with_it(a: Attache) -> None:
    COUPURES["compte-desactive"](a)
    assert acteur_de(a.relu(), mfa=True) is ANONYME
    with pytest.raises(JetonRefuse, match="n’ouvre plus rien"):
        jetons.acteur_du_jeton(a.secret)


def test_s1_a_token_that_opens_nothing_is_not_noted_as_used(a: Attache) -> None:
    COUPURES["sorti-du-groupe"](a)
    assert not jeton_ouvert(a)
    a.jeton.refresh_from_db()
    assert a.jeton.dernier_usage is None


def test_s1_what_is_mended_opens_again(a: Attache) -> None:
    COUPURES["suspendu-du-groupe"](a)
    assert not jeton_ouvert(a)
    type(a.lien).objects.update(suspendue_le=None)
    assert jeton_ouvert(a)


@pytest.mark.parametrize("nom", [n for n in COUPURES if not n.startswith(("habilitation", "decidee"))])
def test_s1_nor_does_one_manage_the_group_or_make_a_token(a: Attache, nom: str) -> None:
    assert groupe_gere(a.relu(), a.groupe.pk) == a.groupe
    COUPURES[nom](a)
    with pytest.raises(Introuvable):
        groupe_gere(a.relu(), a.groupe.pk)
    with pytest.raises(AccesRefuse):
        jetons.creer(a.dossier, a.relu(), mfa=True, libelle="un autre", jours=30)


def test_s1_the_issuer_who_moves_within_his_administration_keeps_what_all_of_it_has(a: Attache) -> None:
    type(a.groupe.organisation).objects.update(numero=c.SERVICE[:9])
    type(a.compte).objects.filter(pk=a.compte.pk).update(siret=c.MEME_ADMINISTRATION)
    assert session_ouverte(a)
    assert jetons.acteur_du_jeton(a.secret).siret_administration == c.MEME_ADMINISTRATION
