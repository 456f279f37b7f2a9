"""Removing a right never opens anything; nor does closing the data, or asking for less reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings, strategies as st

from fce.droits.habilitations.acteurs import ANONYME, Acteur, GenreActeur, Habilitation
from fce.droits.habilitations.politique import Classe, can
from tests.droits.habilitations import strategies as s
from tests.droits.habilitations.fabrique import MIDI, Acces, Champ, Source


def habilitations_amputees(h: Habilitation) -> Iterator[Habilitation]:
    """Every habilitation that grants one thing less."""
    for nom in ("groupes", "droits", "territoire"):
        for element in getattr(h, nom):
            yield replace(h, **{nom: getattr(h, nom) - {element}})
    for finalite in h.finalites:
        yield replace(h, finalites=tuple(f for f in h.finalites if f is not finalite))
        for groupe in finalite.groupes:
            moindre = replace(finalite, groupes=finalite.groupes - {groupe})
            yield replace(h, finalites=tuple(moindre if f is finalite else f for f in h.finalites))
    yield replace(h, revoquee_le=MIDI)
    if h.fin > h.debut:
        yield replace(h, debut=h.debut + timedelta(days=1))
        yield replace(h, fin=h.fin - timedelta(days=1))


def acteurs_amputes(acteur: Acteur) -> Iterator[Acteur]:
    """Every actor who holds one thing less."""
    yield ANONYME
    if acteur.genre is GenreActeur.ANONYME:
        return
    yield replace(acteur, mfa=False)
    yield replace(acteur, siret_administration="")
    for rang, tenue in enumerate(acteur.habilitations):
        avant, apres = acteur.habilitations[:rang], acteur.habilitations[rang + 1 :]
        yield replace(acteur, habilitations=avant + apres)
        for moindre in habilitations_amputees(tenue):
            yield replace(acteur, habilitations=(*avant, moindre, *apres))


def sources_fermees(source: Source) -> Iterator[Source]:
    """Every source with one access closed by a notch."""
    for classe in (*Classe, None):
        if classe is None or classe > str(source.acces.classe or "C9"):
            yield replace(source, acces=replace(source.acces, classe=classe))
    for finalites in ((), tuple(s.CODES_FINALITES[:1])) if source.acces.finalites is None else ((),):
        yield replace(source, acces=replace(source.acces, finalites=finalites))
    for nom, champ in source.champs.items():
        if champ.acces is None:
            yield replace(source, champs={**source.champs, nom: Champ(Acces("C2", "emploi"))})


questions = st.fixed_dictionaries({"finalite": s.finalites, "departements": s.departements})


@settings(max_examples=200, deadline=None)
@given(s.acteurs, s.actions, s.sources, st.sampled_from([None, "montant", "constat"]), questions)
def test_removing_a_right_never_opens_anything(acteur, action, source, champ, question) -> None:
    if can(acteur, action, source, champ, maintenant=MIDI, **question).permis:
        return
    for moindre in acteurs_amputes(acteur):
        assert not can(moindre, action, source, champ, maintenant=MIDI, **question).permis, moindre


@settings(max_examples=200, deadline=None)
@given(s.acteurs, s.actions, s.sources, st.sampled_from([None, "montant", "constat"]), questions)
def test_closing_the_data_or_saying_less_never_opens_anything(acteur, action, source, champ, question) -> None:
    if can(acteur, action, source, champ, maintenant=MIDI, **question).permis:
        return
    for fermee in sources_fermees(source):
        assert not can(acteur, action, fermee, champ, maintenant=MIDI, **question).permis, fermee
    assert not can(acteur, action, source, champ, maintenant=MIDI, **{**question, "finalite": None}).permis
    for departement in question["departements"]:
        moins = question["departements"] - {departement}
        assert not can(acteur, action, source, champ, maintenant=MIDI, **{**question, "departements": moins}).permis


@settings(max_examples=200, deadline=None)
@given(s.acteurs, s.actions, s.sources, questions)
def test_a_field_never_opens_where_its_source_is_closed(acteur, action, source, question) -> None:
    if not can(acteur, action, source, maintenant=MIDI, **question).permis:
        for champ in source.champs:
            assert not can(acteur, action, source, champ, maintenant=MIDI, **question).permis


@settings(max_examples=200, deadline=None)
@given(s.acteurs, s.actions, s.sources, questions)
def test_what_is_granted_quotes_habilitations_that_grant_it_alone(acteur, action, source, question) -> None:
    reponse = can(acteur, action, source, maintenant=MIDI, **question)
    if reponse.permis:
        for tenue in reponse.habilitations:
            seule = replace(acteur, habilitations=(tenue,))
            assert can(seule, action, source, maintenant=MIDI, **question).permis


@settings(max_examples=200, deadline=None)
@given(s.acteurs, s.actions, s.sources, questions)
def test_the_order_of_habilitations_does_not_matter(acteur, action, source, question) -> None:
    a_l_envers = replace(acteur, habilitations=acteur.habilitations[::-1])
    directe, inverse = (can(a, action, source, maintenant=MIDI, **question) for a in (acteur, a_l_envers))
    assert directe.permis == inverse.permis
    if not directe.permis and not inverse.permis:
        assert directe.raison is inverse.raison
