"""Display of the sheet's pages: chapters, HTML written in Python, templates of blocs, choice of columns."""
