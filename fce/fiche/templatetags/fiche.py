"""Template tags of the sheet, where a template would be slow or clumsy: tables, timeline, sort and page links."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from django import template
from django.template import Context
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from fce.fiche.formes.contenu import Cellule, ColonneVue, EnTableau, EnValeurs, Provenance
from fce.fiche.formes.serie import PERIODES
from fce.fiche.page import colonnes, html, html_graphiques
from fce.fiche.page.chapitres import BlocAffiche
from fce.fiche.page.filtre_historique import PageHistorique
from fce.fiche.unite.unite_visee import Unite
from fce.socle.texte.identifiants import formater
from fce.socle.web import liens
from fce.socle.web.pages import numeros
from fce.sources import registre
from fce.sources.invention import inventer

register = template.Library()

for imprime in (html.faits, html.liens_source, html.options, html.perimetre, html_graphiques.graphiques):
    register.simple_tag(imprime)
register.simple_tag(html.alarmes, name="lignes_d_alarme")
LIBELLES_PERIODES = {6: "6 mois", 12: "1 an", 24: "2 ans", 60: "5 ans"}


@register.simple_tag
def bloc_tableau(contenu: EnTableau, bloc: Mapping[str, str], adresse: str) -> SafeString:
    """``bloc``: ``titre`` and ``nom`` of the source; ``adresse``: that of the sheet."""
    return html.tableau(contenu, bloc["titre"], bloc["nom"], adresse)


@register.simple_tag
def bloc_valeurs(contenu: EnValeurs, bloc: Mapping[str, str], adresse: str) -> SafeString:
    """Labels and values of a bloc; arguments as for ``bloc_tableau``."""
    return html.valeurs(contenu, bloc["titre"], bloc["nom"], adresse)


@register.inclusion_tag("fiche/_exemple_invente.html")
def exemple_invente(nom: str) -> dict[str, object]:
    """An invented row of a source closed to the reader."""
    source = registre.source(nom)
    return {"titre": source.titre, "invente": inventer(source)}


@register.simple_tag
def lignes(tableau: EnTableau, titre: str) -> SafeString:
    return mark_safe(html.lignes(tableau, titre))  # noqa: S308 – every value was escaped


@register.simple_tag
def rangees(tableau: EnTableau) -> SafeString:
    return mark_safe(html.rangees(tableau))  # noqa: S308 – every value was escaped


@register.filter
def adresse(siret: str) -> str:
    """Address of an establishment's sheet: ``{% url %}`` is ten times slower, and a page has twenty."""
    return liens.fiche(siret)


@register.filter
def fiche_de(numero: str) -> str:
    """Address of the sheet of a SIREN or of a SIRET."""
    return Unite(numero).adresse


@register.filter
def numero(valeur: str) -> str:
    """A SIREN or a SIRET in groups of digits."""
    return formater(valeur)


@register.simple_tag
def ligne(titre: str, valeur: object) -> str:
    """A label and its value; empty without a value (zero is one)."""
    if not valeur and valeur != 0:
        return ""
    return format_html("<div><dt>{}</dt><dd><bdi>{}</bdi></dd></div>", titre, valeur)


@register.simple_tag
def totaux(tableau: EnTableau) -> SafeString:
    return mark_safe(html.totaux(tableau))  # noqa: S308 – every value was escaped


@register.simple_tag
def bloc_source(bloc: BlocAffiche, signaler: str, rubrique: str = "") -> SafeString:
    """A printed bloc under its title, above its provenance. ``signaler``: address to report an error."""
    erreur = _erreur(signaler, bloc.source, bloc.titre, rubrique)
    return html.bloc_source(bloc.titre, bloc.html, bloc.provenances, bloc.mention, erreur)


@register.simple_tag
def provenances(liste: Sequence[Provenance], signaler: str, source: str, titre: str, rubrique: str = "") -> SafeString:
    """Provenance of a bloc or list, and the link to report an error (``signaler``, filled with the other arguments)."""
    return html.provenances(liste, _erreur(signaler, source, titre, rubrique))


def _erreur(signaler: str, source: str, titre: str, rubrique: str) -> str:
    dits = urlencode([(nom, valeur) for nom, valeur in (("rubrique", rubrique), ("source", source)) if valeur])
    return html.signalement(f"{signaler}{'&' if '?' in signaler else '?'}{dits}", titre)


@register.simple_tag(takes_context=True)
def choix_des_colonnes(context: Context, tableau: EnTableau) -> colonnes.ChoixDeColonnes:
    """The table with the columns chosen in the address, and the columns on offer."""
    donnes = context["request"].GET
    return colonnes.choisir(tableau, donnes.getlist(colonnes.PARAMETRE) if colonnes.PARAMETRE in donnes else None)


@register.simple_tag
def entetes(
    tableau: EnTableau,
    tris: frozenset[str] = frozenset(),
    adresse: str = "",
    cible: str = "",
    garder: Sequence[tuple[str, str]] = (),
) -> SafeString:
    """The header cells; those of ``tris`` are sort links, reversed when already sorted so.

    ``garder``: parameters to keep in every link.
    """
    cellules = []
    for c in tableau.colonnes:
        if c.attribut not in tris:
            cellules.append(format_html('<th scope="col"{}>{}</th>', mark_safe(html.droite(c)), c.libelle))  # noqa: S308
            continue
        actif = tableau.tri.removeprefix("-") == c.attribut
        descend = tableau.tri.startswith("-")
        suivant = c.attribut if actif and descend else f"-{c.attribut}" if actif or c.chiffre else c.attribut
        lien = f"{adresse}?{urlencode([('tri', suivant), *garder])}"
        ordre = (' aria-sort="descending"' if descend else ' aria-sort="ascending"') if actif else ""
        cellules.append(
            format_html(
                '<th scope="col"{}{}><a class="fce-tri" href="{}" hx-get="{}" hx-target="{}" hx-swap="outerHTML">{}'
                "</a></th>",
                mark_safe(html.droite(c)),  # noqa: S308 – a constant
                mark_safe(ordre),  # noqa: S308 – a constant
                lien,
                lien,
                cible,
                c.libelle,
            )
        )
    return mark_safe("".join(cellules))  # noqa: S308 – built by format_html


@register.simple_tag
def pages(
    tableau: EnTableau | PageHistorique, adresse: str, garder: Sequence[tuple[str, str]] = ()
) -> list[tuple[int | None, str]]:
    """(number, address) of the pages to offer; ``(None, "")`` is a gap. ``garder``: as in ``entetes``."""

    def lien(numero: int) -> str:
        params = {"tri": getattr(tableau, "tri", ""), "page": str(numero) if numero > 1 else ""}
        requete = urlencode([*((nom, valeur) for nom, valeur in params.items() if valeur), *garder])
        return f"{adresse}?{requete}" if requete else adresse

    return [(numero, lien(numero) if numero else "") for numero in numeros(tableau.page, tableau.pages)]


@register.simple_tag
def liens_periodes(periode: int, ancre: str) -> SafeString:
    """Links to the other periods of the charts; the current one is marked."""
    return format_html_join(
        " ",
        '<li><a class="fr-link fr-link--sm" href="?periode={}#{}"{}>{}</a></li>',
        ((p, ancre, mark_safe(' aria-current="true"') if p == periode else "", LIBELLES_PERIODES[p]) for p in PERIODES),
    )


@register.filter
def cellule(valeur: Cellule) -> SafeString:
    return mark_safe(html.cellule(valeur, ColonneVue("", "")))  # noqa: S308 – escaped
