"""Reading the syntax trees of the project."""

import ast


def docstrings(arbre: ast.AST) -> set[int]:
    """``id`` of the constants that are docstrings."""
    corps = (getattr(noeud, "body", None) for noeud in ast.walk(arbre))
    premiers = (suite[0] for suite in corps if isinstance(suite, list) and suite)
    return {id(p.value) for p in premiers if isinstance(p, ast.Expr) and isinstance(p.value, ast.Constant)}
