"""``{% immuable %}…{% endimmuable %}``: a part of a template rendered once per process."""

from __future__ import annotations

from typing import Any, Final, cast
from weakref import WeakKeyDictionary

from django import template
from django.core.signals import setting_changed
from django.template import Context
from django.template.base import Node, NodeList, Parser, Template, Token
from django.utils.safestring import SafeString

register = template.Library()


class _Immuable(Node):
    """Rendered with an empty context, so that it can hold nothing about a reader, a request or the data."""

    child_nodelists = ("contenu",)

    def __init__(self, contenu: NodeList) -> None:
        self.contenu = contenu

    def render(self, context: Context) -> SafeString:
        ecrit = _ECRITS.get(self)
        if ecrit is None:
            vide = Context()
            with vide.bind_template(cast(Template, context.template)):
                ecrit = _ECRITS[self] = self.contenu.render(vide)
        return ecrit


_ECRITS: Final[WeakKeyDictionary[_Immuable, SafeString]] = WeakKeyDictionary()


@register.tag
def immuable(parser: Parser, _: Token) -> _Immuable:
    """For a part that depends only on declarations and settings."""
    contenu = parser.parse(("endimmuable",))
    parser.delete_first_token()
    return _Immuable(contenu)


def oublier(**_: Any) -> None:
    """Empty the cache when a test changes a setting."""
    _ECRITS.clear()


setting_changed.connect(oublier, dispatch_uid="immuable")
