"""What a page says to everybody in the same words: ``{% immuable %}…{% endimmuable %}``, written once per process."""

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
    """Its text is made out of an empty context: nothing of a reader, of a request or of the data can be in it."""

    child_nodelists = ("contenu",)

    def __init__(self, contenu: NodeList) -> None:
        self.contenu = contenu

    def render(self, context: Context) -> SafeString:
        """The text, made at the first page that asks for it."""
        ecrit = _ECRITS.get(self)
        if ecrit is None:
            vide = Context()
            with vide.bind_template(cast(Template, context.template)):
                ecrit = _ECRITS[self] = self.contenu.render(vide)
        return ecrit


_ECRITS: Final[WeakKeyDictionary[_Immuable, SafeString]] = WeakKeyDictionary()


@register.tag
def immuable(parser: Parser, _: Token) -> _Immuable:
    """A part that depends on the declarations and the settings alone."""
    contenu = parser.parse(("endimmuable",))
    parser.delete_first_token()
    return _Immuable(contenu)


def oublier(**_: Any) -> None:
    """Write them again: a setting has just changed, in a test."""
    _ECRITS.clear()


setting_changed.connect(oublier, dispatch_uid="immuable")
