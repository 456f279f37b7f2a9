"""Transitions of habilitations. A requester or beneficiary never approves; an approver may narrow a request, never
widen it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from fce.droits.comptes.erreurs import AccesRefuse
from fce.droits.comptes.models import Appartenance, Groupe
from fce.droits.comptes.selectors import compte_identifie
from fce.droits.comptes.verrous import verrouiller
from fce.droits.habilitations.acteurs import Habilitation
from fce.droits.habilitations.dossiers import courriels
from fce.droits.habilitations.dossiers.conversion import habilitation
from fce.droits.habilitations.dossiers.departements import connu
from fce.droits.habilitations.dossiers.duree import dernier_jour
from fce.droits.habilitations.dossiers.etats import DOSSIERS, OUVRENT, GesteDossier
from fce.droits.habilitations.finalites import FINALITES, GROUPES, PROFILS, Droit, sans_objet
from fce.droits.habilitations.models import Dossier, EvenementDossier
from fce.socle.base.ecriture import ecriture
from fce.socle.erreurs import ParametreInvalide
from fce.socle.texte import paris
from fce.socle.texte.identifiants import meme_entite
from fce.socle.web.evenements import signaler

_RESTRICTIBLES = frozenset(
    {"groupes_de_donnees", "finalites", "territoire", "droits", "conditions", "adhesion_automatique"}
)


@dataclass(frozen=True, slots=True)
class Contenu:
    """Content of a request. Raises ParametreInvalide for an unknown code, missing data, or a missing reason."""

    groupes_de_donnees: tuple[str, ...]
    finalites: tuple[str, ...]
    territoire: tuple[str, ...]
    droits: tuple[str, ...]
    base_legale: str
    profil: str = ""
    convention: str = ""
    conditions: str = ""
    adhesion_automatique: bool = False

    def __post_init__(self) -> None:
        for nom, valeurs, connues in (
            ("groupes de données", self.groupes_de_donnees, GROUPES),
            ("finalités", self.finalites, FINALITES),
            ("droits", self.droits, [str(d) for d in Droit]),
        ):
            if not valeurs:
                raise ParametreInvalide(f"Choisissez des {nom}.")
            if inconnues := sorted(set(valeurs) - set(connues)):
                raise ParametreInvalide(f"{nom.capitalize()} inconnus : {', '.join(inconnues)}.")
        if not self.territoire:
            raise ParametreInvalide("Indiquez un territoire : des départements, ou FR pour la France entière.")
        if inconnus := sorted(code for code in self.territoire if not connu(code)):
            raise ParametreInvalide(f"Départements inconnus : {', '.join(inconnus)}.")
        if len(self.base_legale.strip()) < 10:
            raise ParametreInvalide("Indiquez le besoin et le texte de loi qui le fonde.")
        if self.profil and self.profil not in PROFILS:
            raise ParametreInvalide("Profil inconnu.")

    def verifier(self) -> None:
        """Raise ParametreInvalide when none of the purposes opens the data asked.

        Separate from the other checks, so that a habilitation granted before a purpose changed can still be displayed.
        """
        if phrases := sans_objet(self.groupes_de_donnees, self.finalites):
            raise ParametreInvalide(" ".join(phrases))

    def valeurs(self) -> dict[str, Any]:
        """{column of ``Dossier``: value}, lists for array columns."""
        return {c: list(v) if isinstance(v := getattr(self, c), tuple) else v for c in self.__dataclass_fields__}

    @classmethod
    def de(cls, dossier: Dossier) -> Contenu:
        """The content that a habilitation asks for, or grants."""
        valeurs: dict[str, Any] = {
            c: tuple(v) if isinstance(v := getattr(dossier, c), list) else v for c in cls.__dataclass_fields__
        }
        return cls(**valeurs)


def du_profil(code: str, territoire: Iterable[str], base_legale: str = "", **autres: Any) -> Contenu:
    """The content of a ready profile, on a territory. Raises ParametreInvalide for an unknown profile."""
    if code not in PROFILS:
        raise ParametreInvalide(f"Profil inconnu : choisissez parmi {', '.join(PROFILS)}.")
    profil = PROFILS[code]
    articles = dict.fromkeys(a for f in profil.finalites for a in FINALITES[f].articles)
    return Contenu(
        groupes_de_donnees=tuple(sorted(profil.groupes)),
        finalites=profil.finalites,
        territoire=tuple(territoire),
        droits=tuple(sorted(profil.droits)),
        base_legale=base_legale or f"Mission du service : {' ; '.join(articles)}.",
        profil=code,
        **autres,
    )


def creer(groupe: Groupe, contenu: Contenu, par: str, *, renouvelle: Dossier | None = None) -> Dossier:
    """Create a draft. Raises ParametreInvalide (``Contenu.verifier``)."""
    contenu.verifier()
    with ecriture():
        dossier = Dossier.objects.create(groupe=groupe, demandeur=par, renouvelle=renouvelle, **contenu.valeurs())
        _noter(dossier, par, GesteDossier.CREER, {}, contenu.valeurs())
    return dossier


def modifier(dossier: Dossier, contenu: Contenu, par: str) -> Dossier:
    """Change a draft or a returned request. Raises EtatIncompatible, ParametreInvalide (``Contenu.verifier``)."""
    contenu.verifier()
    with ecriture():
        dossier = _verrouiller(dossier)
        DOSSIERS.suivant(dossier.etat, GesteDossier.MODIFIER)
        avant = _valeurs(dossier)
        for champ, valeur in contenu.valeurs().items():
            setattr(dossier, champ, valeur)
        # The last author of the request is responsible for it: he may not approve it.
        dossier.demandeur = par
        dossier.save()
        _noter(dossier, par, GesteDossier.MODIFIER, avant, _valeurs(dossier))
    return dossier


def soumettre(dossier: Dossier, par: str) -> Dossier:
    """Send a request to the approvers. Raises EtatIncompatible."""
    return _passer(dossier, GesteDossier.SOUMETTRE, par, soumis_le=timezone.now(), demandeur=par)


def valider(
    dossier: Dossier,
    par: str,
    *,
    debut: date | None = None,
    fin: date | None = None,
    restriction: Contenu | None = None,
) -> Dossier:
    """Grant a request, for twelve months at most, narrowed if need be.

    Raises AccesRefuse (approver's own request, administration or group; wider than asked), ParametreInvalide (dates).
    Only what narrows, and the conditions, are taken from ``restriction``: need and legal basis stay as written.
    """
    debut = debut or paris.aujourd_hui()
    fin = fin or dernier_jour(debut)
    if not debut <= fin <= dernier_jour(debut):
        raise ParametreInvalide("Une habilitation dure douze mois au plus, et finit après avoir commencé.")
    champs: dict[str, Any] = {"debut": debut, "fin": fin, "approbateur": par}
    champs |= {"decide_le": timezone.now(), "revu_le": timezone.now()}
    if restriction is not None:
        if elargit(dossier, restriction):
            raise AccesRefuse("Valider ne peut pas élargir ce qui est demandé : renvoyez la demande pour correction.")
        champs |= {c: v for c, v in restriction.valeurs().items() if c in _RESTRICTIBLES}
    with ecriture():
        valide = _passer(dossier, GesteDossier.VALIDER, par, **champs)
        signaler("habilitation_obtenue", qui=valide.demandeur)
    return valide


def decider(geste: GesteDossier, dossier: Dossier, par: str, motif: str = "") -> Dossier:
    """Apply an action of an approver or of a job, other than to grant, from the next request on.

    Raises EtatIncompatible, ParametreInvalide (no reason, unless to resume or to expire), AccesRefuse (to resume one's
    own).
    """
    if geste is GesteDossier.VALIDER:
        raise ValueError("granting needs dates: valider")
    if geste not in (GesteDossier.REPRENDRE, GesteDossier.EXPIRER):
        motif = _exiger(motif)
    champ = {GesteDossier.REFUSER: "decide_le", GesteDossier.REPRENDRE: "revu_le"}.get(geste)
    return _passer(dossier, geste, par, motif=motif, **({champ: timezone.now()} if champ else {}))


def noter_revue(dossier: Dossier, par: str) -> Dossier:
    """Record a review: the habilitation holds for another year. Raises EtatIncompatible when it is closed."""
    with ecriture():
        dossier = _verrouiller(dossier)
        DOSSIERS.suivant(dossier.etat, GesteDossier.REVOIR)
        dossier.changer(revu_le=timezone.now())
        _noter(dossier, par, GesteDossier.REVOIR, {}, {})
    return dossier


def elargit(dossier: Dossier, contenu: Contenu) -> bool:
    """Whether a content opens more than a habilitation asks for."""
    entiere = "FR" in dossier.territoire
    plus_loin = not entiere and not set(contenu.territoire) <= set(dossier.territoire)
    plus_ouverte = contenu.adhesion_automatique and not dossier.adhesion_automatique
    return (
        plus_loin
        or plus_ouverte
        or any(
            not set(getattr(contenu, champ)) <= set(getattr(dossier, champ))
            for champ in ("groupes_de_donnees", "finalites", "droits")
        )
    )


def _passer(dossier: Dossier, geste: GesteDossier, par: str, *, motif: str = "", **champs: Any) -> Dossier:
    with ecriture():
        dossier = _verrouiller(dossier)
        apres = DOSSIERS.suivant(dossier.etat, geste)
        if geste in OUVRENT:
            _separer(dossier, par)
        if apres in DOSSIERS.clos:
            champs["clos_le"] = timezone.now()
        avant = {"etat": dossier.etat, **{c: _json(getattr(dossier, c)) for c in champs}}
        dossier.etat = apres
        for champ, valeur in champs.items():
            setattr(dossier, champ, valeur)
        if geste is GesteDossier.VALIDER:
            _verifier(dossier)
        dossier.save(update_fields=["etat", *champs])
        _noter(dossier, par, geste, avant, {"etat": apres, **{c: _json(v) for c, v in champs.items()}}, motif)
        courriels.annoncer(dossier, geste)
    return dossier


def _separer(dossier: Dossier, par: str) -> None:
    """Refuse an approver who is an author or beneficiary. His account stays locked, so that he cannot join
    meanwhile."""
    if (compte := compte_identifie(par)) is not None:
        verrouiller(compte.pk)
    if raison := ecart(dossier, par):
        raise AccesRefuse(raison)


def ecart(dossier: Dossier, par: str) -> str:
    """Why an account may not approve this habilitation; "" when it may.

    Excluded: its authors; anyone of the legal person (SIREN) or of the group that benefits; anyone whose administration
    is unknown, who could be one of these.
    """
    if par in auteurs(dossier):
        return "Vous avez écrit ou soumis cette demande : un autre approbateur doit la valider."
    compte = compte_identifie(par)
    if compte is None or not compte.siret:
        return "Votre administration n’est pas connue : un autre approbateur doit valider cette demande."
    if meme_entite(dossier.groupe.organisation.numero, compte.siret):
        return "Cette demande profite à votre administration : un approbateur d’une autre doit la valider."
    if Appartenance.objects.filter(compte=compte, groupe=dossier.groupe_id, fin=None).exists():
        return "Vous êtes membre de ce groupe : un approbateur qui n’en est pas doit valider cette demande."
    return ""


def auteurs(dossier: Dossier) -> set[str]:
    """Opaque identifiers of all who wrote or sent a request."""
    ecrits = dossier.evenements.filter(action__in=("creer", "modifier", "soumettre"))
    return {dossier.demandeur, *ecrits.values_list("par", flat=True)}


def _verifier(dossier: Dossier) -> Habilitation:
    """Refuse here a habilitation that ``can`` would find inconsistent, and that would open nothing."""
    Contenu.de(dossier).verifier()
    return habilitation(dossier, dossier.groupe.organisation.numero)


def _verrouiller(dossier: Dossier) -> Dossier:
    return Dossier.objects.select_for_update(of=("self",)).select_related("groupe__organisation").get(pk=dossier.pk)


def _valeurs(dossier: Dossier) -> dict[str, Any]:
    return {champ: getattr(dossier, champ) for champ in Contenu.__dataclass_fields__}


def _exiger(motif: str) -> str:
    if len(motif.strip()) < 5:
        raise ParametreInvalide("Dites pourquoi, en une phrase : le demandeur la lira.")
    return motif.strip()[:4000]


def _json(valeur: Any) -> Any:
    return valeur.isoformat() if hasattr(valeur, "isoformat") else valeur


def _noter(
    dossier: Dossier, par: str, action: str, avant: Mapping[str, Any], apres: Mapping[str, Any], motif: str = ""
) -> None:
    EvenementDossier.objects.create(
        dossier=dossier, par=par, action=str(action), avant=dict(avant), apres=dict(apres), motif=motif
    )
