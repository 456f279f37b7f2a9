"""All the other data sets, about the companies of the universe, in their official layouts.

One module per theme. A function named after a source (``Source.vue``) gives its rows, as facts by attribute of the
declaration, from the universe and from the stories computed once (``ecriture.Recits``); ``fichiers`` writes them.
Sources without such a function use their sample.
"""
