"""All the other data sets, about the companies of the universe, in their official layouts.

One module per theme. Each data set is a pure function of the universe and of the stories computed once
(``difficultes``, ``effectifs``, ``dirigeants``, ``comptes``). Sources without one use their sample.
"""
